package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/passhash"
	"moncompte/server/portal"
)

// feeble is a password of another system, which today's rules refuse.
var feeble = run.secret("feeble password", "bonjour1")

// importFeeble gives Nathalie's account that password as an import does.
func (o *recoverySite) importFeeble() {
	o.t.Helper()
	phc, err := passhash.New(feeble, small, nil)
	check.OK(o.t, err)
	text := "identifier,birth_name,given_names,sex,birthdate,password_hash\n" +
		nathalie + ",DURAND,Nathalie,female,1969-05-12," + `"` + run.secret("password hash", phc) + `"` + "\n"
	result, err := portal.Import(o.t.Context(), o.store, strings.NewReader(text), portal.ImportOptions{Replace: true})
	if err != nil || result.Updated != 1 {
		o.t.Fatalf("%+v, %v", result, err)
	}
}

func TestAnImportedPasswordThatIsTooWeakIsReplacedAtTheSignIn(t *testing.T) {
	o := openRecoverySite(t, public)
	o.importFeeble()
	b := o.browser()
	b.try(nathalie, feeble).expect(t, "the sign-in", http.StatusSeeOther, header{"Location": changing})
	page := b.get(changing)
	page.says(t, "the page", "il est trop facile à deviner")
	if strings.Contains(page.body, "Mot de passe actuel") {
		t.Error("the password that was just given is asked for again")
	}
	for _, path := range []string{"/mon-compte", "/mon-compte/securite", "/mon-compte/coordonnees", "/connexion"} {
		b.get(path).leads(t, path, changing)
	}
	b.do(http.MethodPost, "/mon-compte/securite", url.Values{"action": {"deconnecter-autres"}}).leads(t, "an action", changing)
	b.get("/auth/verify").expect(t, "a service", http.StatusUnauthorized, nil)

	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {feeble}}).expect(t, "the same again", http.StatusUnprocessableEntity, nil)
	b.get("/mon-compte").leads(t, "after a refusal", changing)
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).enters(t, "a good one")
	b.get("/mon-compte").says(t, "Mon Compte", "Votre mot de passe est changé.")
	if !b.isSignedIn() {
		t.Fatal("not signed in after the change")
	}
	again := o.browser()
	again.try(nathalie, feeble).expect(t, "the weak one after it", http.StatusUnauthorized, nil)
	again.signIn(nathalie, fresh)
}

func TestAWeakPasswordIsReplacedAfterTheSecondStep(t *testing.T) {
	o := openStepSite(t)
	o.importFeeble()
	b := o.browser()
	b.try(nathalie, feeble).leads(t, "the pair", "/connexion/code")
	if b.isSignedIn() {
		t.Fatal("the pair alone has signed in")
	}
	b.give(connexion, codeIn(t, o.take()[0])).leads(t, "the code", changing)
	b.get("/mon-compte").leads(t, "Mon Compte", changing)
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).enters(t, "a good one")
}

// Typed to link FranceConnect, it is judged as at the sign-in: the link stands, and the account opens with another password.
func TestAWeakPasswordIsReplacedAfterItHasLinkedFranceConnect(t *testing.T) {
	o, _ := openFederatedOffice(t)
	o.importFeeble()
	b := o.browser()
	b.comeBack(b.depart())
	b.prove(nathalie, feeble).leads(t, "the proof", changing)
	b.get(changing).says(t, "the page", "il est trop facile à deviner")
	b.get("/mon-compte").leads(t, "Mon Compte", changing)
	b.get("/auth/verify").expect(t, "a service", http.StatusUnauthorized, nil)
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).enters(t, "a good one")
	b.get("/auth/verify").expect(t, "a service afterwards", http.StatusOK, header{"Remote-Method": "franceconnect"})

	again := o.browser()
	again.comeBack(again.depart()).enters(t, "the next time")
	o.browser().try(nathalie, feeble).expect(t, "the weak one after it", http.StatusUnauthorized, nil)
}

// Whoever leaves the page, and whoever finds the browser later, has to give the password once more.
func TestTheChoiceOfAnotherPasswordIsOpenForAMoment(t *testing.T) {
	o := openRecoverySite(t, public)
	o.importFeeble()
	b := o.browser()
	b.try(nathalie, feeble).leads(t, "the sign-in", changing)
	o.Turn(10 * time.Minute)
	b.get(changing).says(t, "later", "Mot de passe actuel")
	b.do(http.MethodPost, changing, url.Values{"mot_de_passe": {fresh}}).expect(t, "without it", http.StatusUnprocessableEntity, nil)
	b.change(feeble, fresh).enters(t, "with it")

	left := o.browser()
	left.signIn(nathalie, fresh)
}

func TestAGoodPasswordIsNotAskedToBeReplaced(t *testing.T) {
	o := openRecoverySite(t, public)
	b := o.browser()
	b.try(nathalie, right).enters(t, "the sign-in")
	b.get(changing).says(t, "the page", "Mot de passe actuel")
}
