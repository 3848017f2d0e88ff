package portal_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// sees counts passwords of strangers for the service, as attempts do.
func (s *site) sees(wrong, right int) {
	s.t.Helper()
	err := s.unit(func(tx portal.Tx) error {
		return errors.Join(tx.AddTally(s.t.Context(), "wrong passwords", s.Clock(), wrong), tx.AddTally(s.t.Context(), "right passwords", s.Clock(), right))
	})
	check.OK(s.t, err)
}

func (s *site) pressure() portal.Pressure {
	s.t.Helper()
	p, err := portal.PressureOf(s.t.Context(), s.store, s.Clock())
	check.OK(s.t, err)
	return p
}

func TestPressureIsHighWhenMorePasswordsAreWrongThanRight(t *testing.T) {
	for _, c := range []struct {
		wrong, right int
		high         bool
	}{{499, 0, false}, {500, 0, true}, {500, 500, false}, {501, 500, true}, {20_000, 100_000, false}, {100_001, 100_000, true}} {
		if got := (portal.Pressure{Wrong: c.wrong, Right: c.right}).High(); got != c.high {
			t.Errorf("%d wrong and %d right: %v", c.wrong, c.right, got)
		}
	}
}

// An attack on the service raises what is asked for and shuts nobody out.
func TestWhileSomebodyGuessesOverTheServiceACodeIsAskedForEverywhere(t *testing.T) {
	for _, c := range []struct {
		name         string
		when         portal.SecondStepRule
		wrong, right int
		later        time.Duration
		mail         string
		remembered   bool
		want         bool
	}{
		{"on a quiet day", portal.StepNever, 400, 0, 0, "n@example.org", false, false},
		{"on a busy day", portal.StepNever, 5000, 20_000, 0, "n@example.org", false, false},
		{"under attack", portal.StepNever, 5000, 4000, 0, "n@example.org", false, true},
		{"under attack, in a browser that is remembered", portal.StepNever, 5000, 4000, 0, "n@example.org", true, false},
		{"under attack, for an account without an address", portal.StepNever, 5000, 4000, 0, "", false, false},
		{"an hour later", portal.StepNever, 5000, 4000, time.Hour, "n@example.org", false, true},
		{"two hours later", portal.StepNever, 5000, 4000, 2 * time.Hour, "n@example.org", false, false},
		{"where it is asked for anyway", portal.StepForNewBrowser, 5000, 4000, 0, "n@example.org", false, true},
		{"there, in a browser that is remembered", portal.StepForNewBrowser, 5000, 4000, 0, "n@example.org", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.withContacts(c.mail, "")
			device := keys.Secret{}
			if c.remembered {
				p := s.pair(nathalie, device)
				p.Remember = s.Clock().Add(portal.RememberFor)
				check.OK(t, s.login.Enter(t.Context(), p, row(p)))
				device = p.Device
			}
			s.sees(c.wrong, c.right)
			s.Turn(c.later)
			if due, err := s.secondStep(c.when).Due(t.Context(), s.pair(nathalie, device), device); err != nil || due != c.want {
				t.Errorf("due %v, %v", due, err)
			}
		})
	}
}

// What is counted is what strangers tried: not what a known browser did, and not what was never judged (TestWhoeverWaitsTooLongGetsTheAttemptBack).
func TestWhatStrangersTryIsCountedForTheService(t *testing.T) {
	s := newSite(t)
	id := s.add(nathalie, argon(t, right, small))
	want := func(what string, wrong, right int) {
		t.Helper()
		if p := s.pressure(); p != (portal.Pressure{Wrong: wrong, Right: right}) {
			t.Errorf("%s: %+v, want %d wrong and %d right", what, p, wrong, right)
		}
	}
	s.signIn(nathalie, wrong, keys.Secret{})
	s.signIn(nobody, wrong, keys.Secret{})
	want("two wrong ones, one of a number without an account", 2, 0)
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	want("a right one", 2, 1)
	s.signIn(nathalie, wrong, session.Device)
	s.signIn(nathalie, right, session.Device)
	if _, err := s.login.Confirm(t.Context(), id, keys.NewSecret(wrong), keys.Secret{}, s.anywhere()); !errors.Is(err, portal.ErrUnauthorized) {
		t.Fatal(err)
	}
	want("in a known browser, and in an open session", 2, 1)
}
