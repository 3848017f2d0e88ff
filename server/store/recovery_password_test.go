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
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

func (r *recovery) hash(n nir.Number) string {
	r.t.Helper()
	c, err := r.store.Credential(r.t.Context(), n)
	check.OK(r.t, err)
	return c.Hash.Reveal()
}

func finishing(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	id, stranger := storetest.Add(t, d.store, account), storetest.Add(t, d.store, other)
	device := portal.NewToken()
	d.enter(t, id, portal.Password, device, "one")
	d.save(t, d.row(t, id, 1, "two"))
	d.enter(t, stranger, portal.Password, device, "stranger's")
	for _, n := range []nir.Number{account.Identifier, other.Identifier} {
		storetest.Count(t, d.store, d.Clock(), portal.AccountLimit.Free, portal.AccountSubject(n))
	}
	token := r.begin(account.Identifier, portal.SMS)
	second := r.begin(account.Identifier, portal.Email)
	third := r.begin(account.Identifier, portal.SMS)
	strangers := r.begin(other.Identifier, portal.SMS)
	r.give(token, r.code(token))
	r.give(third, r.code(third))
	check.OK(t, r.set(token))

	if hash, err := passhash.Parse(r.hash(account.Identifier)); err != nil || !hash.Verify(chosen) || r.hash(other.Identifier) != "$hash$one" {
		t.Error("the password is not set, or another account's is")
	}
	for session, alive := range map[string]bool{"one": false, "two": false, "stranger's": true} {
		if _, found := d.session(t, session); found != alive {
			t.Errorf("session %s: found %v", session, found)
		}
	}
	for name, token := range map[string]keys.Secret{"finished": token, "open": second, "consumed": third} {
		if _, ok := r.flow(token); ok {
			t.Errorf("the %s flow is still there", name)
		}
		if err := r.set(token); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("the %s flow sets another password: %v", name, err)
		}
	}
	if _, ok := r.flow(strangers); !ok {
		t.Error("the flow of another account was closed")
	}
	for _, n := range []nir.Number{account.Identifier, other.Identifier} {
		known := n.Canonical() == other.Identifier.Canonical()
		name, _, err := d.store.KnownDevice(t.Context(), device, n)
		if err != nil || (name != "") != known {
			t.Errorf("device known %v, want %v (%v)", name != "", known, err)
		}
		bucket := d.bucket(t, portal.AccountSubject(n))
		if bucket.InRow != portal.AccountLimit.Free {
			t.Errorf("strangers' %d attempts are counted, want those before", bucket.InRow)
		}
	}
	var texts []string
	for _, m := range r.take() {
		texts = append(texts, m.To.Reveal()+": "+m.Text.Reveal())
	}
	slices.Sort(texts)
	want := []string{account.Phone.Reveal() + ": changed by sms", account.Phone.Reveal() + ": " + r.code(strangers) + " by sms", account.Email.Reveal() + ": changed by email"}
	slices.Sort(want)
	if !slices.Equal(texts, want) { // the other account's code, which Nathalie's number would take too, and no code of the finished flows
		t.Errorf("messages %q, want %q", texts, want)
	}
}

// finishNeedsThisFlowsCode is the one statement without which no password is set: nothing but this flow's own code opens it.
func finishNeedsThisFlowsCode(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	id, stranger := storetest.Add(t, d.store, account), storetest.Add(t, d.store, other)
	for name, c := range map[string]struct {
		prepare func(token keys.Secret)
		account portal.AccountID
		ok      bool
	}{
		"no code":         {func(keys.Secret) {}, id, false},
		"a wrong code":    {func(token keys.Secret) { r.give(token, wrongCode) }, id, false},
		"another account": {func(token keys.Secret) { r.give(token, r.code(token)) }, stranger, false},
		"no account":      {func(token keys.Secret) { r.give(token, r.code(token)) }, "", false},
		"another flow's":  {func(keys.Secret) { r.given(account.Identifier) }, id, false},
		"a code too old": {func(token keys.Secret) {
			r.give(token, r.code(token))
			d.Turn(portal.PasswordGrace)
		}, id, false},
		"a code just in time": {func(token keys.Secret) {
			r.give(token, r.code(token))
			d.Turn(portal.PasswordGrace - time.Microsecond)
		}, id, true},
	} {
		token := r.begin(account.Identifier, portal.SMS)
		flow, _ := r.flow(token)
		c.prepare(token)
		finish := func(tx portal.Tx) error {
			return tx.FinishFlow(t.Context(), flow.Ref, c.account, d.Clock(), d.Clock().Add(-portal.PasswordGrace))
		}
		if err := d.unit(t.Context(), finish); c.ok != (err == nil) || !c.ok && !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("%s: %v", name, err)
		}
		if err := d.unit(t.Context(), finish); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("%s, a second time: %v", name, err)
		}
	}
}

