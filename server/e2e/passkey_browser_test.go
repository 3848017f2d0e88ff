package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
)

// asked is how often the page has asked the server for a challenge.
const asked = `performance.getEntriesByType("resource").filter(e => e.name.endsWith("/connexion/cle/demande")).length`

// Browsers and their extensions that do less than they say, or something else: the button and the form work in each.
func TestAPageStaysOfUseWhateverTheBrowserMakesOfPasskeys(t *testing.T) {
	t.Parallel()
	s := newSite(t, withPasskeys)
	for what, script := range map[string]string{
		"the question whether fields can show them never settles": `PublicKeyCredential.isConditionalMediationAvailable = () => new Promise(() => {});`,
		"there is no such question":                               `delete PublicKeyCredential.isConditionalMediationAvailable;`,
		// iOS 16 does so after an abort, and whenever the field's request comes at the wrong moment.
		"the field's request is refused at once": `const get = navigator.credentials.get.bind(navigator.credentials);
			navigator.credentials.get = (o) => o.mediation ? Promise.reject(new DOMException("", "NotAllowedError")) : get(o);`,
		// Extensions that wrap it lose the signal.
		"the field's request never settles": `const get = navigator.credentials.get.bind(navigator.credentials);
			navigator.credentials.get = (o) => o.mediation ? new Promise(() => {}) : get(o);`,
		"nobody says what devices can be told": `delete PublicKeyCredential.getClientCapabilities;`,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, phone)
			device := p.owns()
			call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
			p.signIn(nathalie)
			p.adds()
			p.signsOut()
			device.present(false)
			p.open("/connexion")
			p.until(`!document.querySelector("[data-passkey]").hidden`)
			p.is(`document.querySelector("` + passkeySaid + `").innerText === ""`)
			p.fillIn(nathalie, password)
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
			p.signsOut()

			p.open("/connexion")
			device.present(true)
			// By the field's own request, which goes on by itself where it settles, or by the button.
			p.until(`location.pathname === "/mon-compte" || (window.pressed || (window.pressed = true, ` + string(named(usePasskey)) + `.click()), false)`)
			p.at("/mon-compte", headingAccount)
		})
	}
}

// A challenge lives for five minutes, and pages are open for hours.
func TestAPageThatWasLeftOpenAsksAnew(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t, withPasskeys), desktop)
	device := p.owns()
	device.present(false)
	p.open("/connexion")
	p.until(asked + ` === 1`)
	p.press(identifierField)
	p.press(passwordField)
	p.is(asked + ` === 1`)
	get[bool](p, `(Date.now = (now => () => now() + 300000)(Date.now.bind(Date)), true)`)
	p.press(identifierField)
	p.until(asked + ` === 2`)
}
