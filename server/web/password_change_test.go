package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

var fresh = run.secret("new password", "Capucine-des-dunes-63")

const changing = "/mon-compte/mot-de-passe"

func (b *browser) change(current, next string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, changing, url.Values{"mot_de_passe_actuel": {current}, "mot_de_passe": {next}}, headers...)
}

func TestAPasswordIsChangedByTheOneThereWas(t *testing.T) {
	o := openRecoverySite(t, public)
	here, elsewhere, other := o.browser(), o.browser(), o.browser()
	here.signIn(nathalie, right)
	elsewhere.signIn(nathalie, right)
	other.signIn(jean, jeans)
	recovering, _ := o.begun("/mot-de-passe-oublie") // Nathalie's, by somebody else perhaps
	o.take()
	old := here.cookie("__Host-session")
	here.get(changing).says(t, "the page", "Mot de passe actuel")
	here.change(right, fresh).expect(t, "the change", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	here.get("/mon-compte/securite").says(t, "the page after it", "Votre mot de passe est changé.")
	if !here.isSignedIn() || elsewhere.isSignedIn() || !other.isSignedIn() {
		t.Error("not exactly the other sessions of the account have ended")
	}
	if here.cookie("__Host-session") == old || o.with("__Host-session", old).isSignedIn() {
		t.Error("the session goes on under the token from before the change")
	}
	if told := o.take(); len(told) != 2 {
		t.Errorf("%d addresses are told, want both", len(told))
	}
	recovering.get("/mot-de-passe-oublie/code").leads(t, "a code from before", "/mot-de-passe-oublie")
	elsewhere.try(nathalie, right).expect(t, "the old password", http.StatusUnauthorized, nil)
	elsewhere.signIn(nathalie, fresh)
}

func TestAPasswordIsNotChangedWithoutTheOneThereWas(t *testing.T) {
	o := openRecoverySite(t, public)
	b, elsewhere := o.browser(), o.browser()
	b.signIn(nathalie, right)
	elsewhere.signIn(nathalie, right)
	for _, c := range []struct {
		what, current, next string
		status              int
		says, never         string
	}{
		{"nothing, of the one there was", "", "", http.StatusUnprocessableEntity, "Saisissez votre mot de passe actuel.", ""},
		{"nothing, of a new one", "", "", http.StatusUnprocessableEntity, "Saisissez votre nouveau mot de passe.", ""},
		{"a wrong one", wrong, fresh, http.StatusUnauthorized, "Ce n’est pas le bon mot de passe.", ""},
		// What the rules find is in the file of the person: who does not know the password does not learn it.
		{"a wrong one and the birth date", wrong, "Nathalie-et-1969-05-41", http.StatusUnauthorized, "Ce n’est pas le bon mot de passe.", "prénom"},
		{"a weak new one", right, "1234", http.StatusUnprocessableEntity, "Ajoutez au moins une lettre", ""},
		{"no new one", right, "", http.StatusUnprocessableEntity, "Saisissez votre nouveau mot de passe.", ""},
	} {
		for _, h := range []header{nil, {"HX-Request": "true"}} {
			a := b.change(c.current, c.next, h)
			a.expect(t, c.what, c.status, nil)
			a.says(t, c.what, c.says)
			if c.never != "" && strings.Contains(a.body, "contient votre "+c.never) {
				t.Errorf("%s: the page tells what is in the file", c.what)
			}
		}
	}
	if !b.isSignedIn() || !elsewhere.isSignedIn() {
		t.Error("a refused change has ended a session")
	}
	if told := o.take(); len(told) != 0 {
		t.Errorf("%d messages about a change that was refused", len(told))
	}
	o.browser().signIn(nathalie, right)
}

func TestACurrentPasswordIsGuessedNoFasterThanAtTheSignIn(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	var last answer
	for range 20 {
		if last = b.change(wrong, fresh); last.StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	last.expect(t, "many wrong ones", http.StatusTooManyRequests, nil)
	if last.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to come back")
	}
	b.change(right, fresh).expect(t, "the right one while it waits", http.StatusTooManyRequests, nil)
}

// Without a script the button can be pressed twice. What the second request finds depends on how far the first one is.
func TestASecondClickOnTheChangeShowsItsSuccess(t *testing.T) {
	o := openRecoverySite(t, public)
	form := url.Values{"mot_de_passe_actuel": {right}, "mot_de_passe": {fresh}}
	b := o.browser()
	b.signIn(nathalie, right)
	old := o.with("__Host-session", b.cookie("__Host-session"))
	both := func(first func()) answer {
		return old.send(old.request(http.MethodPost, changing, &delayed{strings.NewReader(form.Encode()), first}))
	}
	during := both(func() {
		b.change(right, fresh).expect(t, "the first click", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	})
	during.leads(t, "a second click meanwhile", "/connexion")
	old.change(right, fresh).leads(t, "a second click after it", "/connexion")
	old.get("/connexion").says(t, "the page", "Votre mot de passe est changé.")
	if bucket, err := o.store.Bucket(t.Context(), portal.AccountSubject(storetest.Number(t, nathalie))); err != nil || bucket.InRow != 0 {
		t.Errorf("%d failures are counted, %v", bucket.InRow, err)
	}
	if !b.isSignedIn() || old.isSignedIn() {
		t.Error("not exactly the session of the first click is open")
	}
	old.change(right, chosen).leads(t, "another password", "/connexion")
	if strings.Contains(old.get("/connexion").body, "Votre mot de passe est changé.") {
		t.Error("another password is said to be set")
	}
	o.Turn(portal.AgainLife)
	old.change(right, fresh).leads(t, "later", "/connexion")
	old.get("/connexion").says(t, "later", "Votre session a pris fin")
}

func TestPasswordManagersAreLedToTheChange(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	b.get("/.well-known/change-password").expect(t, "signed in", http.StatusFound, header{"Location": changing, "Cache-Control": "no-store"})
	o.browser().get("/.well-known/change-password").expect(t, "signed out", http.StatusFound, header{"Location": "/mot-de-passe-oublie"})
}
