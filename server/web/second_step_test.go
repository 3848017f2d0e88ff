package web_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/web"
)

const connexion = "/connexion"

// secondStep asks for a second step by that rule.
func secondStep(when portal.SecondStepRule) func(*web.Options) {
	return func(o *web.Options) {
		o.SecondStep = &portal.SecondStep{Login: o.Login, Codes: o.Recovery, When: when}
	}
}

// openStepSite is a site that asks for a second step in a new browser.
func openStepSite(t *testing.T) *recoverySite {
	t.Helper()
	return openRecoverySite(t, local, secondStep(portal.StepForNewBrowser))
}

// stepBegun is a browser that has given the right pair, and the code that it was sent.
func (o *recoverySite) stepBegun() (*browser, string) {
	o.t.Helper()
	b := o.browser()
	b.try(nathalie, right).leads(o.t, "the right pair", "/connexion/code")
	messages := o.take()
	if len(messages) != 1 {
		o.t.Fatalf("%d messages", len(messages))
	}
	return b, codeIn(o.t, messages[0])
}

// giveAnd gives a code with another field.
func (b *browser) giveAnd(code, name, value string) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, connexion+"/code", url.Values{"code": {code}, name: {value}})
}

// enters checks that an answer opens Mon Compte.
func (a answer) enters(t *testing.T, what string) {
	t.Helper()
	a.expect(t, what, http.StatusSeeOther, header{"Location": "/mon-compte"})
}

func TestANewBrowserGivesACodeAfterThePair(t *testing.T) {
	o := openStepSite(t)
	b, code := o.stepBegun()
	if b.isSignedIn() {
		t.Fatal("the pair alone has signed in")
	}
	page := b.get(connexion + "/code")
	page.expect(t, "the page of the code", http.StatusOK, header{"Cache-Control": "no-store"})
	page.says(t, "the page", "au numéro qui finit par 01")
	for _, secret := range []string{"+33639980001", "0639980001", "nathalie.durand@example.org", nathalie, "Nathalie"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the page shows %q", secret)
		}
	}
	wrongCode := b.give(connexion, other(code))
	wrongCode.expect(t, "a wrong code", http.StatusUnprocessableEntity, nil)
	wrongCode.says(t, "a wrong code", "Ce n’est pas le bon code")
	b.give(connexion, code).enters(t, "the right code")
	if !b.isSignedIn() {
		t.Error("the code has not signed in")
	}
	b.give(connexion, code).leads(t, "a second click", connexion)
	b.get(connexion).leads(t, "where it leads", "/mon-compte")
}

func TestABrowserIsRememberedWhenItIsAskedTo(t *testing.T) {
	o := openStepSite(t)
	b, code := o.stepBegun()
	b.giveAnd(code, "se_souvenir", "1").enters(t, "the right code")
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.signIn(nathalie, right)
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.try(jean, jeans).leads(t, "another person in the same browser", "/connexion/code")
	o.Turn(portal.RememberFor)
	b.try(nathalie, right).leads(t, "30 days later", "/connexion/code")
}

func TestABrowserIsNotRememberedByItself(t *testing.T) {
	o := openStepSite(t)
	b, code := o.stepBegun()
	b.give(connexion, code).enters(t, "the right code")
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.try(nathalie, right).leads(t, "the next sign-in", "/connexion/code")
}

func TestWithoutAFirstStepThereIsNoCode(t *testing.T) {
	o := openStepSite(t)
	recovering, _ := o.begun(reset)
	moved := o.with("connexion", recovering.cookie("recuperation"))
	step, _ := o.stepBegun()
	astray := o.with("recuperation", step.cookie("connexion"))
	for what, a := range map[string]answer{
		"the page":                       o.browser().get(connexion + "/code"),
		"a code":                         o.browser().give(connexion, "123456"),
		"a made-up token":                o.with("connexion", portal.NewToken().Reveal()).give(connexion, "123456"),
		"the token of a recovery":        moved.give(connexion, o.codeOf(recovering)),
		"the page of one":                moved.get(connexion + "/code"),
		"one that is given up by a POST": o.with("connexion", "x").get(connexion + "/code"),
	} {
		a.leads(t, what, connexion)
	}
	astray.give(reset, "123456").leads(t, "the token of a second step in a recovery", reset)
	astray.get(reset+"/nouveau").leads(t, "and at its last step", reset)
}

