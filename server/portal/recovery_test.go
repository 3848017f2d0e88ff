package portal_test

import (
	"context"
	"errors"
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
)

const chosen = "Marguerite-des-prés-41"

// both runs a test for an identifier with an account and for one without: what it finds must be the same.
func both(t *testing.T, test func(t *testing.T, s *site, n nir.Number)) {
	for _, name := range []string{"known", "unknown"} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			n := number(t, nobody)
			if name == "known" {
				n = s.addNumber(nathalie)
			}
			test(t, s, n)
		})
	}
}

// wrongCodes tries so many wrong codes on flows of its own.
func (s *site) wrongCodes(n nir.Number, codes int) {
	s.t.Helper()
	var token keys.Secret
	for i := range codes {
		if i%portal.CodeTries == 0 {
			token = s.start(n)
			s.Turn(time.Minute)
		}
		if result, err := s.give(token, not(s.code(token))); err != nil || result == portal.CodeRight {
			s.t.Fatalf("wrong code %d: %d, %v", i+1, result, err)
		}
	}
}

func TestTheNextCodeGrowsWithTheWrongOnesOfItsNumberAndNobodyIsShutOut(t *testing.T) {
	both(t, func(t *testing.T, s *site, n nir.Number) {
		wrong := 0
		for _, c := range []struct{ after, digits int }{{0, 6}, {9, 6}, {10, 8}, {49, 8}, {50, 10}} {
			s.wrongCodes(n, c.after-wrong)
			wrong = c.after
			token := s.start(n)
			flow, err := s.recovery.Flow(t.Context(), token)
			if err != nil || len(s.code(token)) != c.digits || flow.Digits != c.digits {
				t.Errorf("after %d wrong codes: %d digits, %d said, want %d (%v)", c.after, len(s.code(token)), flow.Digits, c.digits, err)
			}
		}
		s.Turn(30 * 24 * time.Hour)
		if token := s.start(n); len(s.code(token)) != 6 {
			t.Errorf("after a month without a wrong code: %d digits", len(s.code(token)))
		}
	})
}

func TestARightCodeIsNotCountedAndTheWrongOnesOfOneNumberAreNotAnothers(t *testing.T) {
	s := newSite(t)
	n, other := s.addNumber(nathalie), s.addNumber(jean)
	s.wrongCodes(n, 9)
	for range 3 {
		token := s.start(n)
		s.mustGive(token, s.code(token), portal.CodeRight)
		s.mustGive(token, "000000", portal.CodeRight) // a second click finds the code given
		s.Turn(time.Minute)
	}
	if digits := len(s.code(s.start(n))); digits != 6 {
		t.Errorf("after nine wrong codes and three right ones: %d digits", digits)
	}
	s.wrongCodes(n, 1)
	token := s.start(n)
	if digits := len(s.code(token)); digits != 8 {
		t.Errorf("after ten wrong codes: %d digits", digits)
	}
	s.mustGive(token, s.code(token), portal.CodeRight)
	if digits := len(s.code(s.start(other))); digits != 6 {
		t.Errorf("of another number: %d digits", digits)
	}
}

// Who begins thousands of flows while codes are short, and guesses then, finds them closed.
func TestAShortCodeOpensNothingOnceTheServiceSeesManyWrongOnes(t *testing.T) {
	s := newSite(t)
	n := s.addNumber(nathalie)
	token := s.start(n)
	tx, err := s.store.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	check.OK(t, errors.Join(tx.AddTally(t.Context(), "wrong codes", s.Clock(), 500), tx.Commit()))
	s.mustGive(token, s.code(token), portal.CodeUsedUp)
	token = s.start(n)
	if len(s.code(token)) != 8 {
		t.Errorf("the next code has %d digits", len(s.code(token)))
	}
	s.mustGive(token, s.code(token), portal.CodeRight)
	s.Turn(26 * time.Hour)
	if digits := len(s.code(s.start(n))); digits != 6 {
		t.Errorf("a day later: %d digits", digits)
	}
}

// A person who did not see that the code has expired, or was tried too often, has learnt nothing by trying it again.
func TestACodeThatIsNotComparedIsNoWrongOne(t *testing.T) {
	both(t, func(t *testing.T, s *site, n nir.Number) {
		expired := s.start(n)
		s.Turn(portal.CodeLife)
		for range 20 {
			s.mustGive(expired, s.code(expired), portal.CodeExpired)
		}
		used := s.start(n)
		for range portal.CodeTries - 1 {
			s.mustGive(used, not(s.code(used)), portal.CodeWrong)
		}
		for range 20 {
			s.mustGive(used, not(s.code(used)), portal.CodeUsedUp)
		}
		if digits := len(s.code(s.start(n))); digits != 6 {
			t.Errorf("after five wrong codes that were compared: %d digits", digits)
		}
	})
}

