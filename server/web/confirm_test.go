package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
)

const confirming = "/mon-compte/confirmer"

// confirm asks for a code in the place of the password, and returns it.
func (b *browser) confirm(o *recoverySite, back string) string {
	b.site.t.Helper()
	o.take()
	b.do(http.MethodPost, confirming, url.Values{"canal": {"sms"}, "retour": {back}}).leads(b.site.t, "asking for a code", confirming+"/code")
	return contactCode(b.site.t, sentTo(o.take()), "+33639980001")
}

func TestACodeIsAProofWhereverThePasswordIsOne(t *testing.T) {
	o := openRecoverySite(t, public, withPasskeys)
	o.gives(o.id(nathalie), "ONE")
	b := o.browser()
	b.signIn(nathalie, right)
	for _, c := range []struct {
		page   string
		change url.Values
		to     string
	}{
		{contacts + "?changer=email", url.Values{"email": {newEmail}}, contacts + "/code"},
		{"/mon-compte/cles", url.Values{"action": {"supprimer"}, "cle": {"ONE"}}, "/mon-compte/securite"},
		{changing, url.Values{"mot_de_passe": {fresh}}, "/mon-compte/securite"},
	} {
		o.Turn(portal.FreshFor)
		path, _, _ := strings.Cut(c.page, "?")
		if a := b.do(http.MethodPost, path, c.change); a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a proof: %d", c.page, a.StatusCode)
		}
		link := confirming + "?retour=" + url.QueryEscape(c.page)
		b.get(c.page).says(t, c.page, `href="`+link+`"`)
		page := b.get(link)
		page.says(t, "the page", "Numéro qui finit par 01")
		page.says(t, "the page", "n…\u2060@example.org")
		if strings.Contains(page.body, nathalie) {
			t.Error("the number is on the page")
		}
		code := b.confirm(o, c.page)
		b.get(confirming+"/code").says(t, "the page of the code", "au numéro qui finit par 01")
		b.give(confirming, "000001").expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
		b.give(confirming, code).leads(t, "the code", c.page)
		if page := b.get(c.page); strings.Contains(page.body, "mot_de_passe_actuel") {
			t.Errorf("%s asks for the password after a code", c.page)
		}
		b.do(http.MethodPost, path, c.change).leads(t, c.page, c.to)
	}
	o.browser().signIn(nathalie, fresh)
	// A code is good for one new password.
	b.get(changing).says(t, "the page after it", "mot_de_passe_actuel")
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {chosen}}).expect(t, "another one", http.StatusUnprocessableEntity, nil)
}

// A form may bring the code along: it is one request, by the same rules.
func TestACodeComesAlongWithWhatItIsToChange(t *testing.T) {
	o := openRecoverySite(t, public, withPasskeys, secondStep(portal.StepNever))
	o.gives(o.id(nathalie), "ONE")
	b, twin := o.browser(), o.browser()
	b.signIn(nathalie, right)
	twin.signIn(nathalie, right)
	for _, c := range []struct {
		path   string
		change url.Values
		to     string
	}{
		{contacts, url.Values{"email": {newEmail}}, contacts + "/code"},
		{"/mon-compte/cles", url.Values{"action": {"supprimer"}, "cle": {"ONE"}}, "/mon-compte/securite"},
		{changing, url.Values{"mot_de_passe": {fresh}}, "/mon-compte/securite"},
	} {
		o.Turn(portal.FreshFor)
		with := func(b *browser, code string) answer {
			c.change.Set("code", code)
			return b.do(http.MethodPost, c.path, c.change)
		}
		refused := func(what string, a answer) {
			t.Helper()
			if a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s, %s: %d", c.path, what, a.StatusCode)
			}
		}
		refused("a code that nobody asked for", with(b, "000001"))
		code := b.confirm(o, c.path)
		twin.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-confirmer", Value: b.cookie("__Host-confirmer"), Path: "/"}})
		refused("another session's", with(twin, code))
		wrong := with(b, other(code))
		wrong.expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
		wrong.says(t, "a wrong code", "Ce n’est pas le bon code")
		with(b, code).leads(t, c.path, c.to)
		o.browser().do(http.MethodPost, c.path, c.change).leads(t, "nobody's session", "/connexion")
	}
	o.browser().signIn(nathalie, fresh)
	code := b.confirm(o, changing)
	for range portal.CodeTries {
		b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {chosen}, "code": {other(code)}}).expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
	}
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {chosen}, "code": {code}}).expect(t, "the right one after them", http.StatusUnprocessableEntity, nil)
}

// Whoever finds an open session has a fresh sign-in, and not what the owner alone can give.
func TestASignInIsNoProofForANewPassword(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	b.get(changing).says(t, "the page", "mot_de_passe_actuel")
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).expect(t, "right after the sign-in", http.StatusUnprocessableEntity, nil)
	b.give(confirming, b.confirm(o, changing)).leads(t, "the code", changing)
	o.Turn(portal.FreshFor)
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).expect(t, "a code of long ago", http.StatusUnprocessableEntity, nil)
}

