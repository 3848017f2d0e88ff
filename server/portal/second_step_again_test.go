package portal_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// serviceSees lets so many wrong codes be counted, of other numbers.
func (s *site) serviceSees(n int) {
	s.t.Helper()
	check.OK(s.t, s.unit(func(tx portal.Tx) error { return tx.AddTally(s.t.Context(), "wrong codes", s.Clock(), n) }))
}

// A code that grew too short is of no use, so that neither a sign-in nor a repetition hangs on it.
func TestASecondStepWhoseCodeIsTooShortBeginsAnew(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	begun := s.step(step, nathalie, false)
	s.serviceSees(500)
	flow, err := step.Flow(t.Context(), begun)
	if err != nil || flow.Open(s.Clock()) || flow.GoesOn(s.Clock()) {
		t.Errorf("a code of %d digits is open: %v", flow.Digits, err)
	}
	s.Turn(portal.ResendAfter)
	if err := s.recovery.Resend(t.Context(), begun); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("the same code again: %v", err)
	}
	token, err := step.Begin(t.Context(), s.pair(nathalie, keys.Secret{}), begun, false)
	if err != nil || token.Reveal() == begun.Reveal() {
		t.Fatalf("the pair again goes on with a code that opens nothing, %v", err)
	}
	code := s.code(token)
	if len(code) != 8 {
		t.Errorf("the next code has %d digits", len(code))
	}
	s.mustGive(token, code, portal.CodeRight)
}

// Whoever has had every message of a code and none arrived begins anew.
func TestASecondStepWithoutAMessageLeftBeginsAnew(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	begun := s.step(step, nathalie, false)
	for _, by := range []portal.Channel{portal.Email, portal.SMS} {
		s.Turn(portal.ResendAfter)
		check.OK(t, s.recovery.ResendBy(t.Context(), begun, by, s.anywhere()))
	}
	s.Turn(portal.ResendAfter)
	if e, ok := errors.AsType[*portal.Error](s.recovery.Resend(t.Context(), begun)); !ok || !e.ForGood {
		t.Errorf("a fourth message: %v", e)
	}
	token, err := step.Begin(t.Context(), s.pair(nathalie, keys.Secret{}), begun, false)
	if err != nil || token.Reveal() == begun.Reveal() {
		t.Errorf("the pair again goes on with a code that is not sent any more, %v", err)
	}
	s.mustGive(begun, s.code(begun), portal.CodeRight) // which still works where it arrived
}

// A browser whose 30 days are over is known all the same: who knows the password, but not this browser, uses up nothing of its.
func TestAKnownBrowserHasCodesOfItsOwnAlsoAfterTheDaysOfRemembering(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, false)
	s.mustGive(token, s.code(token), portal.CodeRight)
	session, err := s.finish(step, token, keys.Secret{}, true)
	check.OK(t, err)
	s.Turn(portal.RememberFor)
	for err = error(nil); err == nil; {
		_, err = step.Begin(t.Context(), s.pair(nathalie, keys.Secret{}), keys.Secret{}, false)
	}
	if portal.ErrorKind(err) != portal.KindThrottled {
		t.Fatal(err)
	}
	token, err = step.Begin(t.Context(), s.pair(nathalie, session.Device), keys.Secret{}, false)
	if err != nil {
		t.Fatalf("the known browser: %v", err)
	}
	if flow, err := step.Flow(t.Context(), token); err != nil || !flow.Known {
		t.Errorf("the flow of a known browser: known %v, %v", flow.Known, err)
	}
	s.mustGive(token, s.code(token), portal.CodeRight)
}

func TestAPasswordChosenOnASharedComputerHasNothingRememberedThere(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s := newSite(t)
		token, err := s.recovery.Start(t.Context(), portal.StartRequest{Identifier: s.addNumber(nathalie), Channel: portal.SMS, Purpose: portal.Reset,
			Address: s.anywhere(), Shared: shared})
		check.OK(t, err)
		s.mustGive(token, s.code(token), portal.CodeRight)
		_, device, err := s.recovery.SetPassword(t.Context(), portal.NewPassword{Token: token, Typed: right})
		check.OK(t, err)
		var devices int
		if err := s.db.QueryRow(`SELECT count(*) FROM devices`).Scan(&devices); err != nil || (devices == 0) != shared || device.IsZero() != shared {
			t.Errorf("shared %v: %d browsers are kept, %v", shared, devices, err)
		}
	}
}

// disowning is the token of a notice to the account.
func (s *site) disowning(id portal.AccountID) keys.Secret {
	s.t.Helper()
	token := keys.NewSecret("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	check.OK(s.t, s.unit(func(tx portal.Tx) error {
		return tx.AddDisowning(s.t.Context(), token, portal.Disowning{Account: id, Channel: portal.SMS, At: s.Clock()})
	}))
	return token
}

// Whoever has taken the account and wants its owner kept out would use up what the number, the address and the service may be sent.
func TestWhoDisownsIsSentACodeWhateverOthersHaveAskedFor(t *testing.T) {
	s := newSite(t)
	s.recovery.SMSBudget = 20
	id := s.add(nathalie, argon(t, right, small))
	token := s.disowning(id)
	var err error
	for err == nil {
		_, err = s.recovery.Start(t.Context(), portal.StartRequest{Identifier: number(t, nathalie), Channel: portal.SMS, Purpose: portal.Reset,
			Address: s.anywhere()})
	}
	if portal.ErrorKind(err) != portal.KindThrottled {
		t.Fatal(err)
	}
	check.OK(t, s.unit(func(tx portal.Tx) error { return tx.AddTally(t.Context(), "sms, others", s.Clock(), 10) }))
	flow, err := s.recovery.Disown(t.Context(), token)
	check.OK(t, err)
	if f, err := s.recovery.Flow(t.Context(), flow); err != nil || f.Asked != portal.SMS || !f.Disowned {
		t.Errorf("the flow: by %s, %v", f.Asked, err)
	}
	s.Turn(portal.ResendAfter)
	if err := s.recovery.Resend(t.Context(), flow); err != nil {
		t.Errorf("the same code again: %v", err)
	}
	s.mustGive(flow, s.code(flow), portal.CodeRight)
}

// The second of two clicks has the answer of the first, for a minute, and ends nothing that was chosen since.
func TestASecondClickOnTheDisowningHasTheAnswerOfTheFirst(t *testing.T) {
	s := newSite(t)
	id := s.add(nathalie, argon(t, right, small))
	token := s.disowning(id)
	first, err := s.recovery.Disown(t.Context(), token)
	check.OK(t, err)
	s.mustGive(first, s.code(first), portal.CodeRight)
	if !s.set(first, right) {
		t.Fatal("no new password")
	}
	s.Turn(portal.AgainLife)
	second, err := s.recovery.Disown(t.Context(), token)
	if err != nil || second.Reveal() != first.Reveal() {
		t.Errorf("the second click: another flow, %v", err)
	}
	if s.credential(nathalie).Hash.IsZero() {
		t.Error("the second click has ended the password that was chosen since")
	}
	if _, err := s.recovery.Disowning(t.Context(), token); !errors.Is(err, portal.ErrNoDisowning) {
		t.Errorf("the page of a token that was used: %v", err)
	}
	s.Turn(time.Microsecond)
	if _, err := s.recovery.Disown(t.Context(), token); !errors.Is(err, portal.ErrNoDisowning) {
		t.Errorf("later: %v", err)
	}
}
