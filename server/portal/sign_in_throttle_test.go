package portal_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func TestTheSixthGuessWaitsForKnownAndUnknownAlike(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	for _, identifier := range []string{nathalie, nobody} {
		for range 5 {
			if _, code := s.signIn(identifier, wrong, keys.Secret{}); code != portal.KindUnauthorized {
				t.Fatalf("a free guess answers %q", code)
			}
		}
		for _, password := range []string{wrong, right} {
			_, err := s.enter(t.Context(), s.request(identifier, password, keys.Secret{}))
			e, ok := errors.AsType[*portal.Error](err)
			if !ok || e.Kind != portal.KindThrottled || e.Wait != time.Minute {
				t.Errorf("the sixth guess: %+v, want a wait of a minute", err)
			}
		}
	}
	s.Turn(time.Minute)
	if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("after the wait the right password answers %q", code)
	}
	if b := s.account(nathalie); b.InRow != 5 || len(b.Recent) != 5 {
		t.Errorf("after the success: %+v, want the strangers' five failures as before", b)
	}
}

func TestAnAddressIsStoppedAfterAHundredFailures(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	from := func(address, identifier string) portal.Kind {
		t.Helper()
		_, err := s.enter(t.Context(), portal.SignInRequest{Identifier: storetest.Number(t, identifier), Password: keys.NewSecret(right),
			Address: netip.MustParseAddr(address)})
		return portal.ErrorKind(err)
	}
	subject := portal.Subject{Kind: portal.ByAddress, Value: "2001:db8:1:2::/64", Limit: portal.AddressLimit}
	storetest.Count(t, s.store, s.Clock(), 100, subject)
	for address, want := range map[string]portal.Kind{
		"2001:db8:1:2::1":            portal.KindThrottled,
		"2001:db8:1:2:ffff:ff:ff:ff": portal.KindThrottled, // the same subscriber
		"2001:db8:1:3::1":            "",
		"192.0.2.1":                  "",
	} {
		if code := from(address, nathalie); code != want {
			t.Errorf("from %s: %q, want %q", address, code, want)
		}
	}
	if b := s.account(nathalie); b.InRow != 0 {
		t.Errorf("a refusal for the address was counted against the account: %+v", b)
	}
	four := portal.Subject{Kind: portal.ByAddress, Value: "192.0.2.9", Limit: portal.AddressLimit}
	storetest.Count(t, s.store, s.Clock(), 100, four)
	for address, want := range map[string]portal.Kind{"192.0.2.9": portal.KindThrottled, "::ffff:192.0.2.9": portal.KindThrottled, "192.0.2.10": ""} {
		if code := from(address, nathalie); code != want {
			t.Errorf("from %s: %q, want %q", address, code, want)
		}
	}
}

// guess lets somebody guess as fast as the limit allows, and returns the longest wait that it was told.
func (s *site) guess(identifier string, device keys.Secret, guesses int) (longest time.Duration) {
	s.t.Helper()
	for guesses > 0 {
		_, err := s.enter(s.t.Context(), s.request(identifier, wrong, device))
		e, ok := errors.AsType[*portal.Error](err)
		switch {
		case !ok:
			s.t.Fatalf("a guess: %v", err)
		case e.Kind == portal.KindThrottled:
			longest = max(longest, e.Wait)
			s.Turn(e.Wait)
		default:
			guesses--
		}
	}
	return longest
}

func TestAStrangerCannotLockOutTheBrowserThatSignedInBefore(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	if longest := s.guess(nathalie, keys.Secret{}, 20); longest != 15*time.Minute {
		t.Errorf("a stranger has waited for %s, want 15 minutes", longest)
	}
	if _, code := s.signIn(nathalie, right, keys.Secret{}); code != portal.KindThrottled {
		t.Errorf("a stranger with the right password: %q", code)
	}
	if _, code := s.signIn(nathalie, right, portal.NewToken()); code != portal.KindThrottled {
		t.Errorf("a stranger with a token made up: %q", code)
	}
	if _, code := s.signIn(nathalie, right, session.Device); code != "" {
		t.Errorf("the owner's browser: %q", code)
	}
	if b := s.account(nathalie); b.InRow != 20 {
		t.Errorf("the owner's success forgave the stranger: %+v", b)
	}
}

// A success that began a new row would tell strangers that somebody lives there.
func TestWhatAStrangerSeesIsTheSameWhateverTheOwnerDoes(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	for try := range 12 {
		var answers [2]string
		for i, identifier := range []string{nathalie, nobody} {
			_, err := s.enter(t.Context(), s.request(identifier, wrong, keys.Secret{}))
			e, ok := errors.AsType[*portal.Error](err)
			if !ok {
				t.Fatal(err)
			}
			answers[i] = string(e.Kind) + " " + e.Wait.String()
		}
		if answers[0] != answers[1] {
			t.Errorf("try %d: %s for an account, %s for none", try, answers[0], answers[1])
		}
		if try%3 == 2 {
			s.Turn(15 * time.Minute)
			if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
				t.Errorf("the owner, from a new browser: %q", code)
			}
		}
	}
}

