package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

const (
	rightCode = "048213"
	wrongCode = "048214"
)

// flows begins flows as portal.Recovery does, with limits that tests choose. The zero value of the rest is a store on
// which everything can be sent.
type flows struct {
	*database
	t                   *testing.T
	sms, email, service int                     // messages a day, a day and an hour
	closed              map[portal.Channel]bool // channels without a gateway
	landline            bool                    // no number on file can receive an SMS
}

func newFlows(t *testing.T, d *database) *flows {
	return &flows{database: d, t: t, sms: 5, email: 10, service: 1000, closed: map[portal.Channel]bool{}}
}

// begin starts a flow with that code and returns its token.
func (f *flows) begin(n nir.Number, asked portal.Channel, code string) keys.Secret {
	f.t.Helper()
	flow := portal.Flow{Purpose: portal.Reset, Asked: asked, Identifier: n, Expires: f.clock().Add(portal.CodeLife)}
	token := portal.NewToken()
	err := f.store.BeginFlow(f.t.Context(), portal.NewFlow{Token: token, Flow: flow, Code: keys.NewSecret(code), At: f.clock(), Send: f.send(flow)})
	if err != nil {
		f.t.Fatal(err)
	}
	return token
}

// send writes messages that hold the code, the channel and nothing else.
func (f *flows) send(flow portal.Flow) portal.Send {
	who := flow.Identifier.Canonical()
	offered := func(c portal.Channel) bool { return !f.closed[c] }
	day := func(n int) portal.Limit { return portal.Limit{PerWindow: n, Window: 24 * time.Hour} }
	return portal.Send{
		Compose: func(c portal.Channel, code keys.Secret) portal.Content {
			return portal.Content{Text: keys.NewSecret(string(c) + " " + code.Reveal())}
		},
		Offered: offered,
		Usable: func(c portal.Channel, to keys.Secret) bool {
			return !to.IsZero() && offered(c) && !(f.landline && c == portal.SMS)
		},
		SMS:     portal.Subject{Kind: "sms", Value: who, Limit: day(f.sms)},
		Email:   portal.Subject{Kind: "email", Value: who, Limit: day(f.email)},
		Service: portal.Subject{Kind: "service", Limit: portal.Limit{PerWindow: f.service, Window: time.Hour}},
		Expires: flow.Expires,
	}
}

func (f *flows) try(token keys.Secret, code string) portal.CodeResult {
	f.t.Helper()
	result, err := f.store.TryCode(f.t.Context(), token, keys.NewSecret(code), f.clock())
	if err != nil {
		f.t.Fatal(err)
	}
	return result
}

func (f *flows) resend(token keys.Secret) error {
	return f.store.Resend(f.t.Context(), token, f.clock(), f.send)
}

// flow returns the open flow, and false when there is none.
func (f *flows) flow(token keys.Secret) (portal.Flow, bool) {
	f.t.Helper()
	flow, err := f.store.Flow(f.t.Context(), token, f.clock())
	if err != nil && !errors.Is(err, portal.ErrNoFlow) {
		f.t.Fatal(err)
	}
	return flow, err == nil
}

// due claims every message that waits, and gives each back.
func (f *flows) due() (messages []notify.Message) {
	f.t.Helper()
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		claimed, err := f.store.Outbox().Claim(f.t.Context(), notify.Claim{Channel: channel, Now: f.clock(), N: 1000, Lease: time.Minute})
		if err != nil {
			f.t.Fatal(err)
		}
		messages = append(messages, claimed...)
		for _, m := range claimed {
			if err := f.store.Outbox().Release(f.t.Context(), m.ID, ""); err != nil {
				f.t.Fatal(err)
			}
		}
	}
	f.turn(time.Millisecond)
	return messages
}

// take claims every message that waits and closes it as sent.
func (f *flows) take() []notify.Message {
	f.t.Helper()
	messages := f.due()
	for _, m := range messages {
		if err := f.store.Outbox().Sent(f.t.Context(), m.ID, "", f.clock()); err != nil {
			f.t.Fatal(err)
		}
	}
	return messages
}

