package portal_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// federated is the identity of the account's owner, as FranceConnect would name them.
func (s *site) federated() portal.Identity {
	return portal.Identity{Issuer: "https://fc.example", Subject: keys.NewSecret("subject"), ACR: "eidas1", Civil: storetest.Nathalie(s.t).Civil}
}

// begin begins a linking of that identity.
func (s *site) begin() keys.Secret {
	s.t.Helper()
	token, err := s.linking.Begin(s.t.Context(), s.federated())
	check.OK(s.t, err)
	return token
}

// proven is a flow of that purpose whose code was given.
func (s *site) proven(n nir.Number, purpose portal.Purpose) keys.Secret {
	s.t.Helper()
	flow := s.startFor(n, purpose)
	s.mustGive(flow, s.code(flow), portal.CodeRight)
	return flow
}

// link takes the code of the flow as the proof, and returns the errors of both steps.
func (s *site) link(linking, flow keys.Secret) (proof, entry error) {
	p, err := s.linking.ProveByCode(s.t.Context(), linking, flow, keys.Secret{})
	if err != nil {
		return err, nil
	}
	return nil, s.linking.Enter(s.t.Context(), p, row(p))
}

func (s *site) mustNotBeLinked() {
	s.t.Helper()
	if l, err := s.linking.Recognise(s.t.Context(), s.federated(), keys.Secret{}); !errors.Is(err, portal.ErrNotLinked) {
		s.t.Errorf("account %q is linked, %v", l.Account, err)
	}
}

func TestACodeServesThePurposeThatItWasAskedForAlone(t *testing.T) {
	for _, purpose := range []portal.Purpose{portal.Reset, portal.First, portal.Proof} {
		t.Run(string(purpose), func(t *testing.T) {
			s := newSite(t)
			n := s.addNumber(nathalie)
			flow := s.proven(n, purpose)
			before := s.hash(n)
			if set := s.set(flow, chosen); set != (purpose != portal.Proof) || (s.hash(n) != before) != set {
				t.Errorf("a password was set: %v", set)
			}
			if purpose != portal.Proof {
				flow = s.proven(n, purpose) // the one before has ended
			}
			proof, entry := s.link(s.begin(), flow)
			if purpose == portal.Proof {
				if proof != nil || entry != nil {
					t.Errorf("not linked: %v, %v", proof, entry)
				}
				return
			}
			if !errors.Is(proof, portal.ErrNoFlow) {
				t.Errorf("the proof is answered with %v", proof)
			}
			s.mustNotBeLinked()
		})
	}
}

// The code of a second step proves nothing elsewhere, and theirs nothing here.
func TestTheCodeOfASecondStepIsOfNoOtherUse(t *testing.T) {
	s := newSite(t)
	s.withContacts("", "+33639980001")
	step := s.secondStep(portal.StepForNewBrowser)
	token := s.step(step, nathalie, false)
	s.mustGive(token, s.code(token), portal.CodeRight)
	if s.set(token, chosen) {
		t.Error("a password was set")
	}
	if proof, _ := s.link(s.begin(), token); !errors.Is(proof, portal.ErrNoFlow) {
		t.Errorf("the proof of an account is answered with %v", proof)
	}
	s.mustNotBeLinked()
	for _, purpose := range []portal.Purpose{portal.Reset, portal.First, portal.Proof} {
		flow := s.proven(number(t, nathalie), purpose)
		if _, err := s.finish(step, flow, keys.Secret{}, true); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("the code of %q enters: %v", purpose, err)
		}
	}
}

func TestALinkingLastsFifteenMinutes(t *testing.T) {
	s := newSite(t)
	n := s.addNumber(nathalie)
	linking := s.begin()
	s.Turn(portal.LinkingLife)
	flow := s.proven(n, portal.Proof)
	if proof, _ := s.link(linking, flow); !errors.Is(proof, portal.ErrNoLinking) {
		t.Errorf("at its end: %v", proof)
	}
	s.mustNotBeLinked()

	linking = s.begin()
	s.Turn(portal.LinkingLife - time.Microsecond)
	p, err := s.linking.ProveByCode(t.Context(), linking, flow, keys.Secret{})
	if err != nil {
		t.Fatalf("a moment before its end: %v", err)
	}
	// Its time is looked at again when the link is made.
	s.Turn(time.Microsecond)
	if err := s.linking.Enter(t.Context(), p, row(p)); !errors.Is(err, portal.ErrNoLinking) {
		t.Errorf("proved before its end and entered at it: %v", err)
	}
	s.mustNotBeLinked()
}

func TestAProofByACodeLastsFifteenMinutes(t *testing.T) {
	s := newSite(t)
	flow := s.proven(s.addNumber(nathalie), portal.Proof)
	s.Turn(portal.LinkingLife)
	if proof, entry := s.link(s.begin(), flow); proof != nil || entry != nil {
		t.Errorf("at its end: %v, %v", proof, entry)
	}

	s = newSite(t)
	flow = s.proven(s.addNumber(nathalie), portal.Proof)
	s.Turn(portal.LinkingLife + time.Microsecond)
	if proof, _ := s.link(s.begin(), flow); !errors.Is(proof, portal.ErrNoFlow) {
		t.Errorf("after it: %v", proof)
	}
	s.mustNotBeLinked()
}

// Of two clicks one finds the linking used up. Its pair was right all the same, and is not held against its owner.
func TestARightPairIsNoFailureWhenAnotherClickWasFaster(t *testing.T) {
	s := newSite(t)
	phc, err := passhash.New(right, small, nil)
	check.OK(t, err)
	s.add(nathalie, phc)
	linking := s.begin()
	var proofs [2]portal.Proven
	for i := range proofs {
		if proofs[i], err = s.linking.Prove(t.Context(), linking, s.request(nathalie, right, keys.Secret{})); err != nil {
			t.Fatal(err)
		}
		s.Turn(time.Second)
	}
	check.OK(t, s.linking.Enter(t.Context(), proofs[0], row(proofs[0])))
	if err := s.linking.Enter(t.Context(), proofs[1], row(proofs[1])); !errors.Is(err, portal.ErrNoLinking) {
		t.Fatalf("the second click: %v", err)
	}
	if b := s.account(nathalie); b.InRow != 0 || len(b.Recent) != 0 {
		t.Errorf("%d failures in a row and %d of the day are counted, want none", b.InRow, len(b.Recent))
	}
}

// Whoever fills an address keeps no known browser from FranceConnect, of whichever account it is.
func TestAFullAddressKeepsNoKnownBrowserFromFranceConnect(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	session, _ := s.signIn(nathalie, right, keys.Secret{})
	from := s.anywhere()
	depart := func(device keys.Secret) error {
		return s.linking.Depart(t.Context(), portal.NewToken(), device, portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken()}, from)
	}
	for range 300 {
		check.OK(t, depart(keys.Secret{}))
	}
	for _, stranger := range []keys.Secret{{}, portal.NewToken()} {
		if err := depart(stranger); portal.ErrorKind(err) != portal.KindThrottled {
			t.Errorf("from a full address: %v", err)
		}
	}
	for range 30 { // in ten minutes, of its own
		if err := depart(session.Device); err != nil {
			t.Fatalf("the known browser: %v", err)
		}
	}
	if err := depart(session.Device); portal.ErrorKind(err) != portal.KindThrottled {
		t.Errorf("the known browser has no limit of its own: %v", err)
	}
	s.Turn(10 * time.Minute)
	for _, device := range []keys.Secret{session.Device, {}} {
		if err := depart(device); err != nil {
			t.Errorf("ten minutes later: %v", err)
		}
	}
}