// A known browser is stopped by its own failures alone: not by those of its address, in any block of it.
func TestAFullAddressStopsNoBrowserThatSignedInBefore(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	from := netip.MustParseAddr("2001:db8:1:2::1")
	for _, block := range []string{"2001:db8:1:2::/64", "2001:db8:1::/56", "2001:db8:1::/48"} {
		storetest.Count(t, s.store, s.Clock(), 1000, portal.Subject{Kind: portal.ByAddress, Value: block, Limit: portal.AddressLimit})
	}
	for _, device := range []keys.Secret{session.Device, {}} {
		want := portal.KindThrottled
		if !device.IsZero() {
			want = ""
		}
		_, err := s.enter(t.Context(), portal.SignInRequest{Identifier: storetest.Number(t, nathalie), Password: keys.NewSecret(right), Device: device, Address: from})
		if portal.ErrorKind(err) != want {
			t.Errorf("known browser %v: %v", !device.IsZero(), err)
		}
	}
	// Recovery counts its own requests against the address.
	for i := range 100 {
		check.OK(t, check.ErrOf(s.recovery.Start(t.Context(), portal.StartRequest{Identifier: storetest.Number(t, fmt.Sprintf("29101330631%02d", i)), Channel: portal.Email,
			Purpose: portal.Reset, Address: from})))
	}
	for _, device := range []keys.Secret{session.Device, {}} {
		want := portal.KindThrottled
		if !device.IsZero() {
			want = ""
		}
		_, err := s.recovery.Start(t.Context(), portal.StartRequest{Identifier: storetest.Number(t, nathalie), Channel: portal.Email, Purpose: portal.Reset,
			Address: from, Device: device})
		if portal.ErrorKind(err) != want {
			t.Errorf("recovery, known browser %v: %v", !device.IsZero(), err)
		}
	}
}

func TestABrowserThatSignedInBeforeHasALimitOfItsOwn(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	s.add(jean, argon(t, right, small))
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	for range 5 {
		s.signIn(nathalie, wrong, session.Device)
	}
	if _, code := s.signIn(nathalie, right, session.Device); code != portal.KindThrottled {
		t.Errorf("the sixth guess of the browser: %q", code)
	}
	if b := s.account(nathalie); b.InRow != 0 {
		t.Errorf("the browser's guesses are counted against everybody: %+v", b)
	}
	if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("another browser: %q", code)
	}
	for range 5 {
		s.signIn(jean, wrong, session.Device)
	}
	if b := s.account(jean); b.InRow != 5 {
		t.Errorf("on an account that the browser never opened, %d of its 5 guesses are counted as a stranger's", b.InRow)
	}
	s.Turn(time.Minute)
	s.signIn(nathalie, right, session.Device)
	for range 4 { // its own success has begun a new row
		if _, code := s.signIn(nathalie, wrong, session.Device); code != portal.KindUnauthorized {
			t.Errorf("a free guess after the success: %q", code)
		}
	}
}

// Whoever has to wait is told without a place in the queue, or a crowd of guesses would shut everybody out.
func TestWhoeverHasToWaitTakesNoPlace(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	for _, identifier := range []string{nathalie, nobody} {
		for range 5 {
			s.signIn(identifier, wrong, keys.Secret{})
		}
	}
	s.login.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
	ticket, err := s.login.Pool.Admit() // the last one
	check.OK(t, err)
	defer ticket.Release()
	for _, identifier := range []string{nathalie, nobody} {
		if _, code := s.signIn(identifier, right, keys.Secret{}); code != portal.KindThrottled {
			t.Errorf("with a full queue: %q, want the wait", code)
		}
	}
}

func TestParallelGuessesOnOneAccountStayWithinTheLimit(t *testing.T) {
	s := newSite(t)
	s.login.Pool = passhash.NewPool(passhash.PoolOptions{Queue: 100, MaxWait: time.Minute})
	s.add(nathalie, argon(t, right, small))
	var mu sync.Mutex
	codes := map[portal.Kind]int{}
	var all sync.WaitGroup
	request := s.request(nathalie, wrong, keys.Secret{})
	for range 60 {
		all.Go(func() {
			_, err := s.enter(t.Context(), request)
			mu.Lock()
			defer mu.Unlock()
			codes[portal.ErrorKind(err)]++
		})
	}
	all.Wait()
	if codes[portal.KindUnauthorized] != 5 || codes[portal.KindThrottled] != 55 {
		t.Errorf("answers: %v, want 5 judged and 55 refused", codes)
	}
}

func TestWhoeverFindsNoPlaceHasUsedNoAttempt(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	s.login.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
	ticket, err := s.login.Pool.Admit()
	check.OK(t, err)
	for _, statement := range s.Traced(func() {
		for _, identifier := range []string{nathalie, nobody} {
			_, err := s.enter(t.Context(), s.request(identifier, right, keys.Secret{}))
			if e, ok := errors.AsType[*portal.Error](err); !ok || e.Kind != portal.KindBusy || e.Wait <= 0 {
				t.Errorf("with a full pool: %+v, want busy and how long to wait", err)
			}
		}
	}) {
		if !strings.HasPrefix(strings.TrimSpace(statement), "SELECT") {
			t.Errorf("something was counted: %s", statement)
		}
	}
	ticket.Release()
	if _, code := s.signIn(nathalie, right, keys.Secret{}); code != "" {
		t.Errorf("once there is room: %q", code)
	}
}

func TestWhoeverWaitsTooLongGetsTheAttemptBack(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	s.login.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: 1, MaxWait: time.Millisecond})
	ticket, err := s.login.Pool.Admit()
	check.OK(t, err)
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
			if _, code := s.signIn(identifier, wrong, keys.Secret{}); code != portal.KindBusy {
				t.Errorf("behind a hash that takes too long: %q, want busy", code)
			}
		}
		if b := s.account(identifier); b.InRow != 0 || len(b.Recent) != 0 {
			t.Errorf("attempts that were not judged are counted: %+v", b)
		}
	}
	if p := s.pressure(); p != (portal.Pressure{}) {
		t.Errorf("attempts that were not judged are counted for the service: %+v", p)
	}
	close(finish)
	all.Wait()
}
