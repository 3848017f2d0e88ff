package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
)

// signedOn tells whether a new sign-in in this browser starts on the information page, with nothing asked.
func (s *service) signedOn(changes ...string) bool {
	s.t.Helper()
	res, err := s.browser.Get(s.authorize(changes...))
	check.OK(s.t, err)
	res.Body.Close()
	return strings.HasSuffix(res.Request.URL.Path, "/informations")
}

func TestFranceConnectKeepsItsOwnSession(t *testing.T) {
	shared := start(t, Options{})

	t.Run("the next sign-in shows the information page of the same person", func(t *testing.T) {
		s := shared.on(t)
		first, _ := s.identity(Visit{Citizen: "benali"})
		second, _ := s.identity(Visit{Citizen: "durand"})
		if first["sub"] != second["sub"] {
			t.Error("the session of the first person was not used")
		}
		if !s.signedOn() || s.on(t).signedOn() {
			t.Error("want this browser signed on, and another one not")
		}
	})
	t.Run("it slides, and ends after 30 idle minutes", func(t *testing.T) {
		s := shared.on(t)
		s.visit(Visit{})
		s.advance(29 * time.Minute)
		if !s.signedOn() {
			t.Fatal("over after 29 minutes")
		}
		s.advance(29 * time.Minute)
		if !s.signedOn() {
			t.Error("it did not slide")
		}
		s.advance(31 * time.Minute)
		if s.signedOn() {
			t.Error("still on after 31 idle minutes")
		}
	})
	t.Run("a sign-in left for more than 30 minutes ends on a page without return", func(t *testing.T) {
		s := shared.on(t)
		res, err := s.browser.Get(s.authorize())
		check.OK(t, err)
		res.Body.Close()
		s.advance(31 * time.Minute)
		s.refusedWith("Y040001", res.Request.URL.String())
	})
	t.Run("a sign-in begun in another tab before the session ends as the same person", func(t *testing.T) {
		s := shared.on(t)
		res, err := s.browser.Get(s.authorize())
		check.OK(t, err)
		res.Body.Close()
		first, _ := s.identity(Visit{Citizen: "benali"})
		w := walk{ctx: t.Context(), client: s.browser, issuer: s.Issuer}
		if _, _, err := w.post(res.Request.URL.String()+"/compte/impots", url.Values{"citoyen": {"benali"}, "mot_de_passe": {"123"}}); err != nil {
			t.Fatal(err)
		}
		at, _, err := w.post(res.Request.URL.String()+"/continuer", nil)
		if err != nil || !at.away {
			t.Fatalf("not sent back: %v", err)
		}
		answer := s.exchange(at.url.Query().Get("code"))
		if _, claims := s.open(answer.text("id_token")); claims["sub"] != first["sub"] {
			t.Error("another person")
		}
	})
}

func TestSignOutIsARedirectThatEndsTheSession(t *testing.T) {
	shared := start(t, Options{})

	t.Run("it comes back to the registered address with the state, and nothing is asked", func(t *testing.T) {
		s := shared.on(t)
		hint := s.tokens(Visit{}).text("id_token")
		back, err := s.SignOut(t.Context(), s.browser, s.logout(hint))
		check.OK(t, err)
		if back.String() != postLogoutURI+"?state="+state {
			t.Errorf("came back at %s", back)
		}
		if s.signedOn() {
			t.Error("the next person is still offered the session")
		}
	})
	t.Run("an expired id_token and a session already gone are fine", func(t *testing.T) {
		s := shared.on(t)
		hint := s.tokens(Visit{}).text("id_token")
		s.advance(2 * time.Hour)
		for _, browser := range []*service{s, s.on(t)} {
			if back, err := s.SignOut(t.Context(), browser.browser, s.logout(hint)); err != nil || back.Query().Get("state") != state {
				t.Errorf("came back at %v, %v", back, err)
			}
		}
	})
	t.Run("a call from the server ends nothing", func(t *testing.T) {
		s := shared.on(t)
		hint := s.tokens(Visit{}).text("id_token")
		if res, _ := s.on(t).fetch(http.MethodGet, s.logout(hint), nil); res.StatusCode != 200 {
			t.Fatalf("status %d", res.StatusCode)
		}
		if !s.signedOn() {
			t.Error("the session is gone")
		}
	})
	t.Run("id_token_hint is required and other parameters are refused", func(t *testing.T) {
		s := shared.on(t)
		hint := s.tokens(Visit{}).text("id_token")
		s.refusedWith("Y030007", s.logout(""))
		s.refusedWith("Y030007", s.logout(hint, "id_token_hint", ""))
		s.refusedWith("Y030007", s.logout(hint, "reason", "x"))
	})
	t.Run("an address that is not registered, or a token that is not one, is a page without return", func(t *testing.T) {
		s := shared.on(t)
		hint := s.tokens(Visit{}).text("id_token")
		s.refusedWith("Y040001", s.logout(hint, "post_logout_redirect_uri", postLogoutURI+"/x"))
		s.refusedWith("Y040001", s.logout("not-a-token"))
	})
	t.Run("without a return address it ends on FranceConnect's own page", func(t *testing.T) {
		s := shared.on(t)
		hint := s.tokens(Visit{}).text("id_token")
		back, err := s.SignOut(t.Context(), s.browser, s.logout(hint, "post_logout_redirect_uri", ""))
		if err != nil || back.Path != "/api/v2/session/end/success" {
			t.Errorf("ended at %v, %v", back, err)
		}
	})
	t.Run("it is GET only", func(t *testing.T) {
		s := shared.on(t)
		if res, _ := s.fetch(http.MethodPost, s.logout(s.tokens(Visit{}).text("id_token")), nil); res.StatusCode != 405 {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}
