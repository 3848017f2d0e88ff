package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

const issuer = "https://fournisseur.example/api/v2"

// counter is a FranceConnect that believes what the test tells it, and checks states like the real one.
type counter struct {
	identity portal.Identity
	failure  error // of the next return
	down     bool
	noExit   bool
	visits   []portal.Visit
}

func (c *counter) Start(context.Context) (string, portal.Visit, error) {
	if c.down {
		return "", portal.Visit{}, &portal.ProviderError{Kind: portal.Unavailable, Reason: "start: no answer"}
	}
	v := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken()}
	run.secret("state", v.State.Reveal())
	run.secret("nonce", v.Nonce.Reveal())
	c.visits = append(c.visits, v)
	return issuer + "/authorize?state=" + v.State.Reveal(), v, nil
}

func (c *counter) Finish(_ context.Context, q url.Values, find func(string) (portal.Visit, bool)) (portal.Identity, error) {
	visit, ok := find(q.Get("state"))
	if !ok || visit.State.Reveal() != q.Get("state") {
		return portal.Identity{}, &portal.ProviderError{Kind: portal.Expired, Reason: "state"}
	}
	known := false
	for _, v := range c.visits {
		known = known || v.Nonce.Reveal() == visit.Nonce.Reveal()
	}
	if !known {
		return portal.Identity{}, &portal.ProviderError{Kind: portal.Invalid, Reason: "nonce"}
	}
	if c.failure != nil {
		return portal.Identity{}, c.failure
	}
	return c.identity, nil
}

func (c *counter) LogoutAddress(_ context.Context, idToken keys.Secret, state string) (string, error) {
	if c.noExit {
		return "", errors.New("no logout address")
	}
	run.secret("state", state)
	return issuer + "/session/end?" + url.Values{"id_token_hint": {idToken.Reveal()}, "state": {state}}.Encode(), nil
}

func (c *counter) JWKS() []byte { return []byte(`{"keys":[]}`) }

// identity is Nathalie as FranceConnect knows her.
func identity() portal.Identity {
	return portal.Identity{Issuer: issuer, Subject: keys.NewSecret(run.secret("subject", strings.Repeat("0a", 32)+"v1")), ACR: "eidas1",
		Civil: portal.Civil{BirthName: "Durand", GivenNames: "Nathalie Anne", Sex: portal.Female, Birthdate: "1969-05-12",
			Birthplace: "49588", Birthcountry: "99100"},
		IDToken: keys.NewSecret(run.secret("id_token", "eyJhbGciOiJFUzI1NiJ9.fictif.signature"))}
}

// federated is a site with FranceConnect, and the hour on its wall.
type federated struct {
	*site
	fc    *counter
	now   time.Time
	links *portal.Linking
}

func openFederated(t *testing.T, base string) *federated {
	f := &federated{fc: &counter{identity: identity()}, now: time.Now()}
	f.site = open(t, base, func(o *web.Options) {
		f.links = &portal.Linking{Login: o.Login, Keys: o.Login.Keys, Composer: notify.Composer{}, Reach: &portal.Reach{}, Log: o.Log,
			Now: func() time.Time { return f.now }}
		f.links.Store = o.Accounts.(portal.LinkStore)
		o.FranceConnect = &web.FranceConnect{Provider: f.fc, Linking: f.links, Issuer: issuer}
	})
	return f
}

// depart begins a visit and returns its state.
func (b *browser) depart() string {
	b.site.t.Helper()
	a := b.get("/franceconnect/connexion")
	to, state, found := strings.Cut(a.Header.Get("Location"), "/authorize?state=")
	if a.StatusCode != http.StatusSeeOther || to != issuer || !found {
		b.site.t.Fatalf("the way to FranceConnect: status %d, to %q", a.StatusCode, to)
	}
	return state
}

func (b *browser) comeBack(state string) answer {
	b.site.t.Helper()
	return b.get("/franceconnect/retour?"+url.Values{"state": {state}, "code": {"c"}, "iss": {issuer}}.Encode(),
		header{"Sec-Fetch-Site": "cross-site"})
}

func (b *browser) prove(identifier, password string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, "/franceconnect/rattachement", pair(identifier, password), headers...)
}

