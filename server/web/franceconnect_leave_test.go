package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/portal"
)

func TestSigningOutGoesOnToFranceConnectAndComesBack(t *testing.T) {
	s := openFederated(t, public)
	b := s.browser()
	b.link()
	session := b.cookie("__Host-session")
	out := b.do(http.MethodPost, "/deconnexion", url.Values{})
	out.expect(t, "sign-out", http.StatusSeeOther, header{"Location": "/franceconnect/deconnexion", "Clear-Site-Data": `"cache"`})
	if s.with("__Host-session", session).isSignedIn() {
		t.Fatal("the session here is still open")
	}
	page := b.get("/franceconnect/deconnexion")
	refresh, found := strings.CutPrefix(page.Header.Get("Refresh"), "0; url="+issuer+"/session/end?")
	if page.StatusCode != http.StatusOK || !found {
		t.Fatalf("the page that leads on: status %d", page.StatusCode)
	}
	q, err := url.ParseQuery(refresh)
	if err != nil || q.Get("id_token_hint") != identity().IDToken.Reveal() || len(q.Get("state")) != 43 {
		t.Fatal("the address has no id_token or no state")
	}
	if !strings.Contains(page.body, `href="`+issuer+"/session/end?") {
		t.Error("the page has no link for who is not led on")
	}
	back := "/franceconnect/deconnecte?state=" + q.Get("state")
	for what, a := range map[string]answer{"another browser": s.browser().get(back), "no state": b.get("/franceconnect/deconnecte"),
		"another state": b.get("/franceconnect/deconnecte?state=" + portal.NewToken().Reveal())} {
		a.expect(t, what, http.StatusBadRequest, nil)
		if !strings.Contains(a.body, "Vérifiez") {
			t.Errorf("%s: the page does not say to check", what)
		}
	}
	for _, what := range []string{"the way back", "a refresh"} {
		a := b.get(back, header{"Sec-Fetch-Site": "cross-site"})
		a.expect(t, what, http.StatusOK, nil)
		if !strings.Contains(a.body, "Les sessions de Mon\u00a0Compte et de FranceConnect sont fermées") {
			t.Errorf("%s: the page does not confirm", what)
		}
	}
}

// Else whoever comes next would be told the name, by the same button.
func TestWhoLeavesBeforeTheProofIsSignedOutAtFranceConnect(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.comeBack(b.depart())
	b.do(http.MethodPost, "/deconnexion", url.Values{}).expect(t, "« Ce n'est pas moi »", http.StatusSeeOther, header{"Location": "/franceconnect/deconnexion"})
	q, err := url.Parse(strings.TrimPrefix(b.get("/franceconnect/deconnexion").Header.Get("Refresh"), "0; url="))
	if err != nil || q.Query().Get("id_token_hint") != identity().IDToken.Reveal() {
		t.Error("the address has no id_token")
	}
	b.get("/franceconnect/rattachement").expect(t, "the linking", http.StatusBadRequest, nil)
}

func TestASignOutStandsWithoutFranceConnect(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.link()
	s.fc.down, s.fc.noExit = true, true
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.get("/franceconnect/deconnexion").expect(t, "no way on", http.StatusSeeOther, header{"Location": "/franceconnect/deconnecte"})
	if b.isSignedIn() {
		t.Error("still signed in")
	}
	b.signIn(nathalie, right)
	b.do(http.MethodPost, "/deconnexion", url.Values{}).expect(t, "sign-out of a password session", http.StatusSeeOther, header{"Location": "/"})
}
