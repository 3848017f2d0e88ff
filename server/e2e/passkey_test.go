package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"

	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

const (
	headingPasskeys = "Mes clés d’accès"
	addPasskey      = "Ajouter une clé d’accès sur cet appareil"
	usePasskey      = "Se connecter avec le doigt ou le visage"
)

// withPasskeys gives the site a name, without which no browser makes a passkey.
func withPasskeys(s *site, o *web.Options) {
	base, err := url.Parse(strings.Replace(s.url, "127.0.0.1", "localhost", 1))
	check(s.t, err)
	s.url, o.BaseURL = base.String(), base
	reach := &portal.Reach{Composer: notify.Composer{OrgName: "Caf", Phone: "3230", Host: "localhost"}, Mobile: notify.Mobile}
	o.Passkeys = &portal.Passkeys{Store: s.store, Party: portal.PasskeyParty(base, "Mon Compte"), Composer: notify.Composer{OrgName: "Caf", Host: "localhost"}, Reach: reach}
}

// authenticator is what a telephone has under its screen: it keeps passkeys, and knows its owner by a finger.
type authenticator struct {
	tab *tab
	id  webauthn.AuthenticatorID
}

// owns gives the tab's device one. Its owner's finger is always there, so that it answers at once whoever asks.
func (p *tab) owns() authenticator {
	p.t.Helper()
	call(p, webauthn.Enable, webauthn.EnableParams{})
	added := call(p, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Ctap2version: "ctap2_1", Transport: "internal", HasResidentKey: true, HasUserVerification: true,
		AutomaticPresenceSimulation: true, IsUserVerified: true,
	}})
	return authenticator{p, added.AuthenticatorID}
}

func (a authenticator) has() []*webauthn.Credential {
	a.tab.t.Helper()
	return call(a.tab, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id}).Credentials
}

// finger says whether the owner's is on the sensor.
func (a authenticator) finger(on bool) {
	a.tab.t.Helper()
	call(a.tab, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: a.id, IsUserVerified: on})
}

// withoutAutofill is a browser that shows no passkeys in fields: the button is left.
func (p *tab) withoutAutofill() {
	p.t.Helper()
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);`})
}

// adds makes a passkey for who is signed in.
func (p *tab) adds() {
	p.t.Helper()
	p.open("/mon-compte/cles")
	p.at("/mon-compte/cles", headingPasskeys)
	p.follow(func() { p.press(named(addPasskey)) })
	p.at("/mon-compte/securite", "Mes connexions et mes appareils")
	p.says("[role=status]", "La clé d’accès est ajoutée.")
}

// usesPasskey goes to the sign-in page of a browser that shows no passkeys in fields, and presses the button.
func (p *tab) usesPasskey() {
	p.t.Helper()
	p.open("/connexion")
	p.press(named(usePasskey))
}

func (p *tab) signsOut() {
	p.t.Helper()
	p.follow(func() { p.press(named("Déconnexion")) })
	p.at("/", headingOut)
}

func TestAPasskeyIsAddedSignsInAndIsRemoved(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, newSite(t, withPasskeys), with) // the last passkey of the list is this one's
		device := p.owns()
		p.withoutAutofill()
		p.signIn(nathalie)
		p.adds()
		kept := device.has()
		if len(kept) != 1 || kept[0].UserName != "Mon Compte – N. D." || len(kept[0].UserHandle) != 32 {
			t.Fatalf("the device has %+v, want one passkey under initials and 32 random bytes", kept)
		}
		p.signsOut()

		p.usesPasskey()
		p.until(`location.pathname === "/mon-compte" && document.readyState === "complete"`)
		p.at("/mon-compte", headingAccount)
		p.says("main", "Bonjour Nathalie")
		p.open("/mon-compte/securite")
		p.says("main", "avec une clé d’accès, sur cet appareil")

		p.open("/mon-compte/cles")
		p.says("main", "Utilisée pour la dernière fois aujourd’hui")
		p.sound("cles-d-acces")
		p.follow(func() { p.press(css(`li:last-child form:has([value=supprimer]) button`)) })
		p.says("[role=status]", "La clé d’accès est supprimée.")
		// The page tells the device, which would offer it for ever.
		p.wait("the device has forgotten the passkey", func() bool { return len(device.has()) == 0 })
	})
}

func TestAPasskeyIsFoundInTheFieldOfTheNumber(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), phone)
	device := p.owns()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	// The device answers at once, as if the passkey had been chosen: the page is left before it is whole.
	call(p, page.Navigate, page.NavigateParams{URL: p.site.url + "/connexion"})
	p.until(`location.pathname === "/mon-compte" && document.readyState === "complete"`)
	p.at("/mon-compte", headingAccount)
	if used := device.has(); len(used) != 1 || used[0].SignCount < 2 {
		t.Errorf("the passkey was not used: %+v", used)
	}
}
