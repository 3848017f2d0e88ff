package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

// withVoices gives the pages a speechSynthesis that says nothing and keeps what it was given. finish() ends the sentence in its mouth; a
// real one tells whoever cuts it off of an error, and so does this one.
func (p *tab) withVoices(voices string) {
	p.t.Helper()
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.mouth = {
			voices: ` + voices + `, said: [], now: null,
			getVoices() { this.asked = true; return this.voices },
			speak(u) { if (this.now) throw "two at once"; this.said.push(u); this.now = u },
			cancel() { const u = this.now; this.now = null; u && u.onerror({ error: "interrupted" }) },
			finish() { const u = this.now; this.now = null; u.onend() },
		};
		Object.defineProperty(window, "speechSynthesis", { value: mouth });
		window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };`})
}

const (
	remote  = `{ lang: "fr-FR", localService: false, name: "far" }`
	local   = `{ lang: "fr_CA", localService: true, name: "near" }`
	english = `{ lang: "en-GB", localService: true, name: "english" }`
	frisian = `{ lang: "fry", localService: true, name: "frisian" }`

	listens     = `document.querySelector("[data-listen]").checkVisibility()`
	lastSaid    = `mouth.said.at(-1).text.trim()`
	highlighted = `(h => h ? [...h][0].toString().trim() : document.querySelector(".spoken")?.getAttribute("aria-label") ?? "")(CSS.highlights.get("spoken"))`
)

func TestATopicIsReadAloudSentenceBySentence(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.withVoices("[" + remote + "," + english + "," + local + "]")
	p.open("/aide/numero")
	p.is(`mouth.said.length === 0`) // nothing begins by itself
	p.press(named("Écouter cette page"))
	var said []string
	for get[bool](p, `mouth.now !== null`) {
		p.is(`mouth.now.voice.name === "near" && mouth.now.lang === "fr_CA"`)
		text := get[string](p, lastSaid)
		// Of a drawing the whole is shown.
		if shown := get[string](p, highlighted); shown != text && !(strings.HasPrefix(shown, "Dessin") && strings.Contains(shown, text)) {
			t.Errorf("%q is shown while %q is said", shown, text)
		}
		said = append(said, text)
		get[bool](p, `(mouth.finish(), true)`)
	}
	for i, want := range []string{"Où trouver mon numéro de sécurité sociale\u00a0?", "Sur ma carte Vitale",
		"Je regarde le devant de la carte, celui avec mon nom.", "Le numéro est écrit sous mon prénom et mon nom de famille.",
		"Dessin d’une carte Vitale."} {
		if i >= len(said) || said[i] != want {
			t.Fatalf("%d is not %q in\n%s", i, want, strings.Join(said, "\n"))
		}
	}
	all := strings.Join(said, "\n")
	if strings.Count(all, "Camille") > 1 || strings.Contains(all, p.site.url) {
		t.Errorf("a drawing is read twice, or what is for paper only:\n%s", all)
	}
	if last := said[len(said)-1]; !strings.HasPrefix(last, "J’appelle un conseiller") {
		t.Errorf("the last is %q", last)
	}
	p.is(highlighted + ` === "" && ` + listens)
	p.is(`![...document.querySelectorAll("[data-listen] button")].slice(1).some(b => b.checkVisibility())`)
}

// Pause and stop keep the focus, say their state, and nothing goes on behind them: not on another page either.
func TestReadingAloudIsPausedAndStopped(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.withVoices("[" + local + "]")
	p.open("/aide/numero")
	p.press(named("Écouter cette page"))
	get[bool](p, `(mouth.finish(), true)`)
	second := get[string](p, lastSaid)
	p.hears(`button "Écouter cette page"`, `button "Pause"`, `button "Arrêter"`)
	p.axe("/aide/numero, read aloud")
	p.inspect("read aloud")
	p.picture("aide-numero", "a-voix-haute")

	p.press(named("Pause"))
	p.is(`mouth.now === null && document.activeElement.textContent === "Pause"`)
	p.hears(`button "Pause", pressed`)
	p.is(highlighted + ` === ` + quote(second))
	p.press(named("Pause"))
	p.is(lastSaid + ` === ` + quote(second) + ` && mouth.said.length === 3`) // once more from its beginning

	p.press(named("Arrêter"))
	p.is(`mouth.now === null && mouth.said.length === 3 && document.activeElement.textContent === "Écouter cette page"`)
	p.is(highlighted + ` === ""`)

	p.press(named("Écouter cette page"))
	p.is(lastSaid + ` === document.querySelector("h1").textContent`)
	p.is(`(dispatchEvent(new Event("pagehide")), mouth.now === null)`)

	p.press(named("Écouter cette page"))
	get[bool](p, `(mouth.now.onerror({ error: "synthesis-failed" }), true)`) // the voice broke down
	p.is(`!document.querySelector("[data-listen] [aria-pressed]").checkVisibility()`)
}

// What is read stays on the device: without a French voice there, there is no button.
func TestNothingIsReadAloudWithoutAFrenchVoiceOfTheDevice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, voices := range []string{`[]`, "[" + remote + "]", "[" + english + "," + frisian + "]"} {
		p := openTab(t, s, phone)
		p.withVoices(voices)
		p.open("/aide/numero")
		p.is(`!` + listens)
		// Some browsers know their voices late.
		p.is(`(mouth.voices = [` + local + `], mouth.onvoiceschanged(), ` + listens + `)`)
		p.is(`(mouth.voices = [], mouth.onvoiceschanged(), !` + listens + `)`)
	}
	for _, lacks := range []string{`Object.defineProperty(window, "speechSynthesis", { value: undefined })`, `delete Intl.Segmenter`} {
		without := openTab(t, s, phone)
		without.withVoices("[" + local + "]")
		without.prelude(lacks)
		without.open("/aide/numero")
		without.is(`!` + listens)
	}

	// Firefox on Linux is not asked: it would tell of what it lacks above every page.
	linux := openTab(t, s, desktop)
	linux.withVoices("[" + local + "]")
	call(linux, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"})
	linux.open("/aide/numero")
	linux.is(`!` + listens + ` && !mouth.asked`)
}

func TestATopicIsReadAloudWithoutANetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, phone, "/aide/numero")
	p.withVoices("[" + local + "]")
	s.stop()
	p.expectNoNetwork()
	p.open("/aide/se-connecter")
	p.press(named("Écouter cette page"))
	p.is(lastSaid + ` === document.querySelector("h1").textContent`)
}

// No page with a name or a number is read aloud, nor does one load the script.
func TestOnlyTheHelpIsReadAloud(t *testing.T) {
	t.Parallel()
	all := documents(t)
	topics := 0
	for name, document := range all {
		reads := strings.Contains(document, "data-listen") || strings.Contains(document, "/s/listen.")
		topic := strings.HasPrefix(name, "aide-") || strings.HasPrefix(name, "galerie-aide-")
		if reads && !topic {
			t.Errorf("%s can be read aloud", name)
		}
		if reads {
			topics++
		}
	}
	if topics < 15 {
		t.Errorf("only %d topics can be read aloud", topics)
	}
}