func TestTheCodeIsSentAgainByTheOtherChannel(t *testing.T) {
	o := openStepSite(t)
	b, code := o.stepBegun()
	b.do(http.MethodPost, connexion+"/renvoyer", url.Values{"canal": {"email"}}).leads(t, "by mail", "/connexion/code")
	messages := o.take()
	if len(messages) != 1 || messages[0].Channel != portal.Email || codeIn(t, messages[0]) != code {
		t.Fatalf("%d messages", len(messages))
	}
	page := b.get(connexion + "/code")
	page.says(t, "the page", "Le même code part dans un nouveau mail, à n…\u2060@example.org.")
	page.says(t, "the page", "Recevoir le code par\u00a0SMS, au numéro qui finit par\u00a001")
	b.again(connexion).leads(t, "too early", "/connexion/code")
	if n := len(o.take()); n != 0 {
		t.Errorf("%d messages within a minute", n)
	}
	o.Turn(portal.ResendAfter)
	b.do(http.MethodPost, connexion+"/renvoyer", url.Values{"canal": {"pigeon"}}).leads(t, "by a channel that is none", "/connexion/code")
	if messages := o.take(); len(messages) != 1 || messages[0].Channel != portal.Email {
		t.Errorf("%d messages", len(messages))
	}
	b.get(connexion+"/code").says(t, "after three messages", "il ne peut plus l’être")
	b.get(connexion).expect(t, "« Recommencer la connexion »", http.StatusOK, nil)
	b.give(connexion, code).enters(t, "the first message's code")
}

func TestAnAccountWithoutAnAddressEntersByThePasswordAlone(t *testing.T) {
	o := openStepSite(t)
	check.OK(t, check.ErrOf(o.db.Exec(`UPDATE accounts SET phone_sealed = NULL, email_sealed = NULL`)))
	b := o.browser()
	b.signIn(nathalie, right)
	b.get("/mon-compte").says(t, "Mon Compte", "Donnez-nous un moyen de vous joindre")
	with, code := openStepSite(t).stepBegun()
	with.give(connexion, code)
	if strings.Contains(with.get("/mon-compte").body, "moyen de vous joindre") {
		t.Error("who can be reached is asked for an address")
	}
}

// A wrong pair never leads to the code, so that it looks like that of an identifier without an account: the same bytes. The statements
// and the times are compared where those of all other ways are.
func TestAWrongPairLooksLikeAnUnknownNumberBeforeTheSecondStep(t *testing.T) {
	o := openStepSite(t)
	known, unknown := o.browser().try(nathalie, wrong), o.browser().try(nobody, wrong)
	known.expect(t, "a wrong pair", http.StatusUnauthorized, nil)
	known.body = strings.ReplaceAll(known.body, nathalie, "")
	unknown.body = strings.ReplaceAll(unknown.body, nobody, "")
	known.Header.Del("Content-Length")
	unknown.Header.Del("Content-Length")
	for name, value := range map[string]string{"2 69 05 49 588 157": "", "2 91 01 33 063 021": ""} {
		known.body, unknown.body = strings.ReplaceAll(known.body, name, value), strings.ReplaceAll(unknown.body, name, value)
	}
	if c := known.Cookies(); len(c) != 0 {
		t.Errorf("a wrong pair sets %d cookies", len(c))
	}
	if len(o.take()) != 0 {
		t.Error("a wrong pair sends a message")
	}
	known.Header.Del("Date")
	same(t, "a wrong pair and an unknown number", known, unknown)
}

func TestASecondStepIsFoundAgainInItsBrowser(t *testing.T) {
	o := openStepSite(t)
	b, code := o.stepBegun()
	b.get(connexion).leads(t, "the sign-in page, in another tab", "/connexion/code")
	b.try(nathalie, right).leads(t, "the pair again", "/connexion/code")
	if n := len(o.take()); n != 0 {
		t.Errorf("%d messages, while the first one still works", n)
	}
	o.browser().get(connexion).expect(t, "another browser", http.StatusOK, nil)
	o.Turn(portal.CodeLife)
	b.get(connexion).expect(t, "once its time is over", http.StatusOK, nil)
	late := b.give(connexion, code)
	late.expect(t, "the code, too late", http.StatusUnprocessableEntity, nil)
	late.says(t, "the code, too late", "Recommencer la connexion")
}

// The service sees many wrong codes meanwhile: the code that is on its way is too short.
func TestASecondStepWhoseCodeIsTooShortLeadsToTheNextOne(t *testing.T) {
	o := openStepSite(t)
	b, code := o.stepBegun()
	tx, err := o.store.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	check.OK(t, errors.Join(tx.AddTally(t.Context(), "wrong codes", o.Clock(), 500), tx.Commit()))
	b.get(connexion+"/code").says(t, "the page", "Recommencer la connexion")
	b.give(connexion, code).expect(t, "the code", http.StatusUnprocessableEntity, nil)
	b.get(connexion).expect(t, "« Recommencer la connexion »", http.StatusOK, nil)
	b.try(nathalie, right).leads(t, "the pair again", "/connexion/code")
	messages := o.take()
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	b.give(connexion, codeIn(t, messages[0])).enters(t, "the longer code")
}

