package portal_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// guessed is a site on which so many wrong passwords were tried with each of the numbers.
func guessed(t *testing.T, failures int, numbers ...string) *site {
	t.Helper()
	s := newSite(t)
	for _, n := range numbers {
		storetest.Count(t, s.store, s.Clock(), failures, portal.AccountSubject(storetest.Number(t, n)))
	}
	s.Turn(portal.AccountLimit.MaxWait)
	return s
}

// first begins with the code, as whoever is told that it comes first.
func (s *site) first(step *portal.SecondStep, identifier string, q portal.StartRequest) keys.Secret {
	s.t.Helper()
	if !q.Address.IsValid() {
		q.Address = s.anywhere()
	}
	token, err := step.First(s.t.Context(), number(s.t, identifier), keys.Secret{}, q)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

func codeFirst(err error) bool {
	e, ok := errors.AsType[*portal.Error](err)
	return ok && e.CodeFirst
}

// No more than 100 passwords are judged in a row, and nobody's password is disabled by strangers (NIST SP 800-63B-4 §3.2.2).
func TestAfterAHundredWrongPasswordsTheCodeComesFirst(t *testing.T) {
	s := guessed(t, portal.MostInRow-1, nathalie, nobody)
	id := s.add(nathalie, argon(t, right, small))
	for _, n := range []string{nathalie, nobody} {
		if _, err := s.enter(t.Context(), s.request(n, wrong, keys.Secret{})); !errors.Is(err, portal.ErrUnauthorized) {
			t.Fatalf("the hundredth: %v", err)
		}
	}
	s.Turn(portal.AccountLimit.MaxWait)
	step := s.secondStep(portal.StepForNewBrowser)
	var traces [2][]string
	tokens := map[string]keys.Secret{}
	for i, n := range []string{nathalie, nobody} {
		traces[i] = s.Traced(func() {
			_, err := s.login.Verify(t.Context(), s.request(n, right, keys.Secret{}))
			if e, ok := errors.AsType[*portal.Error](err); !ok || !e.CodeFirst || e.Wait != 24*time.Hour-portal.AccountLimit.MaxWait {
				t.Fatalf("the next one: %+v", err)
			}
			tokens[n] = s.first(step, n, portal.StartRequest{})
			if _, err := step.Flow(t.Context(), tokens[n]); err != nil {
				t.Fatal(err)
			}
			s.mustGive(tokens[n], "000000", portal.CodeWrong)
		})
	}
	if a, b := strings.Join(traces[0], "\n"), strings.Join(traces[1], "\n"); a != b {
		t.Errorf("the statements differ:\n%s\n\n%s", a, b)
	}
	s.mustGive(tokens[nobody], s.code(tokens[nobody]), portal.CodeWrong)
	if _, _, err := step.Admit(t.Context(), tokens[nathalie], keys.Secret{}); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("admitted without the code: %v", err)
	}
	s.mustGive(tokens[nathalie], s.code(tokens[nathalie]), portal.CodeRight)
	if _, err := step.Proven(t.Context(), tokens[nathalie], keys.Secret{}, true); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("the code alone is a sign-in: %v", err)
	}
	device, shared, err := step.Admit(t.Context(), tokens[nathalie], keys.Secret{})
	if err != nil || shared {
		t.Fatal(err)
	}
	if _, _, err := step.Admit(t.Context(), tokens[nathalie], keys.Secret{}); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("admitted twice: %v", err)
	}
	if _, err := s.enter(t.Context(), s.request(nathalie, wrong, device)); !errors.Is(err, portal.ErrUnauthorized) {
		t.Errorf("a wrong password after the code: %v", err)
	}
	s.Turn(portal.PasswordGrace - time.Microsecond)
	p := s.pair(nathalie, device)
	if due, err := step.Due(t.Context(), p, device); err != nil || due {
		t.Errorf("another code is due at once: %v, %v", due, err)
	}
	if err := s.login.Enter(t.Context(), p, row(p)); err != nil || p.Account != id {
		t.Errorf("the password after the code: %v", err)
	}
	s.Turn(time.Microsecond)
	if due, err := step.Due(t.Context(), s.pair(nathalie, device), device); err != nil || !due {
		t.Errorf("after %s no other code is due: %v", portal.PasswordGrace, err)
	}
	// What strangers see is as it was.
	if _, err := s.login.Verify(t.Context(), s.request(nathalie, right, keys.Secret{})); !codeFirst(err) {
		t.Errorf("a stranger afterwards: %v", err)
	}
	s.Turn(24 * time.Hour)
	if _, err := s.login.Verify(t.Context(), s.request(nathalie, right, keys.Secret{})); err != nil {
		t.Errorf("once a day is over: %v", err)
	}
}

