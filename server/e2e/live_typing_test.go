package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// The WASM comes while a person types: the form is theirs throughout.
func TestTypingGoesOnWhileTheWASMStarts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		get[bool](p, `(window.field = identifiant, window.was = document.querySelector("form"), window.blurs = 0, identifiant.addEventListener("blur", () => blurs++), true)`)
		// How long the last key was ago when it came: on a loaded machine whoever types pauses too.
		get[bool](p, `(["pointerdown", "input"].forEach(name => addEventListener(name, () => { window.typed = performance.now() }, true)),
				new MutationObserver((_, observer) => {
					if (!document.querySelector("#island[data-live]")) return;
					observer.disconnect();
					window.paused = performance.now() - typed;
				}).observe(document, {subtree: true, childList: true, attributes: true}), true)`)
		p.press(identifierField)
		for _, c := range nathalie {
			call(p, input.InsertText, input.InsertTextParams{Text: string(c)})
			time.Sleep(100 * time.Millisecond)
		}
		get[bool](p, `(identifiant.setSelectionRange(3, 7), true)`)
		p.awake()
		p.is(`paused > 590`) // it waits for a pause
		p.holds(identifierField, nathalie)
		p.is(`document.activeElement === identifiant && window.field === identifiant && window.was === document.querySelector("form") && blurs === 0`)
		p.is(`identifiant.selectionStart === 3 && identifiant.selectionEnd === 7`)
		call(p, input.InsertText, input.InsertTextParams{Text: "0549"})
		p.holds(identifierField, nathalie[:3]+"0549"+nathalie[7:])
		p.says("#identifiant-erreur", "2 69 05 49 588 157")
		for _, e := range []element{identifierField, passwordField, submitButton, revealButton} {
			p.reach(e)
		}
	})
}

// What a browser or a password manager fills in is read like typing, and never changed.
func TestAFormThatFillsItselfIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, events := range map[string]string{
		"with its events": `field.dispatchEvent(new Event("keydown", {bubbles: true})); // without getModifierState
			field.dispatchEvent(new Event("input", {bubbles: true}));
			field.dispatchEvent(new Event("change", {bubbles: true}));`,
		"silently": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, newSite(t), desktop)
			p.live("/connexion")
			get[bool](p, fmt.Sprintf(`(() => {
				for (const [field, text] of [[identifiant, "2 69 05 49 588 157 80"], [mot_de_passe, %s]]) {
					field.value = text;
					%s
				}
				return true;
			})()`, quote(password), events))
			p.holds(identifierField, "2 69 05 49 588 157 80")
			p.holds(passwordField, password)
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
		})
	}
}

// The protocol of the browser presses every key but Caps Lock, so that its state is put under the keys.
func TestCapitalsAreNoticedInAPassword(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.expect("status of 401")
	p.live("/connexion")
	get[bool](p, `(KeyboardEvent.prototype.getModifierState = key => key === "CapsLock" && window.locked, true)`)
	const box, said = "#mot_de_passe-erreur", "Votre clavier écrit en majuscules"
	press := func(locked bool, keys string) {
		get[bool](p, fmt.Sprintf("window.locked = %v", locked))
		for _, key := range keys {
			p.key(string(key), chromedp.ModifierNone)
		}
	}
	silent := func() { p.is(`document.querySelector("` + box + `").textContent.trim() === ""`) }
	p.press(passwordField)
	for n, key := range "TAMBOUR" {
		press(true, string(key))
		p.says(box, said)
		p.is(fmt.Sprintf("mot_de_passe.value.length === %d && !mot_de_passe.hasAttribute('aria-invalid')", n+1))
	}
	p.picture("majuscules", "clair")
	press(false, "v")
	silent()
	press(true, "V")
	p.says(box, said)
	p.press(identifierField)
	silent()

	// An error comes first; the next letter takes it back, and the notice is there again.
	p.write(identifierField, nathalie)
	p.press(submitButton)
	p.until(`document.querySelector("` + box + ` .message")`)
	p.press(passwordField)
	press(true, "V")
	p.is(`!document.querySelector("` + box + ` .message")`)
	p.says(box, said)
}