// rows counts the messages in that state, those that nobody can claim included.
func (f *flows) rows(state string) (n int) {
	f.t.Helper()
	db := f.open(f.t)
	defer db.Close()
	if err := db.QueryRowContext(f.t.Context(), "SELECT count(*) FROM outbox WHERE state = $1", state).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

func codes(t *testing.T, d *database) {
	f := newFlows(t, d)
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	for _, c := range []struct {
		name string
		try  func(token keys.Secret) portal.CodeResult
		want portal.CodeResult
	}{
		{"right", func(token keys.Secret) portal.CodeResult { return f.try(token, rightCode) }, portal.CodeRight},
		{"wrong", func(token keys.Secret) portal.CodeResult { return f.try(token, wrongCode) }, portal.CodeWrong},
		{"empty", func(token keys.Secret) portal.CodeResult { return f.try(token, "") }, portal.CodeWrong},
		{"in its last moment", func(token keys.Secret) portal.CodeResult {
			f.turn(portal.CodeLife - time.Microsecond)
			return f.try(token, rightCode)
		}, portal.CodeRight},
		{"expired", func(token keys.Secret) portal.CodeResult { f.turn(portal.CodeLife); return f.try(token, rightCode) }, portal.CodeExpired},
		{"wrong and expired", func(token keys.Secret) portal.CodeResult { f.turn(portal.CodeLife); return f.try(token, wrongCode) }, portal.CodeExpired},
		{"right at the fifth try", func(token keys.Secret) portal.CodeResult {
			for range 4 {
				f.try(token, wrongCode)
			}
			return f.try(token, rightCode)
		}, portal.CodeRight},
		{"wrong at the fifth try", func(token keys.Secret) portal.CodeResult {
			for range 4 {
				f.try(token, wrongCode)
			}
			return f.try(token, wrongCode)
		}, portal.CodeUsedUp},
		{"right at the sixth try", func(token keys.Secret) portal.CodeResult {
			for range 5 {
				f.try(token, wrongCode)
			}
			return f.try(token, rightCode)
		}, portal.CodeUsedUp},
		{"consumed, by the same browser", func(token keys.Secret) portal.CodeResult { f.try(token, rightCode); return f.try(token, rightCode) }, portal.CodeRight},
		{"of another flow", func(token keys.Secret) portal.CodeResult {
			f.begin(account.Identifier, portal.SMS, "911911")
			return f.try(token, "911911")
		}, portal.CodeWrong},
		{"consumed in another flow", func(token keys.Secret) portal.CodeResult {
			other := f.begin(account.Identifier, portal.SMS, "911911")
			f.try(other, "911911")
			return f.try(token, "911911")
		}, portal.CodeWrong},
	} {
		token := f.begin(account.Identifier, portal.SMS, rightCode)
		if got := c.try(token); got != c.want {
			t.Errorf("a code %s: %d, want %d", c.name, got, c.want)
		}
		if flow, ok := f.flow(token); !ok || flow.Consumed.IsZero() != (c.want != portal.CodeRight) {
			t.Errorf("a code %s: consumed %v", c.name, !flow.Consumed.IsZero())
		}
	}
	if _, err := d.store.TryCode(t.Context(), portal.NewToken(), keys.NewSecret(rightCode), d.clock()); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("a code without a flow: %v", err)
	}
}

// nobodysCode guesses the code of an identifier that has no account: nobody was sent it, so nobody may use it.
func nobodysCode(t *testing.T, d *database) {
	f := newFlows(t, d)
	token := f.begin(storetest.Number(t, "2910133063021"), portal.SMS, rightCode)
	if got := f.try(token, rightCode); got != portal.CodeWrong {
		t.Errorf("the right code: %d, want wrong", got)
	}
	if flow, ok := f.flow(token); !ok || !flow.Consumed.IsZero() || flow.Account != "" || flow.Tries != 1 {
		t.Errorf("flow %+v", flow)
	}
	if f.due() != nil || f.rows("void") != 1 {
		t.Error("its message can be claimed, or is not there")
	}
	err := d.store.FinishFlow(t.Context(), token, portal.NewPassword{At: d.clock(), Usable: f.send(portal.Flow{}).Usable})
	if err == nil {
		t.Error("its flow was finished")
	}
}

func parallelWrongCodes(t *testing.T, d *database) {
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
	var results [5]atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			result, err := d.store.TryCode(context.Background(), token, keys.NewSecret(wrongCode), d.clock())
			if err != nil {
				t.Error(err)
			}
			results[result].Add(1)
		})
	}
	all.Wait()
	// The fifth comparison and all that came after it say that there are no tries left.
	if wrong, used := results[portal.CodeWrong].Load(), results[portal.CodeUsedUp].Load(); wrong != 4 || used != 96 {
		t.Errorf("%d of 100 wrong codes were compared and had tries left, %d not; want 4 and 96", wrong, used)
	}
	if flow, _ := f.flow(token); flow.Tries != portal.CodeTries {
		t.Errorf("%d tries are counted", flow.Tries)
	}
	if got := f.try(token, rightCode); got != portal.CodeUsedUp {
		t.Errorf("the right code afterwards: %d", got)
	}
}