func TestAGuessedCodeOfAnIdentifierWithoutAccountOpensNothing(t *testing.T) {
	s := newSite(t)
	token := s.start(number(t, nobody))
	s.mustGive(token, s.code(token), portal.CodeWrong)
	if s.set(token, chosen) {
		t.Error("a password was set for nobody")
	}
}

func TestACodeMayBeGivenWhileItHasTriesAndTime(t *testing.T) {
	at := time.Now()
	for _, c := range []struct {
		what         string
		change       func(*portal.Flow)
		open, goesOn bool
	}{
		{"its last try, moment and message", func(*portal.Flow) {}, true, true},
		{"no message is left", func(f *portal.Flow) { f.Sends++ }, true, false},
		{"no try is left", func(f *portal.Flow) { f.Tries++ }, false, false},
		{"no time is left", func(f *portal.Flow) { f.Expires = at }, false, false},
		{"it has become too short", func(f *portal.Flow) { f.Short = true }, false, false},
		{"it was given", func(f *portal.Flow) { f.Consumed = at }, false, false},
	} {
		f := portal.Flow{Tries: portal.CodeTries - 1, Sends: portal.MostSends - 1, Expires: at.Add(time.Microsecond)}
		c.change(&f)
		if f.Open(at) != c.open || f.GoesOn(at) != c.goesOn {
			t.Errorf("%s: open %v, goes on %v", c.what, f.Open(at), f.GoesOn(at))
		}
	}
}

func TestWhatACodeOpensIsOpenedByTheSameClick(t *testing.T) {
	at := time.Now()
	for given, want := range map[time.Time]bool{{}: false, at: true, at.Add(-portal.StepGrace): true, at.Add(-portal.StepGrace - time.Microsecond): false} {
		if f := (portal.Flow{Consumed: given}); f.JustGiven(at) != want {
			t.Errorf("given at %s: %v at %s", given, f.JustGiven(at), at)
		}
	}
}

func TestTheNewPasswordHasAQuarterOfAnHour(t *testing.T) {
	for after, want := range map[time.Duration]bool{0: true, portal.PasswordGrace - time.Microsecond: true, portal.PasswordGrace: false, portal.PasswordGrace + time.Second: false} {
		s := newSite(t)
		n := s.addNumber(nathalie)
		token := s.start(n)
		s.mustGive(token, s.code(token), portal.CodeRight)
		before := s.hash(n)
		s.Turn(after)
		if set := s.set(token, chosen); set != want || (s.hash(n) != before) != want {
			t.Errorf("%s after the code: set %v, want %v", after, set, want)
		}
	}
}

func TestThePasswordThatWasChosenIsTheOneThatIsVerified(t *testing.T) {
	s := newSite(t)
	n := s.addNumber(nathalie)
	token := s.start(n)
	s.mustGive(token, s.code(token), portal.CodeRight)
	for _, bad := range []string{"", "Court-1", "motdepasse123", "sans chiffre du tout", "Marguerite-MARTIN-7", nathalie + "abc", strings.Repeat("é1", 129)} {
		if s.set(token, bad) {
			t.Errorf("a password of %d characters was set against the rules", len([]rune(bad)))
		}
	}
	typed := "  " + chosen + " \t"
	if !s.set(token, typed) {
		t.Fatal("a good password was not set")
	}
	hash, err := passhash.Parse(s.hash(n))
	if err != nil || !hash.Verify(typed) || hash.Verify(chosen) || hash.Verify(strings.TrimSpace(typed)) {
		t.Errorf("the hash is not of the password exactly as typed (%v)", err)
	}
	if s.set(token, chosen+"2") {
		t.Error("the same flow has set a second password")
	}
}

func TestAHundredSubmissionsAtOnceSetThePasswordOnce(t *testing.T) {
	s := newSite(t)
	s.recovery.Pool = passhash.NewPool(passhash.PoolOptions{Queue: 200})
	n := s.addNumber(nathalie)
	token := s.start(n)
	code := s.code(token)
	var right, set atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			result, err := s.give(token, code)
			// Whoever comes late finds the flow finished.
			if err != nil && portal.ErrorKind(err) != portal.KindThrottled && !errors.Is(err, portal.ErrNoFlow) {
				t.Error(err)
			}
			if err == nil && result == portal.CodeRight {
				right.Add(1)
			}
			if s.set(token, chosen) {
				set.Add(1)
			}
		})
	}
	all.Wait()
	if right.Load() == 0 || set.Load() != 1 {
		t.Errorf("%d submissions were right and %d set the password, want one", right.Load(), set.Load())
	}
}

