package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

const (
	contacts  = "/mon-compte/coordonnees"
	newEmail  = "ailleurs@example.org"
	newMobile = "+33639980077"
)

// contact sends the form of a new address.
func (b *browser) contact(field, value, password string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, contacts, url.Values{field: {value}, "mot_de_passe_actuel": {password}}, headers...)
}

// sentTo are the messages that left, by address.
func sentTo(all []notify.Message) map[string]string {
	sent := map[string]string{}
	for _, m := range all {
		sent[m.To.Reveal()] += m.Text.Reveal()
	}
	return sent
}

// contactCode is the code of the one message to the address.
func contactCode(t *testing.T, sent map[string]string, to string) string {
	t.Helper()
	if len(sent) != 1 || sent[to] == "" {
		t.Fatalf("the code went to %d addresses, want the new one alone", len(sent))
	}
	for _, word := range strings.FieldsFunc(sent[to], func(c rune) bool { return c < '0' || c > '9' }) {
		if len(word) == portal.CodeDigits {
			return run.secret("code", word)
		}
	}
	t.Fatalf("no code in %q", sent[to])
	return ""
}

func TestAnAddressIsChangedByACodeThatWentThere(t *testing.T) {
	for _, c := range []struct{ field, typed, to, notice string }{
		{"email", newEmail, newEmail, "Votre adresse mail est changée."},
		{"mobile", "+33 (0)6 39 98 00 77", newMobile, "Votre numéro de mobile est changé."},
	} {
		t.Run(c.field, func(t *testing.T) {
			o := openRecoverySite(t, public)
			b := o.browser()
			b.signIn(nathalie, right)
			before, err := o.store.Account(t.Context(), o.id(nathalie))
			check.OK(t, err)
			b.get(contacts).says(t, "the page", "Changer mon adresse mail")
			recovering, _ := o.begun("/mot-de-passe-oublie") // by whoever reads the old address
			o.take()
			b.contact(c.field, c.typed, right).expect(t, "the new address", http.StatusSeeOther, header{"Location": contacts + "/code"})
			code := contactCode(t, sentTo(o.take()), c.to)
			if now, err := o.store.Account(t.Context(), before.ID); err != nil || now.Email.Reveal() != before.Email.Reveal() || now.Phone.Reveal() != before.Phone.Reveal() {
				t.Fatalf("an address is changed before its code was given: %v", err)
			}
			b.get(contacts+"/code").says(t, "the page of the code", "Nous avons envoyé un code")
			b.give(contacts, "000001").expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
			b.give(contacts, code).expect(t, "the code", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
			b.get("/mon-compte/securite").says(t, "the page after it", c.notice)
			now, err := o.store.Account(t.Context(), before.ID)
			check.OK(t, err)
			if got := now.Addresses(); got.To(portal.SMS).Reveal() != c.to && got.To(portal.Email).Reveal() != c.to {
				t.Error("the address is not changed")
			}
			told := sentTo(o.take())
			if len(told) != 2 || told[before.Email.Reveal()] == "" || told[before.Phone.Reveal()] == "" {
				t.Errorf("told: %d addresses, want both that were on file", len(told))
			}
			recovering.get("/mot-de-passe-oublie/code").leads(t, "a code that went to the old address", "/mot-de-passe-oublie")
			if !b.isSignedIn() {
				t.Error("the session has ended")
			}
		})
	}
}

func TestAnAddressIsNotChangedOtherwise(t *testing.T) {
	o := openRecoverySite(t, public)
	o.browser().get(contacts).leads(t, "without a session", "/connexion")
	o.browser().contact("email", newEmail, right).leads(t, "without a session", "/connexion")
	o.browser().get(contacts+"/code").leads(t, "without a session", "/connexion")
	b := o.browser()
	b.signIn(nathalie, right)
	o.Turn(portal.FreshFor)
	form := b.get(contacts + "?changer=sms")
	form.says(t, "the form", "Nouveau numéro de mobile")
	form.says(t, "the form", "Mot de passe actuel")
	b.get(contacts+"/code").leads(t, "without a new address", contacts)
	for _, c := range []struct {
		what, field, value, password string
		status                       int
		says                         string
	}{
		{"no password", "email", newEmail, "", http.StatusUnprocessableEntity, "Saisissez votre mot de passe"},
		{"a wrong password", "email", newEmail, wrong, http.StatusUnauthorized, "Ce n’est pas le bon mot de passe."},
		{"nothing", "email", "", right, http.StatusUnprocessableEntity, "Saisissez votre nouvelle adresse mail."},
		{"no address", "email", "ailleurs", right, http.StatusUnprocessableEntity, "Nous ne pouvons pas écrire à cette adresse."},
		{"an accent before the @", "email", "léa@example.org", right, http.StatusUnprocessableEntity, "Nous ne pouvons pas écrire à cette adresse."},
		{"no mobile", "mobile", "01 99 00 12 34", right, http.StatusUnprocessableEntity, "Nous ne pouvons pas envoyer de SMS à ce numéro."},
		{"a 0 too many", "mobile", "+330639980077000", right, http.StatusUnprocessableEntity, "Nous ne pouvons pas envoyer de SMS à ce numéro."},
	} {
		for _, h := range []header{nil, {"HX-Request": "true"}} {
			a := b.contact(c.field, c.value, c.password, h)
			a.expect(t, c.what, c.status, nil)
			a.says(t, c.what, c.says)
		}
	}
	if sent := o.take(); len(sent) != 0 {
		t.Errorf("%d messages about changes that were refused", len(sent))
	}
	b.contact("email", newEmail, right).leads(t, "the new address", contacts+"/code")
	code := contactCode(t, sentTo(o.take()), newEmail)
	// The code proves an address, and nothing else; and in its own account's session alone.
	flow := b.cookie("__Host-coordonnees")
	stranger := o.with("__Host-recuperation", flow)
	stranger.give("/mot-de-passe-oublie", code).leads(t, "as a forgotten password", contacts+"/code")
	jeanne := o.browser()
	jeanne.signIn(jean, jeans)
	jeanne.jar.SetCookies(o.base, []*http.Cookie{{Name: "__Host-coordonnees", Value: flow, Path: "/"}})
	jeanne.give(contacts, code).leads(t, "in another account's session", contacts)
	b.do(http.MethodPost, "/mon-compte/securite", url.Values{"action": {"deconnecter-autres"}})
	b.give(contacts, code).leads(t, "in its own", "/mon-compte/securite")
	now, err := o.store.Account(t.Context(), o.id(jean))
	if err != nil || now.Email.Reveal() == newEmail {
		t.Errorf("another account has the address: %v", err)
	}
}

// A thief who has a session and the password changes both addresses and the password. Whoever reads an old address undoes it.
func TestWhoReadsAnOldAddressUndoesItsChange(t *testing.T) {
	o := openRecoverySite(t, public)
	before, err := o.store.Account(t.Context(), o.id(nathalie))
	check.OK(t, err)
	thief, owner := o.browser(), o.browser()
	thief.signIn(nathalie, right)
	change := func(field, to string) []notify.Message {
		t.Helper()
		thief.contact(field, to, right).leads(t, "the thief's address", contacts+"/code")
		thief.give(contacts, contactCode(t, sentTo(o.take()), to)).leads(t, "its code", "/mon-compte/securite")
		o.Turn(time.Minute)
		return o.take()
	}
	undo := ""
	for _, m := range change("email", "voleur@example.org") {
		if m.To.Reveal() == before.Email.Reveal() {
			undo = disowning(t, m)
		}
	}
	change("mobile", newMobile)
	for _, m := range change("email", "encore@example.org") {
		// The thief has a notice too by now, and uses it: it undoes nothing that is older, and takes no older notice away.
		if m.To.Reveal() == newMobile {
			thief.do(http.MethodPost, disowning(t, m), url.Values{}).expect(t, "the thief's own notice", http.StatusSeeOther, nil)
		}
	}
	o.take()
	o.Turn(24 * time.Hour)
	had, err := o.store.Account(t.Context(), before.ID)
	check.OK(t, err)
	owner.get(undo).says(t, "the page", "les anciens sont remis")
	owner.do(http.MethodPost, undo, url.Values{}).leads(t, "the button", "/mot-de-passe-oublie/code")
	now, err := o.store.Account(t.Context(), before.ID)
	if err != nil || now.Email.Reveal() != before.Email.Reveal() || now.Phone.Reveal() != before.Phone.Reveal() {
		t.Errorf("the addresses are not those from before: %v", err)
	}
	sent := sentTo(o.take())
	for to := range sent {
		if !slices.Contains([]string{before.Email.Reveal(), before.Phone.Reveal(), had.Email.Reveal(), had.Phone.Reveal()}, to) {
			t.Errorf("a message goes to %s", to)
		}
	}
	// The addresses that were taken are told, since they may be the owner's; what they are told opens and ends nothing.
	for _, to := range []string{had.Email.Reveal(), had.Phone.Reveal()} {
		if text := sent[to]; !strings.Contains(text, "annulé") || strings.Contains(text, "/ce-n-etait-pas-moi/") || codeDigits.MatchString(text) {
			t.Errorf("%s is told %q", to, text)
		}
	}
}

// An address that its owner changed before the notice stays: the old one may be lost.
func TestDisowningALaterNoticeKeepsANewAddress(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	b.contact("mobile", newMobile, right).leads(t, "the new address", contacts+"/code")
	b.give(contacts, contactCode(t, sentTo(o.take()), newMobile)).leads(t, "its code", "/mon-compte/securite")
	o.take()
	o.Turn(time.Minute)
	b.change(right, fresh).expect(t, "a new password", http.StatusSeeOther, nil)
	o.browser().do(http.MethodPost, disowning(t, o.take()[0]), url.Values{}).expect(t, "disowned", http.StatusSeeOther, nil)
	now, err := o.store.Account(t.Context(), o.id(nathalie))
	if err != nil || now.Phone.Reveal() != newMobile {
		t.Errorf("the new address is gone: %v", err)
	}
}

// Whoever has asked for too many is told when the next one may go.
func TestTooManyNewAddressesAreToldWhenTheNextMayBe(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.signIn(nathalie, right)
	for range portal.MostSends {
		b.contact("email", newEmail, right).leads(t, "a new address", contacts+"/code")
	}
	for _, h := range []header{nil, {"HX-Request": "true"}} {
		a := b.contact("email", newEmail, right, h)
		a.expect(t, "one too many", http.StatusTooManyRequests, header{"Retry-After": "900"})
		a.says(t, "one too many", "15 minutes")
	}
	b.contact("email", "nathalie@example.org", right).says(t, "the address that there is", "déjà")
}
