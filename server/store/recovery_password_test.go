package store_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

func (f *flows) account(n nir.Number) portal.AccountID {
	f.t.Helper()
	c, err := f.store.Credential(f.t.Context(), n)
	if err != nil {
		f.t.Fatal(err)
	}
	return c.Account
}

func (f *flows) hash(n nir.Number) string {
	f.t.Helper()
	c, err := f.store.Credential(f.t.Context(), n)
	if err != nil {
		f.t.Fatal(err)
	}
	return c.Hash.Reveal()
}

func (f *flows) password(id portal.AccountID, hash string) portal.NewPassword {
	return portal.NewPassword{
		Account: id,
		Hash:    keys.NewSecret(hash),
		Scheme:  "test",
		At:      f.clock(),
		Since:   f.clock().Add(-portal.PasswordGrace),
		Notice: func(c portal.Channel) portal.Content {
			return portal.Content{Text: keys.NewSecret("notice " + string(c))}
		},
		Usable: f.send(portal.Flow{}).Usable,
	}
}

func (f *flows) finish(token keys.Secret, id portal.AccountID, hash string) error {
	return f.store.FinishFlow(f.t.Context(), token, f.password(id, hash))
}

func finishing(t *testing.T, d *database) {
	f := newFlows(t, d)
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	id, stranger := storetest.Add(t, d.store, account), storetest.Add(t, d.store, other)
	device := portal.NewToken()
	for _, a := range []portal.AccountID{id, stranger} {
		if err := d.store.SignedIn(t.Context(), portal.Success{Account: a, At: d.clock(), Method: portal.Password, Device: device}); err != nil {
			t.Fatal(err)
		}
	}
	d.begin(t, "one", data(t, id, 1, "s1"))
	d.begin(t, "two", data(t, id, 1, "s2"))
	d.begin(t, "stranger's", data(t, stranger, 1, "s3"))
	for _, n := range []nir.Number{account.Identifier, other.Identifier} {
		for range portal.AccountLimit.Free {
			if err := d.store.Reserve(t.Context(), d.clock(), portal.AccountSubject(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	token := f.begin(account.Identifier, portal.SMS, rightCode)
	second := f.begin(account.Identifier, portal.Email, rightCode)
	third := f.begin(account.Identifier, portal.SMS, rightCode)
	strangers := f.begin(other.Identifier, portal.SMS, rightCode)
	f.try(token, rightCode)
	f.try(third, rightCode)
	if err := f.finish(token, id, "$hash$new"); err != nil {
		t.Fatal(err)
	}

	if f.hash(account.Identifier) != "$hash$new" || f.hash(other.Identifier) != "$hash$one" {
		t.Error("the password is not set, or another account's is")
	}
	for session, alive := range map[string]bool{"one": false, "two": false, "stranger's": true} {
		if _, found := d.visit(t, session); found != alive {
			t.Errorf("session %s: found %v", session, found)
		}
	}
	for name, token := range map[string]keys.Secret{"finished": token, "open": second, "consumed": third} {
		if _, ok := f.flow(token); ok {
			t.Errorf("the %s flow is still there", name)
		}
		if err := f.finish(token, id, "$hash$newer"); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("the %s flow sets another password: %v", name, err)
		}
	}
	if _, ok := f.flow(strangers); !ok {
		t.Error("the flow of another account was closed")
	}
	for _, n := range []nir.Number{account.Identifier, other.Identifier} {
		known := n.Canonical() == other.Identifier.Canonical()
		name, _, err := d.store.KnownDevice(t.Context(), device, n)
		if err != nil || (name != "") != known {
			t.Errorf("device known %v, want %v (%v)", name != "", known, err)
		}
		bucket := d.bucket(t, portal.AccountSubject(n))
		if (bucket.InRow != 0) != known {
			t.Errorf("%d attempts counted", bucket.InRow)
		}
	}
	var texts []string
	for _, m := range f.take() {
		texts = append(texts, m.To.Reveal()+": "+m.Text.Reveal())
	}
	slices.Sort(texts)
	want := []string{account.Phone.Reveal() + ": notice sms", account.Phone.Reveal() + ": sms " + rightCode, account.Email.Reveal() + ": notice email"}
	slices.Sort(want)
	if !slices.Equal(texts, want) { // the other account's code, which Nathalie's number would take too, and no code of the finished flows
		t.Errorf("messages %q, want %q", texts, want)
	}
}

// finishNeedsThisFlowsCode is the one place where a password is set: nothing but this flow's own code opens it.
func finishNeedsThisFlowsCode(t *testing.T, d *database) {
	f := newFlows(t, d)
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	id, stranger := storetest.Add(t, d.store, account), storetest.Add(t, d.store, other)
	for name, c := range map[string]struct {
		do func(token keys.Secret) error
		ok bool
	}{
		"no code":          {func(token keys.Secret) error { return f.finish(token, id, "$hash$x") }, false},
		"a wrong code":     {func(token keys.Secret) error { f.try(token, wrongCode); return f.finish(token, id, "$hash$x") }, false},
		"an unknown token": {func(keys.Secret) error { return f.finish(portal.NewToken(), id, "$hash$x") }, false},
		"another account":  {func(token keys.Secret) error { f.try(token, rightCode); return f.finish(token, stranger, "$hash$x") }, false},
		"no account":       {func(token keys.Secret) error { f.try(token, rightCode); return f.finish(token, "", "$hash$x") }, false},
		"another flow's": {func(token keys.Secret) error {
			f.try(f.begin(account.Identifier, portal.SMS, rightCode), rightCode)
			return f.finish(token, id, "$hash$x")
		}, false},
		"a code too old": {func(token keys.Secret) error {
			f.try(token, rightCode)
			d.turn(portal.PasswordGrace)
			return f.finish(token, id, "$hash$x")
		}, false},
		"a code just in time": {func(token keys.Secret) error {
			f.try(token, rightCode)
			d.turn(portal.PasswordGrace - time.Microsecond)
			return f.finish(token, id, "$hash$x")
		}, true},
	} {
		storetest.Add(t, d.store, account) // with its first password again
		storetest.Add(t, d.store, other)
		err := c.do(f.begin(account.Identifier, portal.SMS, rightCode))
		if c.ok != (err == nil) || !c.ok && portal.ErrorCode(err) != portal.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
		if changed := f.hash(account.Identifier) != "$hash$one"; changed != c.ok || f.hash(other.Identifier) != "$hash$one" {
			t.Errorf("%s: password changed %v", name, changed)
		}
	}
}

// finishIsWhole ends the request before each of the statements in turn: until the last one is through, nothing changes.
func finishIsWhole(t *testing.T, d *database) {
	f := newFlows(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	device := portal.NewToken()
	if err := d.store.SignedIn(t.Context(), portal.Success{Account: id, At: d.clock(), Method: portal.Password, Device: device}); err != nil {
		t.Fatal(err)
	}
	d.begin(t, "one", data(t, id, 1, "s1"))
	if err := d.store.Reserve(t.Context(), d.clock(), portal.AccountSubject(account.Identifier)); err != nil {
		t.Fatal(err)
	}
	token := f.begin(account.Identifier, portal.SMS, rightCode)
	f.begin(account.Identifier, portal.SMS, rightCode)
	f.try(token, rightCode)

	left := 0
	var leave context.CancelFunc
	failing := storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.clock, Trace: func(string) {
		if left--; left == 0 {
			leave()
		}
	}})
	before := ended(t, d)
	for n := 1; ; n++ {
		var ctx context.Context
		ctx, leave = context.WithCancel(t.Context())
		left = n
		err := failing.FinishFlow(ctx, token, f.password(id, "$hash$new"))
		leave()
		if err == nil {
			if n < 10 {
				t.Fatalf("only %d statements were tried", n-1)
			}
			break
		}
		if after := ended(t, d); after != before {
			t.Fatalf("the request ended before statement %d (%v), and something has changed:\n%s\n%s", n, err, before, after)
		}
	}
	if after := ended(t, d); !strings.HasPrefix(after, "$hash$new epoch 2 sessions 0 open flows 0 messages 4 open 2 devices 0") {
		t.Errorf("in the end: %s", after)
	}
}

// ended is all that the end of a flow changes, in one line.
func ended(t *testing.T, d *database) (line string) {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	err := db.QueryRowContext(t.Context(), `
		SELECT
			(SELECT min(password_hash) FROM accounts) || ' epoch ' ||
			(SELECT sum(session_epoch) FROM accounts) || ' sessions ' ||
			(SELECT count(*) FROM sessions) || ' open flows ' ||
			(SELECT count(*) FROM flows WHERE closed_at IS NULL) || ' messages ' ||
			(SELECT count(*) FROM outbox) || ' open ' ||
			(SELECT count(*) FROM outbox WHERE state = 'open') || ' devices ' ||
			(SELECT count(*) FROM devices) || ' attempts ' ||
			(SELECT sum(in_row) FROM buckets)`).Scan(&line)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// parallelRightCode submits the right code, and then a password, a hundred times at once.
func parallelRightCode(t *testing.T, d *database) {
	f := newFlows(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token := f.begin(account.Identifier, portal.SMS, rightCode)
	f.take()
	var results [5]atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			result, err := d.store.TryCode(context.Background(), token, keys.NewSecret(rightCode), d.clock())
			if err != nil {
				t.Error(err)
			}
			results[result].Add(1)
		})
	}
	all.Wait()
	// Whoever comes after five others and before the first of them has consumed the code is told that it is used up.
	if results[portal.CodeRight].Load() == 0 || results[portal.CodeWrong].Load() != 0 || results[portal.CodeExpired].Load() != 0 {
		t.Errorf("results %v", &results)
	}
	if flow, ok := f.flow(token); !ok || flow.Consumed.IsZero() {
		t.Error("the code is not consumed")
	}
	var set, refused atomic.Int64
	for range 100 {
		all.Go(func() {
			switch err := d.store.FinishFlow(context.Background(), token, f.password(id, "$hash$new")); {
			case err == nil:
				set.Add(1)
			case errors.Is(err, portal.ErrNoFlow):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if set.Load() != 1 || refused.Load() != 99 {
		t.Errorf("the password was set %d times and refused %d times, want 1 and 99", set.Load(), refused.Load())
	}
	if n := len(f.take()); n != 2 {
		t.Errorf("%d notices, want one to each address", n)
	}
	a, err := d.store.Account(t.Context(), id)
	if err != nil || a.Epoch != 2 {
		t.Errorf("epoch %d, want one step (%v)", a.Epoch, err)
	}
}

// twoFlowsAtOnce ends two flows of one account at the same time: one password stands, and neither waits for the other for
// ever.
func twoFlowsAtOnce(t *testing.T, d *database) {
	f := newFlows(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	for range 10 {
		var tokens []keys.Secret
		for range 4 {
			token := f.begin(account.Identifier, portal.SMS, rightCode)
			f.try(token, rightCode)
			tokens = append(tokens, token)
		}
		var set atomic.Int64
		var all sync.WaitGroup
		for _, token := range tokens {
			all.Go(func() {
				switch err := d.store.FinishFlow(context.Background(), token, f.password(id, "$hash$new")); {
				case err == nil:
					set.Add(1)
				case !errors.Is(err, portal.ErrNoFlow):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if set.Load() != 1 {
			t.Fatalf("%d passwords were set", set.Load())
		}
	}
}

// recoveryUnreadable looks for the person and for what was sent in the tables of recovery.
func recoveryUnreadable(t *testing.T, d *database) {
	f := newFlows(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token := f.begin(account.Identifier, portal.SMS, rightCode)
	f.begin(account.Identifier, portal.Email, rightCode)
	f.begin(storetest.Number(t, "2910133063021"), portal.Email, rightCode)
	f.try(token, rightCode)
	check := func(when string) {
		t.Helper()
		personal := []string{account.Identifier.Canonical(), "2910133063021", "nathalie@example.org", "639980001", rightCode, token.Reveal(), "notice", "sms 0", "email 0"}
		for _, table := range []string{"flows", "outbox", "buckets"} {
			cells := dump(t, d, table)
			if len(cells) == 0 {
				t.Fatalf("%s: table %s is empty", when, table)
			}
			for _, cell := range cells {
				for _, word := range personal {
					if bytes.Contains(bytes.ToLower(cell), []byte(strings.ToLower(word))) {
						t.Errorf("%s: table %s holds something personal in the clear", when, table)
					}
				}
			}
		}
	}
	check("before the end")
	if err := f.finish(token, id, "$hash$new"); err != nil {
		t.Fatal(err)
	}
	check("after it")
	f.take()
	check("after the messages")
}

func recoverySweep(t *testing.T, d *database) {
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	outbox := d.store.Outbox()
	f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
	f.begin(storetest.Number(t, "2910133063021"), portal.SMS, rightCode)
	expect := func(when string, flows, messages int) {
		t.Helper()
		if err := d.store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if gotFlows, gotMessages := count(t, d, "flows"), count(t, d, "outbox"); gotFlows != flows || gotMessages != messages {
			t.Errorf("%s: %d flows and %d messages, want %d and %d", when, gotFlows, gotMessages, flows, messages)
		}
	}
	expect("at once", 2, 2)
	d.turn(portal.CodeLife)
	if n, err := outbox.Expire(t.Context(), d.clock()); n != 1 || err != nil {
		t.Errorf("%d messages expired, want the one to somebody (%v)", n, err)
	}
	expect("once the code has expired", 2, 1) // the message to nobody is gone; the other one is kept closed
	if len(f.due()) != 0 {
		t.Error("an expired message is claimed")
	}
	d.turn(24*time.Hour - portal.CodeLife)
	expect("a day later", 0, 1)
	d.turn(29 * 24 * time.Hour)
	expect("a month later", 0, 0)
}
