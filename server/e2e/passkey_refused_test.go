package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
)

const passkeySaid = "[data-passkey] .told"

// entersBy signs in with a passkey by the button.
func (p *tab) entersBy(greeting string) {
	p.t.Helper()
	p.usesPasskey()
	p.until(`location.pathname === "/mon-compte" && document.readyState === "complete"`)
	p.says("main", greeting)
}

func TestWhoStopsIsToldOfTheOtherWaysIn(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.withoutAutofill()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	device.finger(false)
	p.usesPasskey()
	p.until(`document.querySelector("` + passkeySaid + `").innerText`)
	p.says(passkeySaid, "Mot de passe oublié ?")
	p.is(`location.pathname === "/connexion" && !document.querySelector(".summary")`)
	// The same page goes on, by the button once more.
	device.finger(true)
	p.follow(func() { p.press(named(usePasskey)) })
	p.at("/mon-compte", headingAccount)
}

// The field's request is pending when the button is pressed: it gives way.
func TestTheButtonGoesBeforeTheField(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), desktop)
	device := p.owns()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	device.present(false)
	p.open("/connexion")
	p.until(`!document.querySelector("[data-passkey]").hidden`)
	p.press(named(usePasskey))
	p.fillIn(nathalie, password) // the page stays of use while nobody answers
	p.is(`document.querySelector("` + passkeySaid + `").innerText === ""`)
	device.present(true)
	p.press(named(usePasskey)) // again, as people do when nothing moves
	p.until(`location.pathname === "/mon-compte" && document.readyState === "complete"`)
	p.at("/mon-compte", headingAccount)
}

func TestAPasskeyOfNobodyIsForgottenByTheDevice(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.withoutAutofill()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	device.add(webauthn.Credential{CredentialID: []byte("a credential of nobody"), PrivateKey: der, UserHandle: []byte("somebody else")})
	p.expect("status of 401")
	p.usesPasskey()
	p.until(`document.querySelector("` + passkeySaid + `").innerText`)
	p.says(passkeySaid, "Cette clé d’accès n’ouvre plus aucun compte.")
	p.wait("the device has forgotten the passkey", func() bool { return len(device.has()) == 0 })
}

// A passkey that names somebody else than its owner opens nothing, and the device keeps it: that is not certain to be of no use.
func TestAPasskeyThatNamesSomebodyElseOpensNothing(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.withoutAutofill()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	changed := *device.has()[0]
	changed.UserHandle = []byte("another account's handle, 32 byte")[:32]
	device.replace(changed)
	p.expect("status of 401")
	p.usesPasskey()
	p.until(`document.querySelector("` + passkeySaid + `").innerText`)
	p.says(passkeySaid, "Cette clé d’accès n’a pas pu vous connecter.")
	p.is(`location.pathname === "/connexion"`)
	if len(device.has()) != 1 {
		t.Error("the device was told to forget it")
	}
}

func TestACopyThatCountsBackwardsStillOpens(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.withoutAutofill()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	copied := *device.has()[0]
	copied.SignCount = 40
	device.replace(copied)
	p.entersBy("Bonjour Nathalie")
	p.signsOut()
	copied.SignCount = 3
	device.replace(copied)
	p.entersBy("Bonjour Nathalie")
}

func TestTwoPeopleHaveTheirPasskeysOnOnePhone(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.withoutAutofill()
	for _, who := range []string{nathalie, thiLan} {
		p.signIn(who)
		p.adds()
		p.signsOut()
	}
	both := device.has()
	if len(both) != 2 || both[0].UserName == both[1].UserName || string(both[0].UserHandle) == string(both[1].UserHandle) {
		t.Fatalf("the phone has %+v", both)
	}
	greetings := map[string]string{"Mon Compte – N. D.": "Bonjour Nathalie", "Mon Compte – T. N.": "Bonjour Thi Lan"}
	for _, one := range both {
		call(p, webauthn.ClearCredentials, webauthn.ClearCredentialsParams{AuthenticatorID: device.id})
		device.add(*one)
		p.entersBy(greetings[one.UserName])
		p.signsOut()
	}
}

func TestADeviceHasOnePasskeyOfAnAccount(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.signIn(nathalie)
	p.adds()
	p.open("/mon-compte/cles")
	p.press(named(addPasskey))
	p.until(`document.querySelector("` + passkeySaid + `").innerText`)
	p.says(passkeySaid, "Cet appareil a déjà une clé d’accès pour votre compte.")
	device.finger(false)
	call(p, webauthn.ClearCredentials, webauthn.ClearCredentialsParams{AuthenticatorID: device.id})
	p.press(named(addPasskey))
	p.until(`document.querySelector("` + passkeySaid + `").innerText.includes("Aucune clé")`)
}

func TestMonCompteOffersAPasskeyOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, withPasskeys)
	p := openTab(t, s, phone)
	p.owns()
	p.signIn(nathalie)
	p.until(`!document.querySelector("[data-passkey=offer]").hidden`)
	p.says("[data-passkey=offer]", "La prochaine fois, votre doigt ou votre visage suffit")
	p.follow(func() { p.press(named("Enregistrer une clé d’accès")) })
	p.at("/mon-compte/securite", "Mes connexions et mes appareils")
	p.says("[role=status]", "La clé d’accès est ajoutée.")

	later := openTab(t, s, desktop)
	later.owns()
	later.signIn(thiLan)
	later.until(`!document.querySelector("[data-passkey=offer]").hidden`)
	later.follow(func() { later.press(named("Plus tard")) })
	later.at("/mon-compte", headingAccount)
	later.is(`!document.querySelector("[data-passkey]")`)
}

// Without anything on the device to ask for, or without scripts, nothing is offered that would not work.
func TestNothingIsOfferedThatTheDeviceCannotDo(t *testing.T) {
	t.Parallel()
	s := newSite(t, withPasskeys)
	onEach(t, []equipment{phone, everyEquipment()[2]}, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.signIn(nathalie)
		p.is(`document.querySelector("[data-passkey=offer]").hidden`)
		p.open("/mon-compte/cles")
		if with.noScript {
			p.says("main", "Ce navigateur ne permet pas d’ajouter une clé d’accès.")
			p.is(`document.querySelector("[data-passkey=add]").hidden`)
		}
	})
}

// present says whether anybody touches the device.
func (a authenticator) present(on bool) {
	a.tab.t.Helper()
	call(a.tab, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: a.id, Enabled: on})
}

// addCredential leaves out what only newer devices have, and Chromium refuses of others.
var addCredential = cdp.Command[map[string]any, cdp.Empty]{Method: webauthn.CommandAddCredential}

func (a authenticator) add(c webauthn.Credential) {
	a.tab.t.Helper()
	call(a.tab, addCredential, map[string]any{"authenticatorId": a.id, "credential": map[string]any{
		"credentialId": c.CredentialID, "isResidentCredential": true, "rpId": "localhost", "privateKey": c.PrivateKey,
		"userHandle": c.UserHandle, "signCount": c.SignCount, "userName": c.UserName, "userDisplayName": c.UserDisplayName}})
}

// replace puts another form of the passkey in its place.
func (a authenticator) replace(c webauthn.Credential) {
	a.tab.t.Helper()
	call(a.tab, webauthn.RemoveCredential, webauthn.RemoveCredentialParams{AuthenticatorID: a.id, CredentialID: c.CredentialID})
	a.add(c)
}