// What follows a proof ends with the window, and at once by « Ce n'est pas moi »: nobody who comes next reads it.
func TestStepsAfterAProofEndWithTheWindow(t *testing.T) {
	o := openStepSite(t)
	for what, begin := range map[string]func() (*browser, answer, string){
		"connexion": func() (*browser, answer, string) {
			b := o.browser()
			a := b.try(nathalie, right)
			o.take()
			return b, a, connexion + "/code"
		},
		"recuperation": func() (*browser, answer, string) {
			b, code := o.begun(reset)
			return b, b.give(reset, code), reset + "/nouveau"
		},
	} {
		b, a, page := begin()
		held := false
		for _, c := range a.Cookies() {
			if c.Name == what && c.Value != "" {
				held = c.MaxAge == 0 && c.Expires.IsZero()
			}
		}
		if !held {
			t.Errorf("%s outlives the window", what)
		}
		b.get(page).says(t, what, "Ce n’est pas moi")
		kept := o.with(what, b.cookie(what))
		left := b.do(http.MethodPost, "/deconnexion", url.Values{})
		left.expect(t, "« Ce n'est pas moi »", http.StatusSeeOther, header{"Location": "/", "Clear-Site-Data": `"cache"`})
		if b.cookie(what) != "" {
			t.Errorf("%s is still in the browser", what)
		}
		b.get("/").says(t, what, "Les étapes commencées sont effacées")
		if kept.get(page).StatusCode != http.StatusSeeOther {
			t.Errorf("whoever has copied %s goes on with it", what)
		}
	}
}

func TestASharedComputerKeepsNothing(t *testing.T) {
	o := openStepSite(t)
	shared := pair(nathalie, right)
	shared.Set("partage", "1")
	b := o.browser()
	b.do(http.MethodPost, connexion, shared).leads(t, "the right pair", "/connexion/code")
	code := codeIn(t, o.take()[0])
	page := b.get(connexion + "/code")
	page.says(t, "the page", "rien n’y sera gardé")
	if strings.Contains(page.body, "se_souvenir") {
		t.Error("the computer is offered to be remembered")
	}
	entered := b.giveAnd(code, "se_souvenir", "1")
	entered.enters(t, "the right code")
	for _, c := range entered.Cookies() {
		if c.Value != "" && (c.MaxAge != 0 || !c.Expires.IsZero()) {
			t.Errorf("the cookie %s outlives the window", c.Name)
		}
	}
	if b.cookie("appareil") != "" {
		t.Error("the computer is known from now on")
	}
	ends := func() time.Duration {
		var at int64
		check.OK(t, o.db.QueryRow(`SELECT max(expires_at) FROM sessions`).Scan(&at))
		return time.Until(time.UnixMicro(at))
	}
	if left := ends(); left > portal.SharedIdle || left < portal.SharedIdle-time.Minute {
		t.Errorf("the session lasts %s without a request", left)
	}
	if !b.isSignedIn() {
		t.Error("not signed in")
	}
	if left := ends(); left > portal.SharedIdle {
		t.Errorf("after a request it lasts %s", left)
	}
	b.do(http.MethodPost, "/deconnexion", url.Values{}).expect(t, "the sign-out", http.StatusSeeOther, header{"Clear-Site-Data": `"cache"`})
	b.try(nathalie, right).leads(t, "the next sign-in there", "/connexion/code")
}

// Whoever has given the right pair is not told that there were too many tries: the code cannot leave, and the page says until when.
func TestARightPairWhoseCodeCannotLeaveIsToldWhen(t *testing.T) {
	o := openStepSite(t)
	for range 2 * portal.MostSends { // three by each channel
		o.browser().try(nathalie, right).leads(t, "the right pair", "/connexion/code")
	}
	a := o.browser().try(nathalie, right)
	a.expect(t, "one more", http.StatusTooManyRequests, nil)
	a.says(t, "one more", "Le code ne peut pas partir pour le moment")
	a.says(t, "one more", "aucun message ne peut partir avant")
	if strings.Contains(a.body, "Trop d’essais") || strings.Contains(a.body, "Choisir un nouveau mot de passe") {
		t.Error("the page speaks of too many tries, or of a new password")
	}
	o.browser().try(nathalie, wrong).expect(t, "a wrong pair", http.StatusUnauthorized, nil)
}
