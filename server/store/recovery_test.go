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
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

func codes(t *testing.T, d *database) {
	r := newRecovery(t, d)
	n := storetest.Nathalie(t).Identifier
	storetest.Add(t, d.store, storetest.Nathalie(t))
	wrong := func(token keys.Secret, times int) {
		for range times {
			r.give(token, wrongCode)
		}
	}
	for _, c := range []struct {
		name string
		give func(token keys.Secret, right string) portal.CodeResult
		want portal.CodeResult
	}{
		{"right", r.give, portal.CodeRight},
		{"wrong", func(token keys.Secret, right string) portal.CodeResult { return r.give(token, "x"+right[1:]) }, portal.CodeWrong},
		{"empty", func(token keys.Secret, _ string) portal.CodeResult { return r.give(token, "") }, portal.CodeWrong},
		{"in its last moment", func(token keys.Secret, right string) portal.CodeResult {
			d.Turn(portal.CodeLife - time.Microsecond)
			return r.give(token, right)
		}, portal.CodeRight},
		{"expired", func(token keys.Secret, right string) portal.CodeResult {
			d.Turn(portal.CodeLife)
			return r.give(token, right)
		}, portal.CodeExpired},
		{"right at the fifth try", func(token keys.Secret, right string) portal.CodeResult {
			wrong(token, 4)
			return r.give(token, right)
		}, portal.CodeRight},
		{"wrong at the fifth try", func(token keys.Secret, _ string) portal.CodeResult {
			wrong(token, 4)
			return r.give(token, wrongCode)
		}, portal.CodeUsedUp},
		{"right at the sixth try", func(token keys.Secret, right string) portal.CodeResult {
			wrong(token, 5)
			return r.give(token, right)
		}, portal.CodeUsedUp},
		{"consumed, by the same browser", func(token keys.Secret, right string) portal.CodeResult {
			r.give(token, right)
			return r.give(token, right)
		}, portal.CodeRight},
		{"of another flow", func(token keys.Secret, right string) portal.CodeResult {
			other := r.begin(n, portal.SMS)
			for r.code(other) == right {
				other = r.begin(n, portal.SMS)
			}
			return r.give(token, r.code(other))
		}, portal.CodeWrong},
	} {
		d.Turn(25 * time.Hour) // a day of its own
		token := r.begin(n, portal.SMS)
		if got := c.give(token, r.code(token)); got != c.want {
			t.Errorf("a code %s: %d, want %d", c.name, got, c.want)
		}
		if flow, ok := r.flow(token); !ok || flow.Consumed.IsZero() != (c.want != portal.CodeRight) {
			t.Errorf("a code %s: consumed %v", c.name, !flow.Consumed.IsZero())
		}
	}
}

// codeOnce counts and consumes by statement what the domain does in order.
func codeOnce(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	flow, _ := r.flow(token)
	for n := 1; n <= portal.CodeTries; n++ {
		d.must(t, func(tx portal.Tx) error {
			tried, err := tx.CountTry(t.Context(), flow.Ref)
			if mac, version := portal.CodeMAC(r.Keys, flow.Ref, keys.NewSecret(r.code(token))); tried.Tries != n || !tried.Expires.Equal(flow.Expires) ||
				!slices.Equal(tried.MAC, mac) || tried.KeyVersion != version {
				t.Errorf("try %d: %+v", n, tried)
			}
			return err
		})
	}
	if err := d.unit(t.Context(), func(tx portal.Tx) error { _, err := tx.CountTry(t.Context(), flow.Ref); return err }); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("a sixth try: %v", err)
	}
	if once := d.consume(t, flow.Ref); once {
		t.Error("a code that no gateway has had is taken")
	}
	r.copies(token, 1)
	var consumed atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := d.unit(t.Context(), func(tx portal.Tx) error {
				once, err := tx.ConsumeCode(t.Context(), flow.Ref, d.Clock())
				if once {
					consumed.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if consumed.Load() != 1 {
		t.Errorf("one code was consumed %d times", consumed.Load())
	}
}

func (d *database) consume(t *testing.T, flow portal.FlowRef) (once bool) {
	t.Helper()
	d.must(t, func(tx portal.Tx) (err error) {
		once, err = tx.ConsumeCode(t.Context(), flow, d.Clock())
		return err
	})
	return once
}

// nobodysCode guesses the code of an identifier that has no account: nobody was sent it, so nobody may use it.
func nobodysCode(t *testing.T, d *database) {
	r := newRecovery(t, d)
	token := r.begin(storetest.Number(t, "2910133063021"), portal.SMS)
	if got := r.give(token, r.code(token)); got != portal.CodeWrong {
		t.Errorf("the right code: %d, want wrong", got)
	}
	if flow, ok := r.flow(token); !ok || !flow.Consumed.IsZero() || flow.Account != "" || flow.Tries != 1 {
		t.Errorf("flow %+v", flow)
	}
	if r.due() != nil || r.rows("void") != 1 {
		t.Error("its message can be claimed, or is not there")
	}
	if err := r.set(token); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("its flow set a password: %v", err)
	}
}

func parallelWrongCodes(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	var wrong, others atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			switch result, err := r.Try(context.Background(), token, keys.NewSecret(wrongCode)); {
			case err == nil && result == portal.CodeWrong:
				wrong.Add(1)
			case err == nil && result == portal.CodeUsedUp, portal.ErrorKind(err) == portal.KindThrottled:
				others.Add(1)
			default:
				t.Errorf("%d, %v", result, err)
			}
		})
	}
	all.Wait()
	// The fifth comparison and all that came after it say that there are no tries left.
	if wrong.Load() != 4 || others.Load() != 96 {
		t.Errorf("%d of 100 wrong codes were compared and had tries left, %d not; want 4 and 96", wrong.Load(), others.Load())
	}
	if flow, _ := r.flow(token); flow.Tries != portal.CodeTries {
		t.Errorf("%d tries are counted", flow.Tries)
	}
	if got := r.give(token, r.code(token)); got != portal.CodeUsedUp {
		t.Errorf("the right code afterwards: %d", got)
	}
}

