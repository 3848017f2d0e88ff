package web_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/app/password"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
	"moncompte/server/web"
)

// The two ways to a new password.
const (
	reset = "/mot-de-passe-oublie"
	first = "/premiere-connexion"
)

// chosen is a good new password.
var chosen = run.secret("new password", "Tournesol-des-villes-93")

// recoverySite is a site on which passwords are recovered: with a clock that tests turn, a record of the statements, and a look
// at what the store has sealed. Without a worker, take plays the post.
type recoverySite struct {
	*site
	recovery *portal.Recovery
	db       *sql.DB

	*storetest.Watch

	mu     sync.Mutex
	worker *notify.Worker
}

func openRecoverySite(t *testing.T, base string, change ...func(*web.Options)) *recoverySite {
	t.Helper()
	common, err := password.DefaultList()
	check.OK(t, err)
	o := &recoverySite{Watch: storetest.NewWatch(time.Now().Truncate(time.Second))}
	address := storetest.SQLiteURL(t)
	s := storetest.Open(t, store.Options{URL: address, Now: o.Clock, Trace: o.Trace, Log: logger()})
	if o.db, err = sql.Open("sqlite", address+"?_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.db.Close() })
	wire := func(options *web.Options) {
		options.Login.Now, options.Login.CodeFirst = o.Clock, true
		o.recovery = &portal.Recovery{Store: s, Pool: options.Login.Pool, Params: small, Keys: s.Keys(), Common: common, Log: options.Log, Now: o.Clock,
			Reach: &portal.Reach{
				Composer: notify.Composer{OrgName: "Caf de test", Phone: "3230", Host: "moncompte.example", Base: public},
				Mobile:   notify.Mobile,
				Wake:     o.wake,
			}}
		options.Recovery = o.recovery
	}
	o.site = openOn(t, base, s, append([]func(*web.Options){wire}, change...)...)
	return o
}

func (o *recoverySite) wake() {
	o.mu.Lock()
	worker := o.worker
	o.mu.Unlock()
	if worker != nil {
		worker.Wake()
	}
}

// employ runs a worker with that gateway on both channels until the end of the test.
func (o *recoverySite) employ(g notify.Gateway) *notify.Worker {
	o.t.Helper()
	worker := &notify.Worker{Outbox: o.store.Outbox(), SMS: g, Email: g, Log: logger(), Now: o.Clock}
	o.mu.Lock()
	o.worker = worker
	o.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := worker.Run(ctx); err != nil {
			o.t.Error(err)
		}
	})
	o.t.Cleanup(func() { stop(); running.Wait() })
	return worker
}

// take claims every message that waits and closes it as sent.
func (o *recoverySite) take() (taken []notify.Message) {
	o.t.Helper()
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		claimed, err := o.store.Outbox().Claim(o.t.Context(), notify.Claim{Channel: channel, Now: o.Clock(), N: 100, Lease: time.Minute})
		check.OK(o.t, err)
		for _, m := range claimed {
			check.OK(o.t, o.store.Outbox().Sent(o.t.Context(), m.ID, "", o.Clock()))
		}
		taken = append(taken, claimed...)
	}
	return taken
}

var codeDigits = regexp.MustCompile(`\b([0-9]{6}|[0-9]{8})\b`)

// codeIn returns the code that a message brings.
func codeIn(t *testing.T, m notify.Message) string {
	t.Helper()
	code := codeDigits.FindString(m.Text.Reveal())
	if code == "" {
		t.Fatal("the message holds no code")
	}
	return code
}

// gateway passes messages on to a test, through the gateway of dev mode.
type gateway struct {
	notify.Memory
	messages chan notify.Message
	came     chan struct{} // one for each attempt
	hold     chan struct{} // attempts wait until it is closed; nil = they do not
}

func newGateway() *gateway {
	return &gateway{messages: make(chan notify.Message, 100), came: make(chan struct{}, 100)}
}

func (g *gateway) Send(ctx context.Context, m notify.Message) (string, error) {
	g.came <- struct{}{}
	if g.hold != nil {
		select {
		case <-g.hold:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	receipt, err := g.Memory.Send(ctx, m)
	g.messages <- m
	return receipt, err
}

// wait takes the next element of a channel, or ends the test after a while.
func wait[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(notifytest.Patience):
		t.Fatal("what must happen did not")
	}
	return v
}

// ask sends the first form.
func (b *browser) ask(base, identifier, channel string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, base, url.Values{"identifiant": {identifier}, "canal": {channel}}, headers...)
}

// give sends the form of the code.
func (b *browser) give(base, code string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, base+"/code", url.Values{"code": {code}}, headers...)
}

func (b *browser) again(base string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, base+"/renvoyer", url.Values{}, headers...)
}

// choose sends the form of the new password.
func (b *browser) choose(base, password string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, base+"/nouveau", url.Values{"mot_de_passe": {password}}, headers...)
}

// leads checks that an answer leads to a page, by a redirect that a refresh does not repeat.
func (a answer) leads(t *testing.T, what, path string) {
	t.Helper()
	a.expect(t, what, http.StatusSeeOther, header{"Location": path})
	if keep := a.Header.Get("Cache-Control"); keep != "no-store" {
		t.Errorf("%s: Cache-Control %q", what, keep)
	}
	if a.body != "" {
		t.Errorf("%s: a body of %d bytes", what, len(a.body))
	}
}

// says checks that a page holds a text.
func (a answer) says(t *testing.T, what string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s: the page does not say %q", what, text)
		}
	}
}

// begun is a browser that has asked for a code, and the code.
func (o *recoverySite) begun(base string) (*browser, string) {
	o.t.Helper()
	b := o.browser()
	for b.ask(base, nathalie, "sms").StatusCode == http.StatusTooManyRequests {
		o.Turn(time.Minute) // the person waits for their turn
	}
	b.get(base + "/code")
	messages := o.take()
	if len(messages) != 1 {
		o.t.Fatalf("%d messages", len(messages))
	}
	return b, codeIn(o.t, messages[0])
}

// given is a browser that has given its code.
func (o *recoverySite) given(base string) *browser {
	o.t.Helper()
	b, code := o.begun(base)
	b.give(base, code).leads(o.t, "the right code", base+"/nouveau")
	return b
}

// other returns a code that is another one.
func other(code string) string {
	return code[:5] + string('0'+(code[5]-'0'+1)%10)
}

// codeOf reads the code of a browser's flow where nobody else can: under the seal.
func (o *recoverySite) codeOf(b *browser) string {
	o.t.Helper()
	ring := o.store.Keys()
	index := keys.TokenIndex("flow", keys.NewSecret(b.cookie("recuperation")+b.cookie("__Host-recuperation")))
	var sealed []byte
	check.OK(o.t, o.db.QueryRow(`SELECT code_sealed FROM flows WHERE token_index = $1`, index).Scan(&sealed))
	code, err := ring.Open("code", hex.EncodeToString(index), sealed)
	check.OK(o.t, err)
	return string(code)
}

// addWithoutPassword imports an account whose owner has not chosen a password yet.
func (o *recoverySite) addWithoutPassword(identifier string) {
	o.t.Helper()
	a := storetest.Nathalie(o.t)
	a.Identifier, a.Password = storetest.Number(o.t, identifier), keys.Secret{}
	storetest.Add(o.t, o.store, a)
}