func TestAFullQueueSetsNothingAndUsesNothingUp(t *testing.T) {
	s := newSite(t)
	n := s.addNumber(nathalie)
	token := s.start(n)
	s.mustGive(token, s.code(token), portal.CodeRight)
	s.recovery.Pool = passhash.NewPool(passhash.PoolOptions{Slots: 1, Queue: -1})
	ticket, err := s.recovery.Pool.Admit()
	check.OK(t, err)
	before := s.hash(n)
	if _, _, err := s.recovery.SetPassword(t.Context(), portal.NewPassword{Token: token, Typed: chosen}); portal.ErrorKind(err) != portal.KindBusy {
		t.Errorf("full queue: %v", err)
	}
	if s.hash(n) != before {
		t.Error("the password has changed")
	}
	ticket.Release()
	if !s.set(token, chosen) {
		t.Error("the password is not set once there is room")
	}
}

// A message that no gateway has had is read by nobody.
func TestACodeThatWasNeverHandedToAGatewayOpensNothing(t *testing.T) {
	s := newSite(t)
	token := s.start(s.addNumber(nathalie))
	code := s.code(token)
	for _, never := range []string{`copies = 0`, `copies = 0, state = 'void'`, `copies = 0, state = 'dropped', body_sealed = NULL`} {
		check.OK(t, check.ErrOf(s.db.Exec(`UPDATE outbox SET `+never)))
		s.mustGive(token, code, portal.CodeWrong)
	}
	check.OK(t, check.ErrOf(s.db.Exec(`UPDATE outbox SET state = 'sent'`)))
	s.mustGive(token, code, portal.CodeRight)
}

func TestWhoeverHasNoTokenHasNoFlow(t *testing.T) {
	s := newSite(t)
	ctx, none := context.Background(), keys.Secret{}
	s.start(s.addNumber(nathalie))
	for _, token := range []keys.Secret{none, portal.NewToken()} {
		_, err1 := s.recovery.Flow(ctx, token)
		err2 := s.recovery.Resend(ctx, token)
		_, err3 := s.recovery.Try(ctx, token, keys.NewSecret("000000"))
		_, _, err4 := s.recovery.Check(ctx, token, chosen)
		_, _, err5 := s.recovery.SetPassword(ctx, portal.NewPassword{Token: token, Typed: chosen})
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if !errors.Is(err, portal.ErrNoFlow) {
				t.Errorf("step %d: %v, want ErrNoFlow", i+1, err)
			}
		}
	}
}

func TestTheWorkerIsWokenForEachMessageAndForNobodyToo(t *testing.T) {
	both(t, func(t *testing.T, s *site, n nir.Number) {
		token := s.start(n)
		if err := s.recovery.Resend(t.Context(), token); err == nil {
			t.Error("sent again at once")
		}
		s.Turn(portal.ResendAfter)
		if err := s.recovery.Resend(t.Context(), token); err != nil {
			t.Error(err)
		}
		if s.wakes != 2 {
			t.Errorf("woken %d times, want 2", s.wakes)
		}
	})
}

func TestTheLogOfRecoveryHoldsNothingThatOpensAnything(t *testing.T) {
	s := newSite(t)
	for _, n := range []nir.Number{s.addNumber(nathalie), number(t, nobody)} {
		token := s.start(n)
		s.give(token, not(s.code(token)))
		s.give(token, s.code(token))
		s.set(token, "Court-17")
		s.set(token, chosen)
		for what, text := range map[string]string{"the identifier": n.Canonical(), "the token": token.Reveal(), "the code": s.code(token),
			"the wrong code": not(s.code(token)), "a refused password": "Court-17", "the password": chosen, "an address": "639980001", "an e-mail": "nathalie@"} {
			if strings.Contains(s.log.String(), text) {
				t.Errorf("the log holds %s", what)
			}
		}
	}
	for _, event := range []string{"code asked for", "code tried", "password changed"} {
		if !strings.Contains(s.log.String(), event) {
			t.Errorf("the log does not tell %q", event)
		}
	}
}

// A reset begins anew: whoever was let in by the old password a moment before is not remembered after it.
func TestAnOldPasswordEntersNothingAfterTheReset(t *testing.T) {
	s := newSite(t)
	phc, err := passhash.New(right, small, nil)
	check.OK(t, err)
	id := s.add(nathalie, phc)
	n := number(t, nathalie)
	old, err := s.login.Verify(t.Context(), s.request(nathalie, right, keys.Secret{}))
	check.OK(t, err)
	token := s.start(n)
	s.mustGive(token, s.code(token), portal.CodeRight)
	if !s.set(token, chosen) {
		t.Fatal("not set")
	}
	if err := s.login.Enter(t.Context(), old, row(old)); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("the old password: %v", err)
	}
	if device, _, err := s.store.KnownDevice(t.Context(), old.Device, n); err != nil || device != "" {
		t.Errorf("the browser of the old password is remembered (%v)", err)
	}
	if history, err := s.store.SignIns(t.Context(), id, keys.Secret{}); err != nil || len(history) != 0 {
		t.Errorf("%d sign-ins are in the history (%v)", len(history), err)
	}
}
