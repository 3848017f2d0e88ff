package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// live opens a page and starts the part in WebAssembly as a person does, by going into the first field.
func (p *tab) live(path string) {
	p.t.Helper()
	p.open(path)
	if p.site.options.Assets.URL("app.wasm") == "" {
		p.t.Fatal("the WASM is not built: run `go tool -modfile=tools.mod task setup`")
	}
	get[bool](p, `(document.querySelector("main form input:not([readonly]):not([type=hidden])").focus(), true)`)
	p.awake()
}

// awake waits until go-app has drawn the shell.
func (p *tab) awake() {
	p.t.Helper()
	p.until(`document.querySelector("#island[data-live]")`)
}

// island is the visible notice of the shell.
const island = "#island .shell"

func TestTheIdentifierIsAnsweredWhileItIsTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.live("/connexion")
		p.write(identifierField, "26905495881")
		p.says("#identifiant-erreur", "Vous avez saisi : 2 69 05 49 588 1")
		p.is(`!document.querySelector("#identifiant-erreur .message") && !identifiant.hasAttribute("aria-invalid")`)
		p.picture("saisie-en-cours", "clair")

		p.press(passwordField)
		p.says("#identifiant-erreur", "Erreur : Il manque 2 chiffres : il en faut 13.")
		p.until(`identifiant.getAttribute("aria-invalid") === "true"`)
		p.holds(identifierField, "26905495881")
		p.until(`document.querySelector("#island [aria-live]").textContent.includes("Il manque 2\u00a0chiffres")`)
		p.picture("saisie-incomplete", "clair")

		p.write(identifierField, "57")
		p.is(`!document.querySelector("#identifiant-erreur .message")`)
		p.press(passwordField)
		p.is(`!document.querySelector("#identifiant-erreur .message")`)
		p.holds(identifierField, nathalie)
		p.fillIn("", password)
		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte", headingAccount)
	})
}

func TestTheWordsAreTheServersOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.expect("status of 422")
	plain := openTab(t, s, equipment{name: "without scripts", width: 1280, height: 800, noScript: true})
	plain.expect("status of 422")
	for _, typed := range []string{
		"269054958815", "26905495881579999", "269054958815799", "2690549588157OO", "26905O9588157", "1234567", "1234567A",
		"0690549588157", "2691549588157", "2690500588157", "2690549588000", "26905A9588157", "ABC", "É850578006048", "l850578006",
	} {
		plain.open("/connexion")
		plain.write(identifierField, typed)
		plain.follow(func() { plain.press(submitButton) })
		const message = `document.querySelector("#identifiant-erreur .message, #identifiant-erreur .note")?.innerHTML ?? ""`
		want := get[string](plain, message)

		p.live("/connexion")
		p.write(identifierField, typed)
		p.press(passwordField)
		p.until(message + " === " + quote(want))
	}
}

func TestWhatTheServerSaidStaysUntilTheFieldChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.expect("status of 401")
	p.live("/connexion")
	p.fillIn("1850578006048", "autre chose")
	p.press(submitButton)
	p.until(`document.querySelector("#mot_de_passe-erreur .message")`)
	p.press(identifierField)
	p.press(passwordField)
	p.press(identifierField)
	p.says("#mot_de_passe-erreur", "Le numéro ou le mot de passe n’est pas le bon.")
	p.write(passwordField, "x")
	p.is(`!document.querySelector("#mot_de_passe-erreur .message")`)
	p.says("#messages .summary", "n’est pas le bon")
	p.press(identifierField)
	p.until(`!mot_de_passe.hasAttribute("aria-invalid")`)
}

func TestAMalformedIdentifierIsAnsweredWithoutTheNetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/connexion", "/mot-de-passe-oublie"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, desktop)
			const said = `[...document.querySelectorAll("#messages, [id$='-erreur']")].map(e => e.innerHTML).join("\n").replace(' role="alert"', "")` // who pressed Enter in the field hears an alert

			p.live(path)
			p.write(identifierField, "26905")
			words := p.text("main form > button")
			get[bool](p, `(window.fetch = () => { throw new Error("the network was asked") }, true)`)
			p.key("\r", chromedp.ModifierNone)
			p.until(`document.querySelector("#messages .summary")`)
			p.until(`document.activeElement.id === "identifiant" && document.title.startsWith("Erreur")`)
			p.says("main form > button", words)
			p.holds(identifierField, "26905")
			here := get[string](p, said)

			// The same form, judged by the server: the WASM is not started for whoever saves data.
			q := openTab(t, s, desktop)
			q.expect("status of 422")
			call(q, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
				Source: `Object.defineProperty(navigator, "connection", {value: {saveData: true}})`})
			q.open(path)
			q.until(`window.htmx`)
			q.write(identifierField, "26905")
			q.press(css("main form > button"))
			q.until(`document.querySelector("#messages .summary") && !document.querySelector(".htmx-added")`) // htmx 2 marks what is new for a moment
			if there := get[string](q, said); here != there {
				t.Errorf("the browser says\n%s\nthe server\n%s", here, there)
			}
		})
	}
}
