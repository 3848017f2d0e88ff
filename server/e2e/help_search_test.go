package e2e

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

var (
	searchField  = css("#q")
	searchButton = css("form[role=search] button")
)

const headingSearch = "Chercher dans l’aide"

func TestAQuestionIsAnsweredWithScriptsAndWithout(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/aide/numero") // every topic ends with the search
		p.write(searchField, "MOT DE PASE oublié")
		p.follow(func() { p.press(searchButton) })
		p.at("/aide/recherche", headingSearch)
		p.holds(searchField, "MOT DE PASE oublié")
		p.says("#nombre", "réponses")
		p.is(`[...document.querySelectorAll("#resultats .found")].some(m => m.innerText === "passe")`)
		p.is(`[...document.querySelectorAll("#resultats .found")].every(m => m.innerText !== "page")`)
		p.follow(func() { p.press(css("#resultats a")) })
		p.at("/aide/mot-de-passe-oublie", "J’ai oublié mon mot de passe")
		p.back()
		p.holds(searchField, "MOT DE PASE oublié")
	})
}

func TestTypingShowsTheAnswersInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/aide")
		get[int](p, "window.whole = 1")
		p.until("window.htmx")
		p.write(searchField, "carte vital")
		p.until(`document.querySelector("#resultats .found")`)
		p.is(`document.querySelector("#resultats a").pathname === "/aide/numero"`)
		p.says("#nombre", "réponse")
		get[string](p, `q.value = "zzzz"`)
		p.write(searchField, "z")
		p.until(`nombre.textContent === "Aucune réponse."`)
		p.says("#resultats", "mots simples")
		get[string](p, `q.value = ""`)
		p.write(searchField, " ")
		p.until(`document.querySelectorAll("#resultats .help-group").length > 3`)
		p.is(`nombre.textContent === "" && document.activeElement === q && window.whole === 1 && location.search === ""`)
	})
}

// Neither the address nor the history keeps it, and the field is empty again.
func TestANumberTypedIntoTheSearchLeavesTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/aide")
		p.open("/aide/recherche")
		p.write(searchField, "2 69 05 49 588 157")
		p.follow(func() { p.press(searchButton) })
		p.at("/aide/recherche", headingSearch)
		p.says("main", "je le saisis seulement sur la page de connexion")
		p.holds(searchField, "")
		p.is(`!location.href.slice(location.origin.length).includes("69")`)
		p.back()
		p.is(`!location.href.slice(location.origin.length).includes("69")`)
	})
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

func TestATopicPrintsAsACleanSheet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.resize(794, 1123) // A4 at 96 dots an inch
	for _, topic := range []string{"/aide/numero", "/aide/se-connecter"} {
		p.open(topic)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		for _, gone := range []string{"form", "footer", ".bar nav", ".back", ".help-next", ".share"} {
			p.is(`[...document.querySelectorAll("` + gone + `")].every(e => !e.checkVisibility())`)
		}
		p.is(`[...document.querySelectorAll("h1, .drawing, #et-maintenant, .printed, .help .phone")].every(e => e.checkVisibility())`)
		p.says(".printed", s.url+topic)
		p.says(".help .phone", "3230")
		p.inspect(topic + " on paper")
		p.picture(strings.ReplaceAll(topic[1:], "/", "-"), "papier")
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
		pdf := call(p, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		if n := len(pdfPage.FindAll(pdf.Data, -1)); !bytes.HasPrefix(pdf.Data, []byte("%PDF-")) || n < 1 || n > 2 {
			t.Errorf("%s takes %d sheets", topic, n)
		}
	}
}

// The button is there where the device can share, and only there.
func TestATopicIsSharedByItsAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, phone)
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `navigator.share = what => { window.shared = what; return Promise.reject(new Error("closed")) }`})
	p.open("/aide/numero?depuis=ailleurs#sur-d-autres-papiers")
	p.press(named("Partager cette page"))
	p.is(`shared.url === location.origin + "/aide/numero" && shared.title === document.title`)

	without := openTab(t, s, phone)
	call(without, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `delete Navigator.prototype.share`})
	without.open("/aide/numero")
	without.is(`!document.querySelector("[data-share]").checkVisibility()`)
}
