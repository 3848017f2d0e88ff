package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/app/words"
	"moncompte/components"
	"moncompte/server/check"
)

// said is the first sentence of a notice, which its page may show as a title.
func said(n components.Notice) string {
	first, _, _ := strings.Cut(n.Sentence(words.French.Frame()), ".")
	return first
}

func TestANoticeIsShownOnce(t *testing.T) {
	for base, name := range map[string]string{local: "notice", public: "__Host-notice"} {
		s := open(t, base)
		b := s.browser()
		b.signIn(nathalie, right)
		b.do(http.MethodPost, "/deconnexion", url.Values{})
		if b.cookie(name) != "signed-out" {
			t.Errorf("%s: no notice is left after the sign-out", base)
		}
		b.get("/aide") // shows none and keeps it
		sentence := said(components.SignedOut)
		if page := b.get("/").body; !strings.Contains(page, sentence) {
			t.Errorf("%s: the notice is not shown", base)
		}
		if b.cookie(name) != "" || strings.Contains(b.get("/").body, sentence) {
			t.Errorf("%s: the notice is shown twice", base)
		}
	}
}

func TestWhoeverLostASessionIsToldSo(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	b.signIn(nathalie, right)
	check.OK(t, s.store.EndSessions(t.Context(), s.id(nathalie)))
	b.get("/mon-compte/securite").expect(t, "ended session", http.StatusSeeOther, header{"Location": "/connexion"})
	if page := b.get("/connexion").body; !strings.Contains(page, components.SessionEnded.Sentence(words.French.Frame())) {
		t.Error("the person is not told why they have to sign in again")
	}
	if page := b.get("/connexion").body; strings.Contains(page, components.SessionEnded.Sentence(words.French.Frame())) {
		t.Error("the notice is shown twice")
	}
	newcomer := s.browser()
	newcomer.get("/mon-compte")
	if page := newcomer.get("/connexion").body; strings.Contains(page, components.SessionEnded.Sentence(words.French.Frame())) {
		t.Error("somebody who never signed in is told that a session ended")
	}
}

func TestAnUnknownNoticeShowsNothing(t *testing.T) {
	s := open(t, local)
	plain := map[string]string{}
	for _, path := range []string{"/", "/connexion"} {
		plain[path] = s.browser().get(path).body
	}
	for _, value := range []string{"", "unknown", "SIGNED-OUT", "<b>gagné</b>", "signed-out x", "1"} {
		for path, want := range plain {
			b := s.browser()
			a := b.get(path, header{"Cookie": "notice=" + value})
			if a.body != want {
				t.Errorf("%s: the notice %q changes the page", path, value)
			}
		}
	}
}
