package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/store"
)

// doctorPatience is how long another machine may take to answer.
const doctorPatience = 5 * time.Second

type doctorCommand struct{}

// Run looks at everything that a server needs, changes nothing, and says of each thing what to do. It goes on after a fault, so that
// an operator mends them all at once.
func (doctorCommand) Run(p program) error {
	d := &doctor{out: p.out}
	c, err := p.config()
	if d.say("settings", "are read", err); err != nil {
		return d.result() // everything else stands on them
	}
	ring, err := keys.Load(c.KeysFile)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%s does not exist: run `moncompte keys create`, once", c.KeysFile)
	}
	if d.say("keys", c.KeysFile, err); err == nil {
		d.database(p.ctx, c, ring)
	}
	d.certificate(c)
	d.gateways(p.ctx, c)
	d.franceConnect(p.ctx, c)
	d.collector(p.ctx, c)
	for _, risk := range c.risks() {
		d.say("safety", "", errors.New(risk))
	}
	return d.result()
}

// doctor writes a line for each thing that it has looked at.
type doctor struct {
	out    io.Writer
	faults int
}

func (d *doctor) say(what, well string, err error) {
	if err == nil {
		fmt.Fprintf(d.out, "ok    %-14s%s\n", what, well)
		return
	}
	d.faults++
	fmt.Fprintf(d.out, "mend  %-14s%s\n", what, oneLine(err))
}

func (d *doctor) result() error {
	switch d.faults {
	case 0:
		return nil
	case 1:
		return errors.New("one thing is to be mended")
	}
	return fmt.Errorf("%d things are to be mended", d.faults)
}

// database opens the database as a server does, and makes sure that it takes writes.
func (d *doctor) database(ctx context.Context, c config, ring *keys.Ring) {
	where := c.DatabaseURL.Reveal()
	if path, isFile := strings.CutPrefix(where, "file:"); isFile {
		if _, err := os.Stat(path); err != nil {
			d.say("database", "", fmt.Errorf("%s does not exist: run `moncompte db migrate`", path))
			return
		}
	}
	s, err := store.Open(ctx, store.Options{URL: where, Keys: ring, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		d.say("database", "", fmt.Errorf("MONCOMPTE_DATABASE_URL: %w", err))
		return
	}
	defer s.Close()
	if err = s.CheckSchema(ctx); err == nil {
		err = s.AdoptKeys(ctx)
	}
	if err == nil {
		err = s.Ping(ctx)
	}
	if d.say("database", s.Engine()+", up to date, takes writes", err); err != nil || c.Dev {
		return
	}
	risk, err := published(ctx, s)
	if risk != "" {
		err = errors.New(risk)
	}
	if err != nil {
		d.say("safety", "", err)
	}
}

func (d *doctor) certificate(c config) {
	if c.TLSCert == "" {
		d.say("certificate", "none here: a proxy speaks TLS", nil)
		return
	}
	var until time.Time
	held, err := openCertificate(c, slog.New(slog.DiscardHandler))
	if err == nil {
		until, err = held.check(c.BaseURL.Hostname(), now())
	}
	d.say("certificate", "holds until "+until.Format(time.DateOnly), err)
}

// gateways makes sure that the machines answer. It signs in to none: an SMSC may allow one bind, which a server holds.
func (d *doctor) gateways(ctx context.Context, c config) {
	sms, email, err := openGateways(c, nil)
	if err != nil {
		d.say("gateways", "", err)
		return
	}
	notify.Close(sms, email)
	for _, g := range []struct {
		what  string
		where keys.Secret
	}{{"e-mail", c.SMTPURL}, {"SMS", c.SMSURL}} {
		if g.where.IsZero() {
			d.say(g.what, "none: no code goes this way", nil)
			continue
		}
		where, err := answers(ctx, g.where)
		d.say(g.what, where+" answers", err)
	}
	if !c.Dev && c.SMTPURL.IsZero() && c.SMSURL.IsZero() {
		d.say("codes", "", errNoWay)
	}
}

// answers returns where a gateway is, and why nobody answers there.
func answers(ctx context.Context, gateway keys.Secret) (where string, err error) {
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	if where, err = notify.Answers(ctx, gateway.Reveal()); err != nil {
		err = fmt.Errorf("%s: %w", where, err)
	}
	return where, err
}

// franceConnect reads the provider's metadata.
func (d *doctor) franceConnect(ctx context.Context, c config) {
	if !c.FranceConnect.offered() {
		d.say("FranceConnect", "not offered", nil)
		return
	}
	client, err := newProvider(c, slog.New(slog.DiscardHandler))
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, doctorPatience)
		defer cancel()
		err = client.Check(ctx)
	}
	d.say("FranceConnect", c.FranceConnect.Issuer, err)
}

// collector makes sure that traces are taken, where there are any.
func (d *doctor) collector(ctx context.Context, c config) {
	if !c.Tracing.On() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	d.say("traces", c.Tracing.Where(), c.Tracing.Answers(ctx))
}
