package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

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
	for what, person := range map[string]*browser{"the session of the proof": b, "the session of the second time": again} {
		person.get("/auth/verify").expect(t, what, http.StatusOK, header{"Remote-Method": "franceconnect", "Remote-Acr": "eidas1"})
	}
	again.do(http.MethodPost, "/deconnexion", url.Values{})
	again.signIn(nathalie, right)
	again.get("/auth/verify").expect(t, "a password session after it", http.StatusOK, header{"Remote-Method": "password", "Remote-Acr": ""})
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
	s.Turn(portal.LinkingLife)
	b.prove(nathalie, right).expect(t, "too late", http.StatusBadRequest, nil)
	b.prove(nathalie, right, header{"HX-Request": "true"}).expect(t, "too late, by HTMX", http.StatusOK,
		header{"HX-Redirect": "/franceconnect/rattachement"})
	if b.isSignedIn() {
		t.Error("signed in by a linking that is over")
	}
}

func TestALinkingTakesTheCodeWhereThePasswordIsNotJudged(t *testing.T) {
	s := openFederated(t, local)
	s.login.CodeFirst = true
	storetest.Count(t, s.store, time.Now(), portal.MostInRow, portal.AccountSubject(storetest.Number(t, nathalie)))
	b := s.browser()
	b.comeBack(b.depart()).expect(t, "the return", http.StatusSeeOther, nil)
	b.prove(nathalie, right).leads(t, "the right pair", "/franceconnect/rattachement?par=code")
}

func TestUnlinkingAsksForTheProofAgain(t *testing.T) {
	s := openFederated(t, local)
	b := s.browser()
	b.link()
	linked, beside := s.browser(), s.browser()
	linked.comeBack(linked.depart()).expect(t, "by the link", http.StatusSeeOther, header{"Location": "/mon-compte"})
	beside.signIn(nathalie, right)
	a := b.do(http.MethodPost, "/mon-compte/securite", url.Values{"action": {"delier"}})
	a.expect(t, "unlink", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	page := b.get("/mon-compte/securite")
	if linked.isSignedIn() || !beside.isSignedIn() {
		t.Error("the session that the link has opened is still open, or another one has ended")
	}
	if !strings.Contains(page.body, "Le lien avec votre compte est supprimé") || strings.Contains(page.body, "Ne plus utiliser") {
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

func TestUnlinkingWantsAFreshProof(t *testing.T) {
	s := openFederated(t, local)
	s.login.Now = s.Clock
	b := s.browser()
	b.link()
	b.signIn(nathalie, right)
	s.Turn(portal.FreshFor)
	unlink := func(form url.Values) answer {
		form.Set("action", "delier")
		return b.do(http.MethodPost, "/mon-compte/securite", form)
	}
	unlink(url.Values{}).expect(t, "without a proof", http.StatusUnprocessableEntity, nil)
	refused := unlink(url.Values{"mot_de_passe_actuel": {wrong}})
	if refused.expect(t, "with a wrong one", http.StatusUnauthorized, nil); !strings.Contains(refused.body, "Ce n’est pas le bon mot de passe.") {
		t.Error("the page does not say what is wrong")
	}
	if !strings.Contains(b.get("/mon-compte/securite").body, "Ne plus utiliser") {
		t.Fatal("unlinked without a proof")
	}
	unlink(url.Values{"mot_de_passe_actuel": {right}}).expect(t, "with the password", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	if strings.Contains(b.get("/mon-compte/securite").body, "Ne plus utiliser") {
		t.Error("still linked after a good proof")
	}
}
