package web_test

import (
	"net/http"
	"strings"
	"testing"
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