// Accents that stand apart from their letters are no letters more: the server will not count them either.
func TestAccentsOfANewPasswordAreCountedAsTheServerDoes(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/_galerie?page=nouveau-mot-de-passe-simple")
	p.press(passwordField)
	p.awake()
	p.write(passwordField, "Pa\u0302te\u0301-e\u0301a\u0300o\u0302-47")
	p.until(`document.querySelector(".rules .met")`)
	p.is(`![...document.querySelectorAll(".rules .met")].some(e => e.innerText.replace(/\s/g, " ").includes("12 caractères"))`)
	p.write(passwordField, "u\u0302x")
	p.until(`[...document.querySelectorAll(".rules .met")].some(e => e.innerText.replace(/\s/g, " ").includes("12 caractères"))`)
}

func TestRulesAreTickedOffWhileANewPasswordIsTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/_galerie?page=nouveau-mot-de-passe-simple")
		p.press(passwordField)
		p.awake()
		p.write(passwordField, "tambour")
		p.says(".rules .met", "Au moins une lettre")
		p.is(`document.querySelectorAll(".rules .met").length === 1 && !document.querySelector(".rules .unmet")`)
		p.until(`document.querySelector("#island [aria-live]").textContent.startsWith("C’est bon")`)
		p.write(passwordField, " violet 47")
		p.is(`document.querySelectorAll(".rules .met").length === 4 && !document.querySelector(".rules .unmet")`)
		// What the browser does not know is neither met nor not.
		p.is(`[...document.querySelectorAll(".rules li:not([class])")].map(e => e.innerText).join().includes("votre nom")`)
		p.inspect("the ticked rules")
		p.axe("the ticked rules")
		p.pictures("regles-cochees")
		get[bool](p, `(mot_de_passe.value = "", true)`)
		p.write(passwordField, "motdepasse")
		p.press(css("h1"))
		p.is(`document.querySelectorAll(".rules .unmet").length === 3`)
		p.pictures("regles-a-corriger")
	})
}

// The rule about the person is ticked too, once a code has shown who they are.
func TestTheRuleAboutOnesOwnNameIsTicked(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, phone)
	p.askForCode(nathalie, "sms")
	p.giveCode(code(t, g.smsc.Next(t).Text))
	p.at("/mot-de-passe-oublie/nouveau", headingPassword)
	p.press(passwordField)
	p.awake()
	rule := `[...document.querySelectorAll(".rules li")].find(e => e.innerText.includes("votre nom")).className`
	p.write(passwordField, "tambour violet 47")
	p.until(rule + ` === "met"`)
	p.write(passwordField, " durand")
	p.until(rule + ` === "unmet"`)
}

func (p *tab) pictures(name string) {
	p.t.Helper()
	p.picture(name, "clair")
	p.emulate("prefers-color-scheme", "dark")
	p.picture(name, "sombre")
	p.emulate("", "")
}

// A fault in one handler is caught there; the end of the whole program leaves the page as it is without it.
func TestAFaultInTheWASMLeavesThePageUsable(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.expect("exit code")
	p.expect("status of 422")
	p.live("/connexion")
	get[bool](p, `(window.byID = document.getElementById, document.getElementById = () => { throw new Error("broken") }, true)`)
	p.write(identifierField, "26905")
	p.holds(identifierField, "26905")
	get[bool](p, `(document.getElementById = window.byID, true)`)
	p.write(identifierField, "4")
	p.says("#identifiant-erreur", "2 69 05 4") // it goes on

	get[string](p, `String(goappNav())`) // go-app fails on a call without an address
	p.until(`document.querySelector("#island").childElementCount === 0`)
	promised[bool](p, `new Promise(done => setTimeout(done, 1500, true))`) // beyond the timer of what was to be said
	p.write(identifierField, "95")
	p.press(submitButton)
	p.until(`document.querySelector("#messages .summary")`)
	p.says("#identifiant-erreur", "Il manque 5 chiffres")
	p.write(identifierField, "88157")
	p.write(passwordField, password)
	p.key("\r", chromedp.ModifierNone)
	p.until(`location.pathname === "/mon-compte"`)
}
