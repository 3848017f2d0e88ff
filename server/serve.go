package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"

	"moncompte/app/password"
	"moncompte/app/words"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/tracing"
	"moncompte/server/web"
	"moncompte/static"
	"moncompte/static/aide"
)

// collectAt makes the collector start when the heap has grown by half. Most of the heap is the memory of password hashes, 19 MiB
// a core, which is used again and holds no pointers: to look through it costs next to nothing, and to let it double would cost
// memory (docs/performance.md). A memory limit would not do: near it the runtime gives pages back and faults them in again for
// every hash that allocates, which took half as much processor time again. GOGC in the environment wins.
const collectAt = 50

// stopWithin is how long requests under way may take to finish when the server stops.
const stopWithin = 15 * time.Second

type serveCommand struct{}

func (serveCommand) Run(p program) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.Close()
	c, log := s.config, s.log
	if _, set := p.lookup("GOGC"); !set {
		debug.SetGCPercent(collectAt)
	}
	mail, err := newPost(c, s.Store, log)
	if err != nil {
		return err
	}
	defer mail.close()
	metrics := newMetrics()
	s.audit.Counted = metrics.count
	metrics.watchStore(s.Store, s.audit.Lost)
	metrics.registry.MustRegister(messageMetrics{mail.worker, s.Outbox(), s.Store, c.SMSBudget})
	traces, err := tracing.Open(p.ctx, tracing.Options{Settings: c.Tracing, Version: version, Out: p.out, Log: log})
	if err != nil {
		return err
	}
	defer traces.Close()
	mail.worker.Traces = traces
	site, err := newSite(c, s.Store, mail, log, metrics, traces)
	if err != nil {
		return err
	}

	if err := s.Join(p.ctx); err != nil {
		return fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err)
	}
	if !s.Keys().PasswordsSealed() || !s.Keys().LinksBound() {
		log.Warn("password hashes and links of an earlier release may not be sealed: run `moncompte keys rotate`")
	}
	tls, err := openCertificate(c, log)
	if err != nil {
		return err
	}
	s.Hurry()
	ctx, stop := context.WithCancelCause(p.ctx)
	defer stop(nil)
	var work sync.WaitGroup
	work.Go(func() { s.SweepUntil(ctx) })
	risks := c.risks()
	if !c.Dev {
		open, err := published(p.ctx, s.Store)
		if err != nil {
			return err
		}
		if open != "" {
			risks = append(risks, open)
		}
	}
	work.Go(func() { shout(ctx, log, risks) })
	work.Go(func() { sayPressure(ctx, log, s) })
	work.Go(func() {
		// A server that cannot read what the others write would take everybody for unknown: it stops instead.
		if err := s.Follow(ctx); err != nil {
			stop(fmt.Errorf("MONCOMPTE_KEYS_FILE: %w", err))
		}
	})
	work.Go(func() { mail.worker.Run(ctx) })
	work.Go(func() {
		s.audit.Run(ctx, func(err error) { log.Error("audit log not written: its events wait", "reason", err) })
	})
	// The address that answer returns has the port that was found, where the setting leaves the choice by a 0.
	answer := func(l net.Listener, h http.Handler) string {
		work.Go(func() {
			if err := serveUntil(ctx, l, h, log); err != nil {
				stop(err)
			}
		})
		return l.Addr().String()
	}
	refused := func(setting string, err error) error {
		stop(err)
		work.Wait()
		return fmt.Errorf("%s: %w", setting, err)
	}
	observed := ""
	if c.MetricsListen != "" {
		l, err := net.Listen("tcp", c.MetricsListen)
		if err != nil {
			return refused("MONCOMPTE_METRICS_LISTEN", err)
		}
		observed = answer(l, metrics.handler())
	}
	l, err := listen(c.Listen)
	if err != nil {
		return refused("MONCOMPTE_LISTEN", err)
	}
	listening := answer(tls.listen(l), site)
	log.Info("serving", "version", version, "listen", listening, "metrics", observed, "base_url", c.BaseURL.String(), "database", s.Engine(), "dev", c.Dev)
	if c.Dev {
		fmt.Fprintf(p.out, "Mon Compte: %s\n", c.BaseURL)
	}
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("systemd is not told that the server is ready", "reason", err)
	}
	<-ctx.Done()
	work.Wait()
	log.Info("stopped")
	if cause := context.Cause(ctx); p.ctx.Err() == nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// listen takes the socket that systemd keeps open across restarts, or opens one at the address.
