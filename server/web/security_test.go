package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestEachSessionIsEndedByItsOwnButton(t *testing.T) {
	s := open(t, local)
	phone, desk, library, stranger := s.browser(), s.browser(), s.browser(), s.browser()
	for _, b := range []*browser{phone, desk, library} {
		b.signIn(nathalie, right)
	}
	stranger.signIn(jean, jeans)
	open, err := s.store.OpenSessions(t.Context(), s.id(nathalie))
	if err != nil || len(open) != 3 {
		t.Fatalf("%d sessions are open, %v", len(open), err)
	}
	for _, session := range open {
		// Another person's page cannot end it, by any name.
		a := stranger.do(http.MethodPost, "/mon-compte/securite", url.Values{"action": {"deconnecter"}, "session": {session.ID}})
		a.expect(t, "another person", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	}
	if !phone.isSignedIn() || !desk.isSignedIn() || !library.isSignedIn() {
		t.Fatal("a session was ended by another person")
	}
	page := desk.get("/mon-compte/securite").body
	if got := strings.Count(page, `value="deconnecter"`); got != 2 {
		t.Errorf("%d buttons for the two other sessions", got)
	}
	_, after, _ := strings.Cut(page, `name="session" value="`)
	first, _, _ := strings.Cut(after, `"`)
	a := desk.do(http.MethodPost, "/mon-compte/securite", url.Values{"action": {"deconnecter"}, "session": {first}})
	a.expect(t, "end one", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	if !strings.Contains(desk.get("/mon-compte/securite").body, "L’appareil est déconnecté.") {
		t.Error("the page does not say that the session has ended")
	}
	if phone.isSignedIn() == library.isSignedIn() || !desk.isSignedIn() || !stranger.isSignedIn() {
		t.Error("not exactly the chosen session has ended")
	}
}

func TestTheTwentyFirstSessionEndsTheOldest(t *testing.T) {
	s := open(t, local)
	other := s.browser()
	other.signIn(jean, jeans)
	var all []*browser
	for range 21 {
		b := s.browser()
		b.signIn(nathalie, right)
		all = append(all, b)
	}
	if all[0].isSignedIn() {
		t.Error("the oldest session is still open")
	}
	if !all[1].isSignedIn() || !all[20].isSignedIn() || !other.isSignedIn() {
		t.Error("more than the oldest session has ended")
	}
}
