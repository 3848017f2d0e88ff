package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// guessed lets strangers try as many passwords in a row with the number as are judged.
func (o *recoverySite) guessed(identifier string) {
	o.t.Helper()
	storetest.Count(o.t, o.store, o.Clock(), portal.MostInRow, portal.AccountSubject(storetest.Number(o.t, identifier)))
}

func TestACodeFirstLeadsToThePassword(t *testing.T) {
	o := openStepSite(t)
	o.guessed(nathalie)
	b := o.browser()
	b.try(nathalie, right).leads(t, "the right pair", "/connexion/code")
	page := b.get(connexion + "/code")
	for _, says := range []string{"saisissez d’abord un code", "Recevoir le code par SMS"} {
		page.says(t, "the page", says)
	}
	for _, secret := range []string{"au numéro qui finit par", "…@", "…\u2060@", "se_souvenir", "Votre mot de passe est le bon"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the page says %q to whoever asks", secret)
		}
	}
	// The pair can be typed again: the page tells nobody whether it was right.
	b.get(connexion).says(t, "the sign-in page, in another tab", `name="mot_de_passe"`)
	code := codeIn(t, o.take()[0])
	b.give(connexion, other(code)).expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
	b.give(connexion, code).leads(t, "the code", connexion)
	if b.isSignedIn() {
		t.Fatal("the code alone has signed in")
	}
	b.get(connexion).says(t, "the sign-in page", "Saisissez maintenant votre numéro et votre mot de passe")
	b.try(nathalie, wrong).expect(t, "a wrong password", http.StatusUnauthorized, nil)
	b.signIn(nathalie, right)
	o.browser().try(nathalie, right).leads(t, "another browser", "/connexion/code")
}

// Neither bytes nor headers tell whether there is an account, or whether its password was right.
func TestACodeFirstIsTheSameForKnownAndUnknown(t *testing.T) {
	o := openStepSite(t)
	o.guessed(nathalie)
	o.guessed(nobody)
	var known, mistaken, unknown []answer
	for _, c := range []struct {
		number, password string
		into             *[]answer
	}{{nathalie, right, &known}, {nathalie, wrong, &mistaken}, {nobody, right, &unknown}} {
		b := o.browser()
		ask := func(a answer) {
			for _, name := range []string{"Date", "Set-Cookie"} {
				a.Header.Del(name)
			}
			*c.into = append(*c.into, masked(a))
		}
		posted := b.try(c.number, c.password)
		if len(posted.Cookies()) != 1 || posted.Cookies()[0].MaxAge != 0 {
			t.Errorf("cookies: %v", posted.Cookies())
		}
		ask(posted)
		ask(b.get(connexion + "/code"))
		ask(b.give(connexion, "000000"))
		ask(b.do(http.MethodPost, connexion+"/renvoyer", url.Values{"canal": {"sms"}}))
		ask(b.get(connexion + "/code"))
	}
	for i := range known {
		same(t, fmt.Sprintf("answer %d", i+1), known[i], unknown[i])
		same(t, fmt.Sprintf("answer %d, to a wrong password", i+1), known[i], mistaken[i])
	}
	if messages := o.take(); len(messages) != 2 {
		t.Errorf("%d messages, want the two of the right pair", len(messages))
	}
}

func TestACodeFirstOnASharedComputerIsForgottenWithItsWindow(t *testing.T) {
	o := openStepSite(t)
	o.guessed(nathalie)
	b := o.browser()
	shared := pair(nathalie, right)
	shared.Set("partage", "1")
	b.do(http.MethodPost, connexion, shared).leads(t, "the right pair", "/connexion/code")
	a := b.give(connexion, codeIn(t, o.take()[0]))
	a.leads(t, "the code", connexion)
	for _, c := range a.Cookies() {
		if c.Name == "appareil" && (c.MaxAge != 0 || !c.Expires.IsZero()) {
			t.Error("the browser is known for longer than its window is open")
		}
	}
	b.do(http.MethodPost, connexion, shared).enters(t, "the pair after the code")
}
