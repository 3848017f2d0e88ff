package web_test

import (
	"net/http"
	"testing"

	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

const (
	linking = "/franceconnect/rattachement"
	proof   = linking + "?par=code"
)

// openFederatedOffice is an recoverySite with FranceConnect.
func openFederatedOffice(t *testing.T, change ...func(*web.Options)) (*recoverySite, *counter) {
	fc := &counter{identity: identity()}
	var links *portal.Linking
	o := openRecoverySite(t, public, func(options *web.Options) {
		links = &portal.Linking{Store: options.Accounts.(portal.Store), Login: options.Login, Recovery: options.Recovery,
			Composer: notify.Composer{}, Reach: options.Recovery.Reach, Log: options.Log, Now: options.Login.Now}
		options.FranceConnect = &web.FranceConnect{Provider: fc, Linking: links, Issuer: issuer}
		for _, c := range change {
			c(options)
		}
	})
	return o, fc
}

// asked is a browser back from FranceConnect that has asked for a code, and the code.
func (o *recoverySite) asked(identifier string) (*browser, string) {
	o.t.Helper()
	b := o.browser()
	b.comeBack(b.depart()).leads(o.t, "first return", linking)
	b.get(proof).expect(o.t, "the page that offers a code", http.StatusOK, nil)
	b.ask(proof, identifier, "sms").leads(o.t, "asking for a code", linking+"/code")
	o.take()
	return b, o.codeOf(b)
}

func TestACodeProvesTheAccountToLink(t *testing.T) {
	o, _ := openFederatedOffice(t)
	b, code := o.asked(nathalie)
	b.give(linking, other(code)).expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
	b.give(linking, code).expect(t, "the right code", http.StatusSeeOther, header{"Location": "/mon-compte"})
	if !b.isSignedIn() {
		t.Fatal("not signed in after the proof")
	}
	second := o.browser()
	second.comeBack(second.depart()).expect(t, "the next time", http.StatusSeeOther, header{"Location": "/mon-compte"})
}

func TestTheCodeOfALinkingOpensNoNewPassword(t *testing.T) {
	o, _ := openFederatedOffice(t)
	b, code := o.asked(nathalie)
	b.give("/mot-de-passe-oublie", code).leads(t, "the code on the page of a forgotten password", linking+"/code")
	b.give(linking, code).expect(t, "the right code", http.StatusSeeOther, header{"Location": "/mon-compte"})
	if a := b.choose("/mot-de-passe-oublie", chosen); a.Header.Get("Location") == "/connexion" {
		t.Error("a password was set")
	}
	o.browser().try(nathalie, right).expect(t, "the password of before", http.StatusSeeOther, header{"Location": "/mon-compte"})
}

func TestTheCodeOfAForgottenPasswordLinksNothing(t *testing.T) {
	o, _ := openFederatedOffice(t)
	b, code := o.begun("/mot-de-passe-oublie")
	b.comeBack(b.depart()).leads(t, "first return", linking)
	b.give(linking, code).leads(t, "the code on the linking's page", "/mot-de-passe-oublie/code")
	if b.isSignedIn() {
		t.Error("signed in by the code of a forgotten password")
	}
}

func TestTheCodeOfAnotherPersonsAccountLinksNothing(t *testing.T) {
	o, _ := openFederatedOffice(t)
	b, code := o.asked(jean)
	b.give(linking, code).expect(t, "Jean's account with Nathalie's identity", http.StatusUnauthorized, nil)
	if b.isSignedIn() {
		t.Error("signed in to another person's account")
	}
}

func TestACodeWithoutALinkingSignsNobodyIn(t *testing.T) {
	o, _ := openFederatedOffice(t)
	b := o.browser()
	if a := b.ask(proof, nathalie, "sms"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a code was offered without FranceConnect: status %d", a.StatusCode)
	}
	b, code := o.asked(nathalie)
	o.Turn(portal.CodeLife - 1)
	o.Turn(portal.LinkingLife - portal.CodeLife + 2)
	if a := b.give(linking, code); b.isSignedIn() || a.StatusCode == http.StatusSeeOther && a.Header.Get("Location") == "/mon-compte" {
		t.Error("signed in after the time of the linking")
	}
}