// A known browser has a row of its own, which a code ends, and strangers have none of its messages.
func TestAKnownBrowserGivesACodeFirstAfterItsOwnWrongPasswordsAlone(t *testing.T) {
	s := guessed(t, portal.MostInRow, nathalie)
	s.add(nathalie, argon(t, right, small))
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.first(step, nathalie, portal.StartRequest{})
	s.mustGive(token, s.code(token), portal.CodeRight)
	device, _, err := step.Admit(t.Context(), token, keys.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	s.guess(nathalie, device, portal.MostInRow)
	if _, err := s.login.Verify(t.Context(), s.request(nathalie, right, device)); !codeFirst(err) {
		t.Fatalf("after a hundred wrong ones of its own: %v", err)
	}
	token = s.first(step, nathalie, portal.StartRequest{Device: device})
	if flow, err := step.Flow(t.Context(), token); err != nil || !flow.Known {
		t.Errorf("known %v, %v", flow.Known, err)
	}
	s.mustGive(token, s.code(token), portal.CodeRight)
	again, _, err := step.Admit(t.Context(), token, device)
	if err != nil || again.Reveal() != device.Reveal() {
		t.Fatalf("another browser, %v", err)
	}
	s.pair(nathalie, device)
}

func TestACodeThatComesFirstGoesOnInItsBrowser(t *testing.T) {
	s := guessed(t, portal.MostInRow, nathalie, jean)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	begun := s.first(step, nathalie, portal.StartRequest{})
	again := func(identifier string, shared bool) keys.Secret {
		t.Helper()
		token, err := step.First(t.Context(), number(t, identifier), begun, portal.StartRequest{Address: s.anywhere(), Shared: shared})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	if again(nathalie, false).Reveal() != begun.Reveal() {
		t.Error("another code was sent while the first one still worked")
	}
	if again(jean, false).Reveal() == begun.Reveal() || again(nathalie, true).Reveal() == begun.Reveal() {
		t.Error("what was begun for another number, or on no shared computer, is gone on with")
	}
	if err := s.recovery.ResendBy(t.Context(), begun, portal.SMS, s.anywhere()); err != nil {
		t.Errorf("by the other channel, at once: %v", err)
	}
}

// A code that was asked for by the right pair lets in, and is none that comes before the password.
func TestTheCodeOfAPairIsNoneThatComesFirst(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	ofPair := s.step(step, nathalie, false)
	first, err := step.First(t.Context(), number(t, nathalie), ofPair, portal.StartRequest{Address: s.anywhere()})
	if err != nil || first.Reveal() == ofPair.Reveal() {
		t.Errorf("whoever has to give a code first goes on with that of the pair, %v", err)
	}
	s.mustGive(ofPair, s.code(ofPair), portal.CodeRight)
	if _, _, err := step.Admit(t.Context(), ofPair, keys.Secret{}); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("the code of the pair has the browser known: %v", err)
	}
}

func TestACodeFirstOnASharedComputerSaysSo(t *testing.T) {
	s := guessed(t, portal.MostInRow, nathalie)
	s.add(nathalie, argon(t, right, small))
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.first(step, nathalie, portal.StartRequest{Shared: true})
	s.mustGive(token, s.code(token), portal.CodeRight)
	if _, shared, err := step.Admit(t.Context(), token, keys.Secret{}); err != nil || !shared {
		t.Errorf("shared %v, %v", shared, err)
	}
}

// Whoever is in proves the password under a count that no stranger touches.
func TestStrangersKeepNobodyFromAProofInTheAccount(t *testing.T) {
	s := guessed(t, portal.MostInRow, nathalie)
	id := s.add(nathalie, argon(t, right, small))
	if _, err := s.login.Confirm(t.Context(), id, keys.NewSecret(right), keys.Secret{}, netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Errorf("the proof: %v", err)
	}
}
