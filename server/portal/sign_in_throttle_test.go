package portal_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

func TestTheSixthGuessWaitsForKnownAndUnknownAlike(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	for _, identifier := range []string{nathalie, nobody} {
		for range 5 {
			if _, code := d.try(identifier, wrong, keys.Secret{}); code != portal.CodeUnauthorized {
				t.Fatalf("a free guess answers %q", code)
			}
		}
		for _, password := range []string{wrong, right} {
			_, err := d.login.SignIn(t.Context(), d.request(identifier, password, keys.Secret{}))
			e, ok := errors.AsType[*portal.Error](err)
			if !ok || e.Code != portal.CodeThrottled || e.Wait != time.Minute || e.Disabled {
				t.Errorf("the sixth guess: %+v, want a wait of a minute", err)
			}
		}
	}
	d.turn(time.Minute)
	if _, code := d.try(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("after the wait the right password answers %q", code)
	}
	if b := d.account(nathalie); b.InRow != 0 || len(b.Recent) != 5 {
		t.Errorf("after the success: %+v, want a new row and the day's five failures", b)
	}
}

func TestAnAddressIsStoppedAfterAHundredFailures(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	from := func(address, identifier string) portal.Code {
		t.Helper()
		_, err := d.login.SignIn(t.Context(), portal.SignInRequest{Identifier: storetest.Number(t, identifier), Password: keys.NewSecret(right),
			Address: netip.MustParseAddr(address)})
		return portal.ErrorCode(err)
	}
	subject := portal.Subject{Kind: portal.ByAddress, Value: "2001:db8:1:2::/64", Limit: portal.AddressLimit}
	for range 100 {
		if err := d.store.Reserve(t.Context(), d.clock(), subject); err != nil {
			t.Fatal(err)
		}
	}
	for address, want := range map[string]portal.Code{
		"2001:db8:1:2::1":            portal.CodeThrottled,
		"2001:db8:1:2:ffff:ff:ff:ff": portal.CodeThrottled, // the same subscriber
		"2001:db8:1:3::1":            "",
		"192.0.2.1":                  "",
	} {
		if code := from(address, nathalie); code != want {
			t.Errorf("from %s: %q, want %q", address, code, want)
		}
	}
	if b := d.account(nathalie); b.InRow != 0 {
		t.Errorf("a refusal for the address was counted against the account: %+v", b)
	}
	four := portal.Subject{Kind: portal.ByAddress, Value: "192.0.2.9", Limit: portal.AddressLimit}
	for range 100 {
		if err := d.store.Reserve(t.Context(), d.clock(), four); err != nil {
			t.Fatal(err)
		}
	}
	for address, want := range map[string]portal.Code{"192.0.2.9": portal.CodeThrottled, "::ffff:192.0.2.9": portal.CodeThrottled, "192.0.2.10": ""} {
		if code := from(address, nathalie); code != want {
			t.Errorf("from %s: %q, want %q", address, code, want)
		}
	}
}

// guessUntilDisabled lets a stranger guess as fast as the limit allows, until the password is disabled.
func (d *desk) guessUntilDisabled(identifier string, device keys.Secret) (guesses int) {
	d.t.Helper()
	for guesses < 200 {
		_, err := d.login.SignIn(d.t.Context(), d.request(identifier, wrong, device))
		e, ok := errors.AsType[*portal.Error](err)
		switch {
		case !ok:
			d.t.Fatalf("a guess: %v", err)
		case e.Disabled:
			return guesses
		case e.Code == portal.CodeThrottled:
			d.turn(e.Wait)
		default:
			guesses++
		}
	}
	return guesses
}

func TestAStrangerCannotLockOutTheBrowserThatSignedInBefore(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	session, _ := d.try(nathalie, right, keys.Secret{})
	if n := d.guessUntilDisabled(nathalie, keys.Secret{}); n != 100 {
		t.Fatalf("the password is disabled after %d guesses, want 100", n)
	}
	if _, code := d.try(nathalie, right, keys.Secret{}); code != portal.CodeThrottled {
		t.Errorf("a stranger with the right password: %q", code)
	}
	if _, code := d.try(nathalie, right, portal.NewToken()); code != portal.CodeThrottled {
		t.Errorf("a stranger with a token made up: %q", code)
	}
	if _, code := d.try(nathalie, right, session.Device); code != "" {
		t.Errorf("the owner's browser: %q", code)
	}
	if b := d.account(nathalie); b.InRow != 100 {
		t.Errorf("the owner's success forgave the stranger: %+v", b)
	}
}

func TestABrowserThatSignedInBeforeHasALimitOfItsOwn(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	d.add(jean, argon(t, right, small))
	session, _ := d.try(nathalie, right, keys.Secret{})
	for range 5 {
		d.try(nathalie, wrong, session.Device)
	}
	if _, code := d.try(nathalie, right, session.Device); code != portal.CodeThrottled {
		t.Errorf("the sixth guess of the browser: %q", code)
	}
	if b := d.account(nathalie); b.InRow != 0 {
		t.Errorf("the browser's guesses are counted against everybody: %+v", b)
	}
	if _, code := d.try(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("another browser: %q", code)
	}
	for range 5 {
		d.try(jean, wrong, session.Device)
	}
	if b := d.account(jean); b.InRow != 5 {
		t.Errorf("on an account that the browser never opened, %d of its 5 guesses are counted as a stranger's", b.InRow)
	}
	d.turn(24 * time.Hour)
	if n := d.guessUntilDisabled(nathalie, session.Device); n != 95 {
		t.Errorf("disabled for the browser after %d further guesses, want 95", n)
	}
}