// recoveryTraces compares what is run for an account, for none and for those to whom nothing can be sent: whoever
// measures the database learns nothing (OWASP ASVS 5.0 V6.3.8).
func recoveryTraces(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	disabled, bare := storetest.Nathalie(t), storetest.Nathalie(t)
	disabled.Identifier = storetest.Number(t, "1850578006048")
	check.OK(t, d.store.SetDisabled(t.Context(), storetest.Add(t, d.store, disabled), true))
	bare.Identifier, bare.Email, bare.Phone = storetest.Number(t, "1551299341005"), keys.Secret{}, keys.Secret{}
	storetest.Add(t, d.store, bare)
	trace := func(n nir.Number) (statements [][]string) {
		var token keys.Secret
		for _, do := range []func(){
			func() { token = r.begin(n, portal.SMS) },
			func() { r.flow(token) },
			func() { r.Resend(t.Context(), token) }, // too early
			func() { r.Turn(time.Minute); r.Resend(t.Context(), token) },
			func() { r.give(token, wrongCode) },
			func() {
				for range 5 {
					r.give(token, wrongCode)
				}
			},
			func() { token = r.begin(n, portal.Email); r.Turn(portal.CodeLife); r.give(token, wrongCode) },
			func() { r.Resend(t.Context(), token) }, // too late
		} {
			statements = append(statements, slices.Clone(d.Traced(do)))
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
	check.OK(t, err)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: old, Now: d.Clock, Trace: d.Trace})
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	rotated, err := keys.Add(path, nil, time.Now())
	check.OK(t, err)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: rotated, Now: d.Clock, Trace: d.Trace})
	r = newRecovery(t, d)
	d.Turn(time.Minute)
	check.OK(t, r.Resend(t.Context(), token))
	code := r.code(token)
	messages := r.take()
	if len(messages) != 2 || messages[0].Text.Reveal() != code+" by sms" || messages[1].Text.Reveal() != code+" by sms" {
		t.Errorf("%d messages, want the same code twice", len(messages))
	}
	if got := r.give(token, code); got != portal.CodeRight {
		t.Errorf("the right code: %d", got)
	}
	if err := r.set(token); err != nil {
		t.Errorf("the password: %v", err)
	}
}

// neighbours looks for identifiers without an account among many that have one, before and after a change of keys: another
// row is fetched in their place, and never taken for theirs.
func neighbours(t *testing.T, d *database) {
	path := filepath.Join(t.TempDir(), "keys")
	ring, err := keys.Create(path, nil, time.Now())
	check.OK(t, err)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock})
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
		r := newRecovery(t, d)
		r.SMSBudget = 1
		for i := range 60 {
			n := storetest.Number(t, fmt.Sprintf("K%07d", i))
			want := ids[n.Canonical()]
			c, err := d.store.Credential(t.Context(), n)
			if err != nil || c.Account != want || c.Hash.IsZero() != (want == "") || c.Epoch != 0 && want == "" {
				t.Errorf("%s: identifier %d has the credential of account %q, want %q (%v)", when, i, c.Account, want, err)
			}
			if flow, ok := r.flow(r.begin(n, portal.Email)); !ok || flow.Account != want {
				t.Errorf("%s: identifier %d has a flow of account %q, want %q", when, i, flow.Account, want)
			}
		}
		if n := len(r.take()); n != len(ids) {
			t.Errorf("%s: %d messages, want one for each of %d accounts", when, n, len(ids))
		}
	}
	check("without an account")
	add(0, 20)
	check("with accounts")
	if ring, err = keys.Add(path, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock})
	d.Turn(24 * time.Hour)
	add(40, 50)
	check("under two keys")
}
