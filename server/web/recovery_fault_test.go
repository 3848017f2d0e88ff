package web_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

func TestThePageAnswersWhileTheGatewayHangsAndTheMessageGoesOutOnceItIsBack(t *testing.T) {
	o := openRecoverySite(t, local)
	g := newGateway()
	g.hold = make(chan struct{})
	o.employ(g)
	b := o.browser()
	b.ask(reset, nathalie, "sms").leads(t, "asking for a code", reset+"/code")
	wait(t, g.came) // the worker is in the gateway, which does not answer
	b.get(reset+"/code").expect(t, "the page while the gateway hangs", http.StatusOK, nil)
	o.browser().ask(reset, jean, "sms").leads(t, "somebody else", reset+"/code")
	o.browser().ask(reset, nobody, "sms").leads(t, "nobody", reset+"/code")
	if n := len(g.Messages()); n != 0 {
		t.Fatalf("%d messages went out", n)
	}
	close(g.hold)
	var code string
	for range 2 {
		if m := wait(t, g.messages); codeIn(t, m) == o.codeOf(b) {
			code = codeIn(t, m)
		}
	}
	b.give(reset, code).leads(t, "the code that came late", reset+"/nouveau")
}

// refusing is a gateway that is down until told otherwise.
type refusing struct {
	*gateway
	mu   sync.Mutex
	down bool
}

func (r *refusing) Send(ctx context.Context, m notify.Message) (string, error) {
	r.mu.Lock()
	down := r.down
	r.mu.Unlock()
	if down {
		r.came <- struct{}{}
		return "", notify.Temporary("down")
	}
	return r.gateway.Send(ctx, m)
}

func (r *refusing) set(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

func TestAMessageThatWasRefusedGoesOutOnceTheGatewayIsBack(t *testing.T) {
	o := openRecoverySite(t, local)
	g := &refusing{gateway: newGateway(), down: true}
	worker := o.employ(g)
	b := o.browser()
	b.ask(reset, nathalie, "email").leads(t, "asking for a code", reset+"/code")
	wait(t, g.came)
	o.until("the failure is noted", `SELECT count(*) = 1 FROM outbox WHERE attempts > 0 AND state = 'open'`)
	g.set(false)
	o.Turn(2 * time.Minute)
	worker.Wake()
	b.give(reset, codeIn(t, wait(t, g.messages))).leads(t, "the code", reset+"/nouveau")
}

func TestAnExpiredCodeIsNeverSent(t *testing.T) {
	o := openRecoverySite(t, local)
	g := &refusing{gateway: newGateway(), down: true}
	worker := o.employ(g)
	b := o.browser()
	b.ask(reset, nathalie, "sms").leads(t, "asking for a code", reset+"/code")
	wait(t, g.came)
	o.until("the failure is noted", `SELECT count(*) = 1 FROM outbox WHERE attempts > 0 AND state = 'open'`)
	g.set(false)
	o.Turn(portal.CodeLife)
	worker.Wake()
	// What comes next is sent, and the expired code was not before it: messages go out oldest first.
	b.ask(reset, jean, "sms").leads(t, "a later code", reset+"/code")
	if m := wait(t, g.messages); codeIn(t, m) != o.codeOf(b) {
		t.Error("a message of an expired code went out")
	}
	if ended, err := o.store.Outbox().Expire(t.Context(), o.Clock()); err != nil || len(ended) != 1 || ended[0].Count != 1 || len(g.Messages()) != 1 {
		t.Errorf("%+v expired and %d went out, want one of each (%v)", ended, len(g.Messages()), err)
	}
}

// until waits for a statement to be true, which another goroutine brings about.
func (o *recoverySite) until(what, query string) {
	o.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		var yes bool
		check.OK(o.t, o.db.QueryRow(query).Scan(&yes))
		if yes {
			return
		}
		if time.Now().After(end) {
			o.t.Fatalf("%s: never", what)
		}
	}
}

// brokenRecovery is a store that cannot read flows once it is broken.
type brokenRecovery struct {
	portal.Store
	broken bool
}

func (s *brokenRecovery) Flow(ctx context.Context, token keys.Secret, now time.Time) (portal.Flow, error) {
	if s.broken {
		return portal.Flow{}, errors.New("the disk is full")
	}
	return s.Store.Flow(ctx, token, now)
}

func (s *brokenRecovery) Begin(ctx context.Context) (portal.Tx, error) {
	if s.broken {
		return nil, errors.New("the disk is full")
	}
	return s.Store.Begin(ctx)
}

func TestNeitherLogNorAddressNorErrorPageHoldsAnythingPersonal(t *testing.T) {
	book := &check.Log{}
	log := slog.New(web.LogHandler(slog.NewTextHandler(book, &slog.HandlerOptions{Level: slog.LevelDebug})))
	broken := &brokenRecovery{}
	o := openRecoverySite(t, public, func(options *web.Options) {
		options.Log, options.Recovery.Log = log, log
		broken.Store = options.Recovery.Store
		options.Recovery.Store = broken
	})
	var addresses, pages []string
	see := func(a answer) {
		addresses = append(addresses, a.Header.Get("Location"), a.Header.Get("HX-Redirect"))
		pages = append(pages, a.body)
	}
	secrets := []string{nathalie, nobody, chosen, "639980001", "nathalie@example.org"}
	for _, identifier := range []string{nathalie, nobody} {
		for _, h := range []header{nil, hx} {
			b := o.browser()
			see(b.ask(reset, identifier, "sms", h))
			token, code := b.cookie("__Host-recuperation"), o.codeOf(b)
			o.take() // a gateway has the message
			secrets = append(secrets, token, code, other(code))
			see(b.get(reset + "/code"))
			see(b.give(reset, other(code), h))
			broken.broken = true
			for _, a := range []answer{b.ask(reset, identifier, "sms", h), b.give(reset, code, h), b.choose(reset, chosen, h), b.get(reset+"/code", h)} {
				a.expect(t, "a fault", http.StatusInternalServerError, nil)
				see(a)
			}
			broken.broken = false
			see(b.give(reset, code, h))
			see(b.choose(reset, chosen, h))
		}
	}
	o.browser().signIn(nathalie, chosen)
	logged := book.String()
	for _, want := range []string{"the disk is full", "code asked for", "code tried", "password changed"} {
		if !strings.Contains(logged, want) {
			t.Errorf("the log does not tell %q", want)
		}
	}
	for what, text := range map[string]string{"the log": logged, "an address": strings.Join(addresses, "\n"), "a page": strings.Join(pages, "\n")} {
		for i, secret := range secrets {
			if regexp.MustCompile(`\b` + regexp.QuoteMeta(secret) + `\b`).MatchString(text) {
				t.Errorf("%s holds secret %d of %d", what, i+1, len(secrets))
			}
		}
	}
}