// recoveryTraces compares what is run for an account, for none and for those to whom nothing can be sent: whoever
// measures the database learns nothing (OWASP ASVS 5.0 V6.3.8).
func recoveryTraces(t *testing.T, d *database) {
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	disabled, bare := storetest.Nathalie(t), storetest.Nathalie(t)
	disabled.Identifier = storetest.Number(t, "1850578006048")
	if err := d.store.SetDisabled(t.Context(), storetest.Add(t, d.store, disabled), true); err != nil {
		t.Fatal(err)
	}
	bare.Identifier, bare.Email, bare.Phone = storetest.Number(t, "1551299341005"), keys.Secret{}, keys.Secret{}
	storetest.Add(t, d.store, bare)
	trace := func(n nir.Number) (statements [][]string) {
		var token keys.Secret
		for _, do := range []func(){
			func() { token = f.begin(n, portal.SMS, rightCode) },
			func() { f.flow(token) },
			func() { f.resend(token) }, // too early
			func() { f.turn(time.Minute); f.resend(token) },
			func() { f.try(token, wrongCode) },
			func() {
				for range 5 {
					f.try(token, wrongCode)
				}
			},
			func() { token = f.begin(n, portal.Email, rightCode); f.turn(portal.CodeLife); f.try(token, wrongCode) },
			func() { f.resend(token) }, // too late
		} {
			statements = append(statements, slices.Clone(d.traced(do)))
		}
		return statements
	}
	known := trace(storetest.Nathalie(t).Identifier)
	if len(known[0]) < 5 || len(known[3]) <= len(known[2]) {
		t.Fatalf("the trace is not whole: %d statements to begin, %d to send again", len(known[0]), len(known[3]))
	}
	for name, n := range map[string]nir.Number{"unknown": storetest.Number(t, "2910133063021"), "disabled": disabled.Identifier, "without an address": bare.Identifier} {
		for step, statements := range trace(n) {
			if !slices.Equal(statements, known[step]) {
				t.Errorf("%s, step %d: %d statements, want the same %d as for an account:\n%q\n%q", name, step, len(statements), len(known[step]), statements, known[step])
			}
		}
	}
}

// rotatedKeys goes on with a flow on an instance that has a newer key already.
func rotatedKeys(t *testing.T, d *database) {
	path := filepath.Join(t.TempDir(), "keys")
	old, err := keys.Create(path, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: old, Now: d.clock, Trace: d.trace})
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
	rotated, err := keys.Add(path, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: rotated, Now: d.clock, Trace: d.trace})
	d.turn(time.Minute)
	if err := f.resend(token); err != nil {
		t.Fatal(err)
	}
	messages := f.take()
	if len(messages) != 2 || messages[0].Text.Reveal() != "sms "+rightCode || messages[1].Text.Reveal() != "sms "+rightCode {
		t.Errorf("%d messages, want the same code twice", len(messages))
	}
	if got := f.try(token, rightCode); got != portal.CodeRight {
		t.Errorf("the right code: %d", got)
	}
	if err := f.finish(token, f.account(storetest.Nathalie(t).Identifier), "$hash$new"); err != nil {
		t.Errorf("finish: %v", err)
	}
}

// neighbours looks for identifiers without an account among many that have one, before and after a change of keys: another
// row is fetched in their place, and never taken for theirs.
func neighbours(t *testing.T, d *database) {
	path := filepath.Join(t.TempDir(), "keys")
	ring, err := keys.Create(path, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.clock})
	ids := map[string]portal.AccountID{}
	add := func(from, to int) {
		for i := from; i < to; i++ {
			a := storetest.Nathalie(t)
			a.Identifier = storetest.Number(t, fmt.Sprintf("K%07d", i))
			ids[a.Identifier.Canonical()] = storetest.Add(t, d.store, a)
		}
	}
	check := func(when string) {
		t.Helper()
		f := newFlows(t, d)
		f.service = 1
		for i := range 60 {
			n := storetest.Number(t, fmt.Sprintf("K%07d", i))
			want := ids[n.Canonical()]
			c, err := d.store.Credential(t.Context(), n)
			if err != nil || c.Account != want || c.Hash.IsZero() != (want == "") || c.Epoch != 0 && want == "" {
				t.Errorf("%s: identifier %d has the credential of account %q, want %q (%v)", when, i, c.Account, want, err)
			}
			if flow, ok := f.flow(f.begin(n, portal.Email, rightCode)); !ok || flow.Account != want {
				t.Errorf("%s: identifier %d has a flow of account %q, want %q", when, i, flow.Account, want)
			}
		}
		if n := len(f.take()); n != len(ids) {
			t.Errorf("%s: %d messages, want one for each of %d accounts", when, n, len(ids))
		}
	}
	check("without an account")
	add(0, 20)
	check("with accounts")
	if ring, err = keys.Add(path, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.clock})
	d.turn(24 * time.Hour)
	add(40, 50)
	check("under two keys")
}