func listen(address string) (net.Listener, error) {
	given, err := activation.Listeners()
	switch {
	case err != nil:
		return nil, err
	case len(given) == 0:
		return net.Listen("tcp", address)
	case len(given) > 1 || given[0] == nil:
		return nil, errors.New("systemd gives something else than one stream socket")
	}
	return given[0], nil
}

// newSite wires the site to the store.
func newSite(c config, s *store.Store, mail *post, log *slog.Logger, m *metrics, traces *tracing.Tracer) (http.Handler, error) {
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	told := portal.StandardLimits
	told.Idle, told.Lifetime, told.Kept = c.SessionIdle, c.SessionLife, c.Kept
	party := portal.PasskeyParty(c.BaseURL, words.French.Product())
	help, err := aide.Load(aide.Options{OrgName: c.Org.Name, Phone: c.Org.Phone, URL: c.Org.URL,
		Accessibility: c.Org.Accessibility, FranceConnect: c.FranceConnect.offered(), Passkeys: party != nil, Limits: told})
	if err != nil {
		return nil, err
	}
	common, err := password.DefaultList()
	if err != nil {
		return nil, err
	}
	pool := passhash.NewPool(passhash.PoolOptions{})
	m.watch(pool)
	login := &portal.Login{Store: s, Pool: pool, Keys: s.Keys(), CodeFirst: true, Reach: mail.reach(), Log: log}
	recovery := &portal.Recovery{Store: s, Pool: pool, Keys: s.Keys(), Reach: mail.reach(), Common: common, SMSBudget: c.SMSBudget, Log: log}
	franceConnect, err := newFederation(c, s, login, recovery, mail, log)
	if err != nil {
		return nil, err
	}
	var passkeys *portal.Passkeys
	if party != nil {
		passkeys = &portal.Passkeys{Store: s, Party: party, Composer: mail.composer, Reach: mail.reach(), Issuer: c.FranceConnect.Issuer, Log: log}
	}
	return web.New(web.Options{
		BaseURL:        c.BaseURL,
		Org:            c.Org,
		Assets:         assets,
		Help:           help,
		Login:          login,
		Recovery:       recovery,
		Passkeys:       passkeys,
		SecondStep:     &portal.SecondStep{Login: login, Codes: recovery, When: c.SecondStep},
		FranceConnect:  franceConnect,
		Services:       c.Services,
		ServicesDomain: c.ServicesDomain,
		Accounts:       s,
		Sessions:       s,
		Limits:         told,
		Provisional:    c.Provisional,
		TrustedProxies: c.TrustedProxies,
		Unavailable:    store.Unavailable,
		Idle:           c.SessionIdle,
		Lifetime:       c.SessionLife,
		Dev:            c.Dev,
		Sent:           mail.sent,
		Log:            log,
		Observe:        m.observe,
		Traces:         traces,
		Away:           mail.worker.Away,
	})
}

// newServer bounds what one slow or hostile client can hold, and for how long.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second, // a form on GPRS takes seconds, not a minute
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// serveUntil answers until ctx is done, then lets the requests under way finish.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := newServer(h, log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := server.Shutdown(closing); err != nil {
		log.Warn("requests under way were cut off", "reason", err)
		return server.Close()
	}
	return nil
}

func now() time.Time { return time.Now() }