// finishIsWhole ends the request before each of the statements in turn: until the last one is through, nothing changes.
func finishIsWhole(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	d.enter(t, id, portal.Password, portal.NewToken(), "one")
	storetest.Count(t, d.store, d.Clock(), 1, portal.AccountSubject(account.Identifier))
	token := r.given(account.Identifier)
	r.begin(account.Identifier, portal.SMS)

	left := 0
	var leave context.CancelFunc
	r.Store = storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock, Trace: func(string) {
		if left--; left == 0 {
			leave()
		}
	}})
	before := ended(t, d)
	for n := 1; ; n++ {
		var ctx context.Context
		ctx, leave = context.WithCancel(t.Context())
		left = n
		_, _, err := r.SetPassword(ctx, portal.NewPassword{Token: token, Typed: chosen})
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
	if after := ended(t, d); !strings.HasPrefix(after, "argon2id epoch 2 sessions 0 open flows 0 messages 4 open 2 devices 1") {
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
			(SELECT min(substr(password_scheme, 1, 8)) FROM accounts) || ' epoch ' ||
			(SELECT sum(session_epoch) FROM accounts) || ' sessions ' ||
			(SELECT count(*) FROM sessions) || ' open flows ' ||
			(SELECT count(*) FROM flows WHERE closed_at IS NULL) || ' messages ' ||
			(SELECT count(*) FROM outbox) || ' open ' ||
			(SELECT count(*) FROM outbox WHERE state = 'open') || ' devices ' ||
			(SELECT count(*) FROM devices) || ' attempts ' ||
			(SELECT sum(in_row) FROM buckets)`).Scan(&line)
	check.OK(t, err)
	return line
}

// parallelRightCode submits the right code, and then a password, a hundred times at once.
func parallelRightCode(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token := r.begin(account.Identifier, portal.SMS)
	code := r.code(token)
	r.take()
	var right atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			// Whoever comes after others and before the first of them has consumed the code may be told that it is used up.
			switch result, err := r.Try(context.Background(), token, keys.NewSecret(code)); {
			case err == nil && result == portal.CodeRight:
				right.Add(1)
			case err == nil && result == portal.CodeUsedUp, portal.ErrorKind(err) == portal.KindThrottled:
			default:
				t.Errorf("%d, %v", result, err)
			}
		})
	}
	all.Wait()
	if flow, ok := r.flow(token); right.Load() == 0 || !ok || flow.Consumed.IsZero() {
		t.Errorf("%d were right; the code is not consumed", right.Load())
	}
	if set, refused := r.setAtOnce(slices.Repeat([]keys.Secret{token}, 100)); set != 1 || refused != 99 {
		t.Errorf("the password was set %d times and refused %d times, want 1 and 99", set, refused)
	}
	if n := len(r.take()); n != 2 {
		t.Errorf("%d notices, want one to each address", n)
	}
	a, err := d.store.Account(t.Context(), id)
	if err != nil || a.Epoch != 2 {
		t.Errorf("epoch %d, want one step (%v)", a.Epoch, err)
	}
}

// setAtOnce chooses a password by each of the flows at the same time.
func (r *recovery) setAtOnce(tokens []keys.Secret) (set, refused int64) {
	r.t.Helper()
	var stands, not atomic.Int64
	var all sync.WaitGroup
	for _, token := range tokens {
		all.Go(func() {
			switch err := r.set(token); {
			case err == nil:
				stands.Add(1)
			case errors.Is(err, portal.ErrNoFlow):
				not.Add(1)
			default:
				r.t.Error(err)
			}
		})
	}
	all.Wait()
	return stands.Load(), not.Load()
}

// twoFlowsAtOnce ends two flows of one account at the same time: one password stands, and neither waits for the other for
// ever.
func twoFlowsAtOnce(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	for range 10 {
		tokens := []keys.Secret{r.given(account.Identifier), r.given(account.Identifier), r.given(account.Identifier), r.given(account.Identifier)}
		if set, _ := r.setAtOnce(tokens); set != 1 {
			t.Fatalf("%d passwords were set", set)
		}
		d.Turn(time.Second)
	}
}

// recoveryUnreadable looks for the person and for what was sent in the tables of recovery.
func recoveryUnreadable(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	token := r.begin(account.Identifier, portal.SMS)
	code := r.code(token)
	r.begin(account.Identifier, portal.Email)
	r.begin(storetest.Number(t, "2910133063021"), portal.Email)
	r.give(token, code)
	unreadable := func(when string) {
		t.Helper()
		personal := []string{account.Identifier.Canonical(), "2910133063021", "nathalie@example.org", "639980001", code, token.Reveal(), "changed by", "by sms"}
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
	unreadable("before the end")
	check.OK(t, r.set(token))
	unreadable("after it")
	r.take()
	unreadable("after the messages")
}

func recoverySweep(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	outbox := d.store.Outbox()
	r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	r.begin(storetest.Number(t, "2910133063021"), portal.SMS)
	expect := func(when string, flows, messages int) {
		t.Helper()
		check.OK(t, d.store.Sweep(t.Context()))
		if gotFlows, gotMessages := count(t, d, "flows"), count(t, d, "outbox"); gotFlows != flows || gotMessages != messages {
			t.Errorf("%s: %d flows and %d messages, want %d and %d", when, gotFlows, gotMessages, flows, messages)
		}
	}
	expect("at once", 2, 2)
	d.Turn(portal.CodeLife)
	if ended, err := outbox.Expire(t.Context(), d.Clock()); len(ended) != 1 || ended[0].Count != 1 || err != nil {
		t.Errorf("expired: %+v, want the one to somebody (%v)", ended, err)
	}
	expect("once the code has expired", 2, 1) // the message to nobody is gone; the other one is kept closed
	if len(r.due()) != 0 {
		t.Error("an expired message is claimed")
	}
	d.Turn(24*time.Hour - portal.CodeLife)
	expect("a day later", 0, 1)
	d.Turn(29 * 24 * time.Hour)
	expect("a month later", 0, 0)
}