// link goes the whole way of the first time.
func (b *browser) link() {
	b.site.t.Helper()
	b.comeBack(b.depart()).expect(b.site.t, "first return", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
	b.prove(nathalie, right).expect(b.site.t, "proof", http.StatusSeeOther, header{"Location": "/mon-compte"})
}

func TestTheFirstTimeAsksForAProofAndTheNextTimeDoesNot(t *testing.T) {
	s := openFederated(t, public)
	b := s.browser()
	if login := b.get("/connexion").body; !strings.Contains(login, `href="/franceconnect/connexion"`) {
		t.Error("the sign-in page has no button")
	}
	b.comeBack(b.depart()).expect(t, "first return", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
	if b.isSignedIn() {
		t.Fatal("signed in without a proof")
	}
	page := b.get("/franceconnect/rattachement")
	page.expect(t, "linking page", http.StatusOK, nil)
	if !strings.Contains(page.body, "Nathalie") {
		t.Error("the page does not say whom FranceConnect has named")
	}
	b.prove(nathalie, wrong).expect(t, "wrong password", http.StatusUnauthorized, nil)
	b.prove("123", right).expect(t, "half an identifier", http.StatusUnprocessableEntity, nil)
	b.prove(nathalie, "").expect(t, "no password", http.StatusUnprocessableEntity, nil)
	b.prove(nathalie, right).expect(t, "proof", http.StatusSeeOther, header{"Location": "/mon-compte"})
	if !b.isSignedIn() {
		t.Error("not signed in after the proof")
	}
	if security := b.get("/mon-compte/securite").body; !strings.Contains(security, "Ne plus utiliser FranceConnect") {
		t.Error("Mon Compte does not show the link")
	}
	b.get("/franceconnect/rattachement").expect(t, "a linking that was used", http.StatusBadRequest, nil)

	again := s.browser()
	again.comeBack(again.depart()).expect(t, "second time", http.StatusSeeOther, header{"Location": "/mon-compte"})
	if !again.isSignedIn() {
		t.Error("not signed in at the second time")
	}
	if a := again.get("/auth/verify"); a.Header.Get("Remote-Method") != "franceconnect" {
		t.Errorf("the session says %q", a.Header.Get("Remote-Method"))
	}
}

func TestTheLinkingPageSaysNothingOfWhatIsOnFile(t *testing.T) {
	s := openFederated(t, local)
	known, unknown := s.browser(), s.browser()
	known.comeBack(known.depart())
	s.fc.identity.Civil.Birthdate = "1971-01-01" // nobody's
	s.fc.identity.Subject = keys.NewSecret(strings.Repeat("0b", 32) + "v1")
	unknown.comeBack(unknown.depart())
	same(t, "linking page", known.get("/franceconnect/rattachement"), unknown.get("/franceconnect/rattachement"))
	same(t, "wrong proof", known.prove(nathalie, wrong), unknown.prove(nathalie, wrong))
	same(t, "no such account", known.prove(nobody, wrong), unknown.prove(nobody, wrong))
}

func TestAnotherPersonsAccountIsRefusedAfterTheProof(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.comeBack(b.depart())
	a := b.prove(jean, jeans)
	a.expect(t, "Jean's account with Nathalie's identity", http.StatusUnauthorized, nil)
	if !strings.Contains(a.body, "une autre personne") {
		t.Error("the page does not say why")
	}
	htmx := b.prove(jean, jeans, header{"HX-Request": "true"})
	htmx.expect(t, "the same by HTMX", http.StatusUnauthorized, nil)
	if strings.Contains(htmx.body, "<input") {
		t.Error("the answer to HTMX has inputs")
	}
	if b.isSignedIn() {
		t.Fatal("signed in to another person's account")
	}
	b.prove(nathalie, right).expect(t, "her own", http.StatusSeeOther, header{"Location": "/mon-compte"})
}

func TestAProofIsThrottledLikeASignIn(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.comeBack(b.depart())
	for range portal.AccountLimit.Free {
		b.prove(nathalie, wrong).expect(t, "wrong proof", http.StatusUnauthorized, nil)
	}
	a := b.prove(nathalie, right)
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("after %d wrong proofs: status %d", portal.AccountLimit.Free, a.StatusCode)
	}
	b.try(nathalie, right).expect(t, "the sign-in page", http.StatusTooManyRequests, nil)
}

func TestALinkingLasts15MinutesInItsOwnBrowser(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.comeBack(b.depart())
	s.browser().prove(nathalie, right).expect(t, "another browser", http.StatusBadRequest, nil)
	s.now = s.now.Add(portal.LinkingLife)
	b.prove(nathalie, right).expect(t, "too late", http.StatusBadRequest, nil)
	b.prove(nathalie, right, header{"HX-Request": "true"}).expect(t, "too late, by HTMX", http.StatusOK,
		header{"HX-Redirect": "/franceconnect/rattachement"})
	if b.isSignedIn() {
		t.Error("signed in by a linking that is over")
	}
}

func TestEveryFailureHasItsPageAndNoSession(t *testing.T) {
	s := openFederated(t, local)
	for kind, want := range map[portal.FailureKind]struct {
		status int
		text   string
	}{
		portal.Cancelled:     {http.StatusOK, "n’est pas terminée"},
		portal.Expired:       {http.StatusBadRequest, "Il faut recommencer"},
		portal.Duplicate:     {http.StatusBadRequest, "Il faut recommencer"},
		portal.Refused:       {http.StatusForbidden, "n’a pas pu confirmer votre identité"},
		portal.Unavailable:   {http.StatusServiceUnavailable, "ne répond pas"},
		portal.Misconfigured: {http.StatusBadGateway, "n’a pas fonctionné"},
		portal.Invalid:       {http.StatusBadGateway, "n’a pas fonctionné"},
		"of tomorrow":        {http.StatusBadGateway, "n’a pas fonctionné"},
	} {
		b := s.browser()
		s.fc.failure = &portal.ProviderError{Kind: kind, Reason: "access_denied Y123456"}
		a := b.get("/franceconnect/retour?" + url.Values{"state": {b.depart()}, "error": {"<b>echo</b>"}, "error_description": {"echo"}}.Encode())
		a.expect(t, string(kind), want.status, header{"Cache-Control": "no-store"})
		for _, text := range []string{want.text, `href="/connexion"`, "mot de passe"} {
			if kind != portal.Duplicate && !strings.Contains(a.body, text) {
				t.Errorf("%s: the page does not hold %q", kind, text)
			}
		}
		if strings.Contains(a.body, "echo") || strings.Contains(a.body, "Y123456") {
			t.Errorf("%s: the page repeats the answer", kind)
		}
		if b.isSignedIn() {
			t.Errorf("%s: signed in", kind)
		}
	}
}

func TestAStateOpensTheWayBackOnceInItsOwnBrowser(t *testing.T) {
	s := openFederated(t, local)
	s.browser().link()
	b := s.browser()
	state := b.depart()
	s.browser().comeBack(state).expect(t, "another browser", http.StatusBadRequest, nil)
	for what, wrong := range map[string]string{"no state": "", "undefined": "undefined", "another state": portal.NewToken().Reveal()} {
		b.comeBack(wrong).expect(t, what, http.StatusBadRequest, nil)
	}
	tab := b.depart()
	b.comeBack(state).expect(t, "the first tab", http.StatusSeeOther, header{"Location": "/mon-compte"})
	b.comeBack(state).expect(t, "a refresh", http.StatusSeeOther, header{"Location": "/mon-compte"})
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.comeBack(state).expect(t, "after the sign-out", http.StatusBadRequest, nil)
	if b.isSignedIn() {
		t.Error("a used state signed in again")
	}
	b.comeBack(tab).expect(t, "the second tab", http.StatusSeeOther, header{"Location": "/mon-compte"})

	late := s.browser()
	state = late.depart()
	s.now = s.now.Add(portal.VisitLife)
	late.comeBack(state).expect(t, "after 30 minutes", http.StatusBadRequest, nil)
}

func TestARefreshOfTheReturnLeadsToTheLinkingUnderWay(t *testing.T) {
	b := openFederated(t, local).browser()
	state := b.depart()
	b.comeBack(state)
	b.comeBack(state).expect(t, "a refresh", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
}

func TestWhoeverWasSignedInIsSignedOutWhenAnotherPersonComesBack(t *testing.T) {
	s := openFederated(t, local)
	s.browser().link()
	b := s.browser()
	b.signIn(jean, jeans)
	jeansSession := b.cookie("session")
	b.comeBack(b.depart())
	if page := b.get("/mon-compte").body; !strings.Contains(page, "Bonjour Nathalie") {
		t.Error("the session is not Nathalie's")
	}
	if s.with("session", jeansSession).isSignedIn() {
		t.Error("Jean's session is still open")
	}

	b = s.browser()
	b.signIn(jean, jeans)
	jeansSession = b.cookie("session")
	s.fc.identity.Subject = keys.NewSecret(strings.Repeat("0c", 32) + "v1")
	b.comeBack(b.depart()).expect(t, "somebody without a link", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
	if b.isSignedIn() || s.with("session", jeansSession).isSignedIn() {
		t.Error("Jean's session is still open while somebody else links")
	}

	b = s.browser()
	b.signIn(jean, jeans)
	s.fc.failure = &portal.ProviderError{Kind: portal.Cancelled}
	b.comeBack(b.depart())
	if !b.isSignedIn() {
		t.Error("turning back ended the session")
	}
}

func TestAClosedAccountIsNotOpenedByFranceConnect(t *testing.T) {
	s := openFederated(t, local)
	s.browser().link()
	if err := s.store.SetDisabled(t.Context(), s.id(nathalie), true); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.signIn(jean, jeans)
	a := b.comeBack(b.depart())
	a.expect(t, "a disabled account", http.StatusForbidden, nil)
	if !strings.Contains(a.body, "ne peut pas être ouvert") || strings.Contains(a.body, `action="/deconnexion"`) || b.isSignedIn() {
		t.Error("the page does not say so, or somebody is signed in")
	}
}

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
		if !strings.Contains(a.body, "Vous êtes déconnecté(e) de Mon Compte et de FranceConnect") {
			t.Errorf("%s: the page does not confirm", what)
		}
	}
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

func TestUnlinkingAsksForTheProofAgain(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.link()
	a := b.do(http.MethodPost, "/mon-compte/securite", url.Values{"action": {"delier"}})
	a.expect(t, "unlink", http.StatusOK, nil)
	if !strings.Contains(a.body, "n’est plus relié") || strings.Contains(a.body, "Ne plus utiliser") {
		t.Error("the page does not say that the link has ended")
	}
	if !b.isSignedIn() {
		t.Error("unlinking ended the session")
	}
	again := s.browser()
	again.comeBack(again.depart()).expect(t, "after it", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
}

func TestAnotherSubjectOfTheSamePersonReplacesTheLinkAfterAProof(t *testing.T) {
	s := openFederated(t, local)
	s.browser().link()
	former := s.fc.identity
	s.fc.identity.Subject = keys.NewSecret(run.secret("subject", strings.Repeat("0d", 32)+"v1"))
	s.browser().link()
	b := s.browser()
	b.comeBack(b.depart()).expect(t, "the new subject", http.StatusSeeOther, header{"Location": "/mon-compte"})
	s.fc.identity = former
	b = s.browser()
	b.comeBack(b.depart()).expect(t, "the former subject", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
}

func TestWithoutFranceConnectThereIsNoTraceOfIt(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	for _, path := range []string{"connexion", "retour", "rattachement", "deconnexion", "deconnecte", "jwks"} {
		b.get("/franceconnect/"+path).expect(t, path, http.StatusNotFound, nil)
	}
	if strings.Contains(b.get("/connexion").body, "FranceConnect") {
		t.Error("the sign-in page names it")
	}
	b.signIn(nathalie, right)
	if strings.Contains(b.get("/mon-compte/securite").body, "FranceConnect") {
		t.Error("Mon Compte names it")
	}
}

func TestTheKeysOfFranceConnectPlusArePublished(t *testing.T) {
	a := openFederated(t, local).browser().get("/franceconnect/jwks")
	a.expect(t, "keys", http.StatusOK, header{"Content-Type": "application/jwk-set+json", "Cache-Control": "public, max-age=600"})
	if a.body != `{"keys":[]}` {
		t.Errorf("%q", a.body)
	}
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