func TestWhoHasNoPasswordConfirmsByACode(t *testing.T) {
	o := openRecoverySite(t, public, withPasskeys)
	b := o.browser()
	b.signIn(nathalie, right)
	tx, err := o.store.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	check.OK(t, tx.ClearPassword(t.Context(), o.id(nathalie), o.Clock()))
	check.OK(t, tx.Commit())
	o.Turn(portal.FreshFor)
	for _, path := range []string{changing, contacts + "?changer=email", contacts + "?changer=sms", "/mon-compte/cles"} {
		page := b.get(path)
		page.says(t, path, confirming+"?retour=")
		if strings.Contains(page.body, "mot_de_passe_actuel") {
			t.Errorf("%s asks for a password that there is not", path)
		}
	}
	b.give(confirming, b.confirm(o, changing)).leads(t, "the code", changing)
	b.get(changing).says(t, "the page", "Choisir un mot de passe")
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).leads(t, "the first password", "/mon-compte/securite")
	o.browser().signIn(nathalie, fresh)
}

func TestTheCodeOfAConfirmationIsOfItsSessionAndOfNoOtherUse(t *testing.T) {
	o := openRecoverySite(t, public, secondStep(portal.StepNever))
	b, twin, other := o.browser(), o.browser(), o.browser()
	b.signIn(nathalie, right)
	twin.signIn(nathalie, right)
	other.signIn(jean, jeans)
	o.browser().get(confirming).leads(t, "without a session", "/connexion")
	o.browser().do(http.MethodPost, confirming, url.Values{"canal": {"sms"}}).leads(t, "without a session", "/connexion")
	b.get(confirming+"/code").leads(t, "without a code", confirming)
	if sent := o.take(); len(sent) != 0 {
		t.Errorf("%d messages that nobody asked for", len(sent))
	}
	code := b.confirm(o, changing)
	flow := b.cookie("__Host-confirmer")
	for what, who := range map[string]*browser{"another session": twin, "another account": other} {
		who.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-confirmer", Value: flow, Path: "/"}})
		who.get(confirming+"/code").leads(t, what, confirming)
		who.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-confirmer", Value: flow, Path: "/"}})
		who.give(confirming, code).leads(t, what, confirming)
		who.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).expect(t, what, http.StatusUnprocessableEntity, nil)
	}
	stranger := o.browser()
	stranger.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-confirmer", Value: flow, Path: "/"}})
	stranger.give(confirming, code).leads(t, "nobody's session", "/connexion")
	o.with("__Host-recuperation", flow).give("/mot-de-passe-oublie", code).leads(t, "as a forgotten password", confirming+"/code")
	o.with("__Host-connexion", flow).give("/connexion", code).leads(t, "as a second step", "/connexion")
	b.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-coordonnees", Value: flow, Path: "/"}})
	b.give(contacts, code).leads(t, "as a new address", contacts)
	b.give(confirming, code).leads(t, "in its own session", changing)
	b.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-confirmer", Value: flow, Path: "/"}})
	b.give(confirming, code).leads(t, "a second click", confirming)
	b.get(confirming).leads(t, "after it", changing)

	// A session that has ended proves nothing more.
	o.Turn(portal.FreshFor)
	code = b.confirm(o, changing)
	b.do(http.MethodPost, "/deconnexion", nil)
	b.give(confirming, code).leads(t, "after the sign-out", "/connexion")
}

func TestAConfirmationLeadsBackToAPageThatAskedForItAndNowhereElse(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	for _, back := range []string{"", "https://evil.example/", "//evil.example/", "/deconnexion", "/mon-compte"} {
		b.get(confirming+"?retour="+url.QueryEscape(back)).says(t, back, `class="back"><a href="/mon-compte/securite"`)
	}
	b.give(confirming, b.confirm(o, "https://evil.example/")).leads(t, "the code", "/mon-compte/securite")
}

func TestTheCodesOfAConfirmationObeyTheRulesOfCodes(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	for range 3 {
		b.confirm(o, changing)
	}
	a := b.do(http.MethodPost, confirming, url.Values{"canal": {"sms"}})
	if a.StatusCode == http.StatusSeeOther { // by the other channel
		for range 3 {
			a = b.do(http.MethodPost, confirming, url.Values{"canal": {"email"}})
		}
	}
	a.expect(t, "more codes than there may be", http.StatusTooManyRequests, nil)
	a.says(t, "more codes than there may be", "Le prochain pourra partir à")
	if a.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to come back")
	}
	// Nobody's messages are used up by who is signed in, and theirs by nobody.
	o.take()
	for range 3 {
		o.begun("/mot-de-passe-oublie")
	}
	o.Turn(15 * time.Minute)
	code := b.confirm(o, changing)
	for range portal.CodeTries {
		b.give(confirming, "000001").expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
	}
	used := b.give(confirming, code)
	used.expect(t, "the right one after them", http.StatusUnprocessableEntity, nil)
	used.says(t, "the right one after them", `href="`+confirming+`"`)
}