func TestParallelGuessesOnOneAccountStayWithinTheLimit(t *testing.T) {
	d := newDesk(t)
	d.login.Pool = passhash.NewPool(passhash.PoolOptions{Queue: 100, MaxWait: time.Minute})
	d.add(nathalie, argon(t, right, small))
	var mu sync.Mutex
	codes := map[portal.Code]int{}
	var all sync.WaitGroup
	request := d.request(nathalie, wrong, keys.Secret{})
	for range 60 {
		all.Go(func() {
			_, err := d.login.SignIn(t.Context(), request)
			mu.Lock()
			defer mu.Unlock()
			codes[portal.ErrorCode(err)]++
		})
	}
	all.Wait()
	if codes[portal.CodeUnauthorized] != 5 || codes[portal.CodeThrottled] != 55 {
		t.Errorf("answers: %v, want 5 judged and 55 refused", codes)
	}
}

func TestWhoeverFindsNoPlaceHasUsedNoAttempt(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	d.login.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
	ticket, err := d.login.Pool.Admit()
	if err != nil {
		t.Fatal(err)
	}
	statements := d.traced(func() {
		for _, identifier := range []string{nathalie, nobody} {
			_, err := d.login.SignIn(t.Context(), d.request(identifier, right, keys.Secret{}))
			if e, ok := errors.AsType[*portal.Error](err); !ok || e.Code != portal.CodeBusy || e.Wait <= 0 {
				t.Errorf("with a full pool: %+v, want busy and how long to wait", err)
			}
		}
	})
	if len(statements) != 0 {
		t.Errorf("the database was asked: %v", statements)
	}
	ticket.Release()
	if _, code := d.try(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("once there is room: %q", code)
	}
}

func TestWhoeverWaitsTooLongGetsTheAttemptBack(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	d.login.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: 1, MaxWait: time.Millisecond})
	ticket, err := d.login.Pool.Admit()
	if err != nil {
		t.Fatal(err)
	}
	working, finish := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		if err := ticket.Run(t.Context(), func() { close(working); <-finish }); err != nil {
			t.Error(err)
		}
	})
	<-working
	for _, identifier := range []string{nathalie, nobody} {
		for range 8 { // more than are free: none of them counts
			if _, code := d.try(identifier, wrong, keys.Secret{}); code != portal.CodeBusy {
				t.Errorf("behind a hash that takes too long: %q, want busy", code)
			}
		}
		if b := d.account(identifier); b.InRow != 0 || len(b.Recent) != 0 {
			t.Errorf("attempts that were not judged are counted: %+v", b)
		}
	}
	close(finish)
	all.Wait()
}

// leaving is a store whose visitor leaves once the attempt is counted.
type leaving struct {
	*store.Store
	leave context.CancelFunc
}

func (l leaving) Credential(ctx context.Context, n nir.Number) (portal.Credential, error) {
	c, err := l.Store.Credential(ctx, n)
	l.leave()
	return c, err
}

func TestWhoeverLeavesGetsTheAttemptBack(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	for range 3 { // also counts the schemes: afterwards no statement stands before the hash
		d.try(nathalie, wrong, keys.Secret{})
	}
	for range 8 {
		ctx, cancel := context.WithCancel(t.Context())
		d.login.Store = leaving{d.store, cancel}
		if _, err := d.login.SignIn(ctx, d.request(nathalie, wrong, keys.Secret{})); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	}
	// A row that leaving could end would be a way to guess for ever.
	if b := d.account(nathalie); b.InRow != 3 || len(b.Recent) != 3 {
		t.Errorf("after 3 failures and 8 attempts that were not judged: %+v, want the failures alone", b)
	}
}

// failing is a store that cannot record.
type failing struct {
	*store.Store
	reserve, signedIn error
}

func (f failing) Reserve(ctx context.Context, at time.Time, s ...portal.Subject) error {
	if f.reserve != nil {
		return f.reserve
	}
	return f.Store.Reserve(ctx, at, s...)
}

func (f failing) SignedIn(ctx context.Context, s portal.Success) error {
	if f.signedIn != nil {
		return f.signedIn
	}
	return f.Store.SignedIn(ctx, s)
}

func TestAFaultOfTheStoreNeverSignsAnybodyIn(t *testing.T) {
	d := newDesk(t)
	d.add(nathalie, argon(t, right, small))
	fault := errors.New("the disk is full")
	for name, s := range map[string]failing{"counting": {d.store, fault, nil}, "recording": {d.store, nil, fault}} {
		d.login.Store = s
		session, err := d.login.SignIn(t.Context(), d.request(nathalie, right, keys.Secret{}))
		if !errors.Is(err, fault) || session.Account != "" || portal.ErrorCode(err) != portal.CodeInternal {
			t.Errorf("%s fails: %+v, %v", name, session, err)
		}
	}
}
