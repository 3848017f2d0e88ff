package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/web"
)

func TestEveryFailureHasItsPageAndNoSession(t *testing.T) {
	s := openFederated(t, local)
	for kind, want := range map[portal.FailureKind]struct {
		status int
		text   string
	}{
		portal.Expired:       {http.StatusBadRequest, "Il faut recommencer"},
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
			if !strings.Contains(a.body, text) {
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

func TestWhoeverTurnsBackFindsAllTheWaysInAgain(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	s.fc.failure = &portal.ProviderError{Kind: portal.Cancelled}
	b.comeBack(b.depart()).expect(t, "turning back", http.StatusSeeOther, header{"Location": "/connexion", "Cache-Control": "no-store"})
	b.get("/connexion").says(t, "the sign-in page", "s’est arrêtée avant la fin", `href="/franceconnect/connexion"`, `name="mot_de_passe"`)
	if strings.Contains(b.get("/connexion").body, "avant la fin") || b.isSignedIn() {
		t.Error("it is said twice, or somebody is signed in")
	}
}

func TestALinkThatWasMadeIsSaidOnMonCompte(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.link()
	b.get("/mon-compte").says(t, "Mon Compte", "Votre compte est relié")
	again := s.browser()
	again.comeBack(again.depart())
	if strings.Contains(again.get("/mon-compte").body, "Votre compte est relié") {
		t.Error("it is said of a link that was there")
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
	// Some errors come in the fragment, which no browser sends on: nothing is left of the answer.
	b.get("/franceconnect/retour").expect(t, "an error in the fragment", http.StatusBadRequest, nil)
	tab := b.depart()
	b.comeBack(state).expect(t, "the first tab", http.StatusSeeOther, header{"Location": "/mon-compte"})
	b.comeBack(state).expect(t, "a refresh", http.StatusSeeOther, header{"Location": "/mon-compte"})
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.comeBack(state).expect(t, "after the sign-out", http.StatusSeeOther, header{"Location": "/franceconnect/connexion"})
	if b.isSignedIn() {
		t.Error("a used state signed in again")
	}
	b.comeBack(tab).expect(t, "the second tab", http.StatusSeeOther, header{"Location": "/mon-compte"})

	late := s.browser()
	state = late.depart()
	s.Turn(portal.VisitLife)
	late.comeBack(state).expect(t, "after 30 minutes", http.StatusBadRequest, nil)
}

func TestARefreshOfTheReturnLeadsToTheLinkingUnderWay(t *testing.T) {
	b := openFederated(t, local).browser()
	state := b.depart()
	b.comeBack(state)
	b.comeBack(state).expect(t, "a refresh", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
}

// What the first return began nothing of, since FranceConnect did not answer, begins anew: the page of the fault says to try again, and
// whoever loads it again does.
func TestAReturnAfterAFaultBeginsAnew(t *testing.T) {
	s := openFederated(t, local)
	s.browser().link()
	for kind, status := range map[portal.FailureKind]int{portal.Unavailable: http.StatusServiceUnavailable, portal.Misconfigured: http.StatusBadGateway,
		portal.Expired: http.StatusBadRequest, portal.Cancelled: http.StatusSeeOther} {
		b := s.browser()
		state := b.depart()
		s.fc.failure = &portal.ProviderError{Kind: kind, Reason: "timeout"}
		b.comeBack(state).expect(t, string(kind), status, nil)
		s.fc.failure = nil
		for range 2 {
			b.comeBack(state).expect(t, string(kind)+", loaded again", http.StatusSeeOther, header{"Location": "/franceconnect/connexion", "Cache-Control": "no-store"})
		}
		b.comeBack(b.depart()).expect(t, string(kind)+", begun anew", http.StatusSeeOther, header{"Location": "/mon-compte"})
		s.browser().comeBack(state).expect(t, string(kind)+", in another browser", http.StatusBadRequest, nil)
	}
}

// slow is a provider that answers when it is told to.
type slow struct {
	web.Provider
	came, open chan struct{}
}

func (p slow) Finish(ctx context.Context, q url.Values, v portal.Visit) (portal.Identity, error) {
	p.came <- struct{}{}
	<-p.open
	return p.Provider.Finish(ctx, q, v)
}

func TestAReturnThatIsLoadedAgainWhileFranceConnectIsSlowGoesOn(t *testing.T) {
	p := slow{&counter{identity: identity()}, make(chan struct{}, 1), make(chan struct{})}
	s := openFederatedBy(t, local, p)
	b := s.browser()
	state := b.depart()
	first := make(chan answer)
	go func() { first <- b.comeBack(state) }()
	<-p.came
	b.comeBack(state).expect(t, "the second load", http.StatusSeeOther, header{"Location": "/franceconnect/connexion"})
	again := b.depart()
	close(p.open)
	(<-first).expect(t, "the first one", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
	b.comeBack(again).expect(t, "the new way", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
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
	check.OK(t, s.store.SetDisabled(t.Context(), s.id(nathalie), true))
	b := s.browser()
	b.signIn(jean, jeans)
	a := b.comeBack(b.depart())
	a.expect(t, "a disabled account", http.StatusForbidden, nil)
	if !strings.Contains(a.body, "ne peut pas être ouvert") || strings.Contains(a.body, `action="/deconnexion"`) || b.isSignedIn() {
		t.Error("the page does not say so, or somebody is signed in")
	}
}
