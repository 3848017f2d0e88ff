package portal_test

import (
	"errors"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
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

// first gives that pair, as whoever is told that a code comes first.
func (s *site) first(step *portal.SecondStep, identifier, password string, device keys.Secret) keys.Secret {
	s.t.Helper()
	token, err := step.First(s.t.Context(), s.request(identifier, password, device), false)
	check.OK(s.t, err)
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
	s.first(step, jean, right, keys.Secret{}) // counts the schemes: afterwards no statement stands before the hash
	for i, n := range []string{nathalie, nobody} {
		traces[i] = s.Traced(func() {
			_, err := s.login.Verify(t.Context(), s.request(n, right, keys.Secret{}))
			if e, ok := errors.AsType[*portal.Error](err); !ok || !e.CodeFirst || e.Wait != 24*time.Hour-portal.AccountLimit.MaxWait {
				t.Fatalf("the next one: %+v", err)
			}
			tokens[n] = s.first(step, n, right, keys.Secret{})
			check.OK(t, check.ErrOf(step.Flow(t.Context(), tokens[n])))
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
	token := s.first(step, nathalie, right, keys.Secret{})
	s.mustGive(token, s.code(token), portal.CodeRight)
	device, _, err := step.Admit(t.Context(), token, keys.Secret{})
	check.OK(t, err)
	s.guess(nathalie, device, portal.MostInRow)
	if _, err := s.login.Verify(t.Context(), s.request(nathalie, right, device)); !codeFirst(err) {
		t.Fatalf("after a hundred wrong ones of its own: %v", err)
	}
	token = s.first(step, nathalie, right, device)
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

// Whoever guesses while a code comes first learns nothing of it: what is shown, written and counted is the same for a right pair, a wrong
// one and a number without an account, also once a right pair has no more messages. Only the owner's telephone knows.
func TestWhetherAPairIsRightShowsInNothingWhileACodeComesFirst(t *testing.T) {
	s := guessed(t, portal.MostInRow, nathalie, nobody, jean)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	s.login.Params.Time = math.MaxUint32 // the hash is to be made anew, which is said to fail if it is tried
	step := s.secondStep(portal.StepForNewBrowser)
	type seen struct {
		trace string
		flow  portal.Flow
	}
	looks := func(identifier, password string) (l seen) {
		t.Helper()
		var token keys.Secret
		l.trace = strings.Join(s.Traced(func() {
			token = s.first(step, identifier, password, keys.Secret{})
			s.give(token, "000000")
		}), "\n")
		flow, err := step.Flow(t.Context(), token)
		check.OK(t, err)
		flow.Ref, flow.Account, flow.Identifier = nil, "", number(t, nathalie)
		flow.Digits = 0 // grows with the codes that are tried here
		l.flow = flow
		s.mustGive(token, s.code(token), map[bool]portal.CodeResult{true: portal.CodeRight, false: portal.CodeWrong}[password == right && identifier == nathalie && s.leaves(token)])
		return l
	}
	looks(jean, right)                             // counts the schemes: afterwards no statement stands before the hash
	for _, spent := range []string{wrong, right} { // by as many as there may be messages
		for range portal.MostSends {
			looks(nathalie, spent)
		}
		want := looks(nathalie, wrong)
		for what, got := range map[string]seen{"the right pair": looks(nathalie, right), "a number without an account": looks(nobody, right)} {
			if got.trace != want.trace {
				t.Errorf("the statements of %s differ:\n%s\n\n%s", what, got.trace, want.trace)
			}
			if !reflect.DeepEqual(got.flow, want.flow) {
				t.Errorf("the page of %s has %+v, that of a wrong pair %+v", what, got.flow, want.flow)
			}
		}
	}
	var left int
	if err := s.db.QueryRow(`SELECT count(*) FROM outbox WHERE state = 'open' AND notice = 0`).Scan(&left); err != nil || left != portal.MostSends {
		t.Errorf("%d codes have left, %v, want %d", left, err, portal.MostSends)
	}
	if strings.Contains(s.log.String(), "password hash not upgraded") {
		t.Error("a right pair has more work done than a wrong one")
	}
}

// leaves tells whether there is a message with the flow's code.
func (s *site) leaves(token keys.Secret) (leaves bool) {
	s.t.Helper()
	check.OK(s.t, s.db.QueryRow(`SELECT EXISTS (SELECT 1 FROM outbox WHERE flow = $1 AND state = 'open')`, keys.TokenIndex("flow", token)).Scan(&leaves))
	return leaves
}

// A place that gets free is whoever's comes first: where anybody would have to wait for the longest time, a right pair needs none.
func TestACodeComesFirstAlsoForWhoWouldWaitForTheLongestTime(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "")
	for range 12 { // the last of them in the moment before the owner comes
		if _, err := s.login.Verify(t.Context(), s.request(nathalie, wrong, keys.Secret{})); !errors.Is(err, portal.ErrUnauthorized) {
			t.Fatal(err)
		}
		_, err := s.login.Verify(t.Context(), s.request(nathalie, right, keys.Secret{}))
		row := s.account(nathalie).InRow
		if e, ok := errors.AsType[*portal.Error](err); row < portal.AccountLimit.Free && err != nil ||
			row >= portal.AccountLimit.Free && (!ok || e.Kind != portal.KindThrottled || e.Wait > portal.AccountLimit.MaxWait || e.CodeFirst != (row >= 9)) {
			t.Errorf("after %d: %+v", row, err)
		}
		s.Turn(portal.AccountLimit.MaxWait)
	}
}

// A code that was asked for by the right pair lets in, and is none that comes before the password.
func TestTheCodeOfAPairIsNoneThatComesFirst(t *testing.T) {
	s := newSite(t)
	s.withContacts("nathalie.durand@example.org", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	ofPair := s.step(step, nathalie, false)
	s.mustGive(ofPair, s.code(ofPair), portal.CodeRight)
	if _, _, err := step.Admit(t.Context(), ofPair, keys.Secret{}); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("the code of the pair has the browser known: %v", err)
	}
}

func TestACodeFirstOnASharedComputerSaysSo(t *testing.T) {
	s := guessed(t, portal.MostInRow, nathalie)
	s.add(nathalie, argon(t, right, small))
	step := s.secondStep(portal.StepForNewBrowser)
	token, err := step.First(t.Context(), s.request(nathalie, right, keys.Secret{}), true)
	check.OK(t, err)
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
