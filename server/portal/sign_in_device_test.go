package portal_test

import (
	"testing"

	"moncompte/server/keys"
)

// Two people share a phone: signing in with one account must not make the other's browser a stranger.
func TestTwoPeopleShareABrowser(t *testing.T) {
	s := newSite(t)
	s.add(nathalie, argon(t, right, small))
	s.add("2690549588158", argon(t, right, small))
	first, code := s.signIn(nathalie, right, keys.Secret{})
	if code != "" {
		t.Fatal(code)
	}
	second, code := s.signIn("2690549588158", right, first.Device)
	if code != "" || second.Device.Reveal() != first.Device.Reveal() {
		t.Fatalf("the second person's sign-in gave the browser another token (%q)", code)
	}
	for range 6 { // a stranger uses up the free attempts on the first account
		s.signIn(nathalie, wrong, keys.Secret{})
	}
	if _, code := s.signIn(nathalie, right, second.Device); code != "" {
		t.Errorf("the first person is locked out of the shared browser: %q", code)
	}
}
