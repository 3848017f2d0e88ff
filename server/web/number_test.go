package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/portal"
)

// typedAs leaves the form of the sign-in for another way.
func (b *browser) typedAs(base, identifier string, more ...string) answer {
	b.site.t.Helper()
	form := url.Values{"identifiant": {identifier}, "mot_de_passe": {"half a pass"}}
	for _, field := range more {
		form.Set(field, "1")
	}
	return b.do(http.MethodPost, base+"/numero", form)
}

func TestTheNumberIsTypedOnce(t *testing.T) {
	o := openRecoverySite(t, local)
	for _, base := range []string{reset, first} {
		b := o.browser()
		typed := "2 69 05 49 588 157"
		b.typedAs(base, typed).leads(t, "the number", base)
		page := b.get(base)
		page.expect(t, "the first step", http.StatusOK, header{"Content-Encoding": "", "Cache-Control": "no-store"})
		page.says(t, "the first step", `value="`+typed+`"`)
		b.get("/connexion").says(t, "the sign-in page again", `value="`+typed+`"`)
		for _, c := range b.jar.Cookies(o.base) {
			if strings.Contains(c.Value, nathalie) || strings.Contains(c.Value, "49 588") {
				t.Errorf("the browser holds the number in %s", c.Name)
			}
		}
		if other := o.browser().get(base); strings.Contains(other.body, typed) {
			t.Error("another browser sees the number")
		}
		b.do(http.MethodPost, "/deconnexion", url.Values{})
		if after := b.get(base); strings.Contains(after.body, typed) {
			t.Error("the number is there after a sign-out")
		}
	}
	if len(o.take()) != 0 {
		t.Error("a message was sent")
	}
}

func TestTheNumberGoesWithTheSignInThatFollows(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.browser()
	b.typedAs(reset, nathalie)
	before := b.cookie("session")
	b.signIn(nathalie, right)
	o.with("session", before).get(reset).expect(t, "with the token of before", http.StatusOK, nil)
	if a := o.with("session", before).get(reset); strings.Contains(a.body, nathalie) {
		t.Error("the number is kept beyond the sign-in")
	}
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.typedAs(reset, nathalie)
	b.get("/mon-compte").leads(t, "Mon Compte", "/connexion")
	if strings.Contains(b.get("/connexion").body, "Votre session a pris fin") {
		t.Error("a session is said to have ended that there never was")
	}
}

func TestAPendingCodeIsFoundAgain(t *testing.T) {
	o := openRecoverySite(t, local)
	b, code := o.begun(reset)
	b.typedAs(reset, "").leads(t, "« Mot de passe oublié ? » after a closed tab", reset+"/code")
	b.typedAs(reset, nathalie).leads(t, "with the same number", reset+"/code")
	b.typedAs(reset, jean).leads(t, "with another number", reset)
	b.get(reset).says(t, "the first step", `href="`+reset+`/code"`)
	b.give(reset, code).leads(t, "the code", reset+"/nouveau")
	b.get(reset).says(t, "the first step after the code", `href="`+reset+`/nouveau"`)
	o.Turn(portal.PasswordGrace + time.Second)
	if strings.Contains(b.get(reset).body, `href="`+reset+`/nouveau"`) {
		t.Error("a password is offered that can no longer be chosen")
	}
}

// Nothing of a computer of several people is shown to who comes next, and the session at the end is a shared one.
func TestNothingIsRememberedOnAComputerOfSeveralPeople(t *testing.T) {
	o := openRecoverySite(t, local)
	b := o.browser()
	b.typedAs(reset, nathalie, "partage").leads(t, "the number", reset)
	if strings.Contains(b.get(reset).body, nathalie) {
		t.Error("the number is kept")
	}
	b.ask(reset, nathalie, "sms").leads(t, "asking for a code", reset+"/code")
	for _, page := range []string{reset, "/connexion"} {
		if a := b.get(page); strings.Contains(a.body, nathalie) || strings.Contains(a.body, reset+`/code"`) {
			t.Errorf("%s shows what was begun", page)
		}
	}
	b.give(reset, codeIn(t, o.take()[0])).leads(t, "the code", reset+"/nouveau")
	b.choose(reset, chosen).leads(t, "a good password", "/mon-compte")
	if b.cookie("appareil") != "" {
		t.Error("the browser is remembered")
	}
}

// Numbers that are kept take room: an address has so many.
func TestAnAddressFillsNoStoreWithNumbers(t *testing.T) {
	o := openRecoverySite(t, local, trusting)
	from := header{"X-Forwarded-For": "198.51.100.7"}
	kept := 0
	for range 103 {
		b := o.browser()
		a := b.do(http.MethodPost, reset+"/numero", url.Values{"identifiant": {nathalie}}, from)
		a.expect(t, "the number", http.StatusSeeOther, header{"Location": reset})
		if b.cookie("session") != "" {
			kept++
		}
	}
	if kept != 100 {
		t.Errorf("%d numbers are kept", kept)
	}
}
