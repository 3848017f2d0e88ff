package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
)

func TestFranceConnectDownLeavesThePasswordWay(t *testing.T) {
	s := openFederated(t, local)
	s.fc.down = true
	b := s.browser()
	a := b.get("/franceconnect/connexion")
	a.expect(t, "start", http.StatusServiceUnavailable, header{"Retry-After": "30"})
	if !strings.Contains(a.body, `href="/connexion"`) {
		t.Error("the page has no other way")
	}
	b.signIn(nathalie, right)
}

func TestTheCookieOfAVisitIsLaxAndOfThisHost(t *testing.T) {
	a := openFederated(t, public).browser().get("/franceconnect/connexion")
	for _, c := range a.Cookies() {
		if c.Name == "__Host-visite" && c.Secure && c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Path == "/" {
			return
		}
	}
	t.Errorf("cookies: %v", a.Header.Values("Set-Cookie"))
}

// Whoever begins again and again, or in many tabs, sends no more than before with each request: proxies refuse long headers.
func TestWaysToFranceConnectPileUpNoCookies(t *testing.T) {
	s := openFederated(t, public)
	b := s.browser()
	first := b.depart()
	for range 40 {
		b.depart()
	}
	kept := 0
	for _, c := range b.request(http.MethodGet, "/", nil).Cookies() {
		kept += len(c.Name) + len(c.Value)
	}
	if kept > 400 {
		t.Errorf("the browser sends %d bytes of cookies", kept)
	}
	b.comeBack(first).expect(t, "the return of the first tab", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
}

// « Ordinateur partagé » goes with the person to FranceConnect and back: also through the linking, and when the way begins anew by itself.
func TestASharedComputerKeepsNothingOfFranceConnect(t *testing.T) {
	s, _ := openFederatedOffice(t)
	kept := func(what string, b *browser) {
		t.Helper()
		var at int64
		check.OK(t, s.db.QueryRow(`SELECT max(expires_at) FROM sessions`).Scan(&at))
		if left := time.Until(time.UnixMicro(at)); left > portal.SharedIdle || left < portal.SharedIdle-time.Minute {
			t.Errorf("%s: the session lasts %s without a request", what, left)
		}
		if !b.isSignedIn() || b.cookie("__Host-appareil") != "" {
			t.Errorf("%s: nobody is signed in, or the computer is known from now on", what)
		}
	}
	depart := func(b *browser) string {
		t.Helper()
		_, state, found := strings.Cut(b.get("/franceconnect/connexion?partage=1").Header.Get("Location"), "/authorize?state=")
		if !found {
			t.Fatal("no way to FranceConnect")
		}
		return state
	}
	b := s.browser()
	b.comeBack(depart(b)).leads(t, "the first return", "/franceconnect/rattachement")
	b.prove(nathalie, right).leads(t, "the proof", "/mon-compte")
	kept("after the linking", b)
	b = s.browser()
	state := depart(b)
	b.comeBack(state).leads(t, "the return", "/mon-compte")
	kept("once linked", b)
	lost := s.with("__Host-visite", b.cookie("__Host-visite"))
	lost.comeBack(state).leads(t, "the same return without a session", "/franceconnect/connexion?partage=1")
	own := s.browser()
	own.comeBack(own.depart()).leads(t, "on a computer of one's own", "/mon-compte")
	if own.cookie("__Host-appareil") == "" {
		t.Error("a computer of one's own is not known")
	}
}
