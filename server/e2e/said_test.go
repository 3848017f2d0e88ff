package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// overhear notes in window.said what is read aloud of itself, in its order and with its time; in window.moments when the fingers last
// typed, a form was last sent, a refusal came and the shell was drawn; and in window.focused where the focus went, and with which error.
const overhear = `(() => {
	window.said = [];
	window.moments = {};
	const happens = name => { moments[name] ??= performance.now() };
	const regions = new Map();
	new MutationObserver(() => {
		if (document.querySelector("#messages .summary")) happens("refused");
		if (document.querySelector("#island[data-live]")) happens("drawn");
		for (const region of document.querySelectorAll("#island [aria-live], footer > [aria-live]")) {
			const text = region.textContent.replace(/\s+/g, " ");
			if (text && text !== regions.get(region)) said.push({text, politely: region.ariaLive === "polite" && !region.role, at: performance.now()});
			regions.set(region, text);
		}
	}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
	addEventListener("input", () => { moments.typed = performance.now() }, true);
	addEventListener("submit", () => { moments.sent = performance.now() }, true);
	addEventListener("focusin", e => {
		window.focused = {id: e.target.id, at: performance.now(), told: document.getElementById(e.target.id + "-dit")?.textContent ?? ""};
	}, true);
	return true;
})()`

func TestWhatAFieldHasToSayIsSaidOnceAfterARest(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.live("/connexion")
	get[bool](p, `(KeyboardEvent.prototype.getModifierState = key => key === "CapsLock", true)`)
	p.is(overhear)
	p.keys(nathalie)
	p.until(`said.length > 0`)
	p.is(`said[0].text.startsWith("Vous avez saisi") && said[0].politely && said[0].at - moments.typed > 800`)
	p.until(`document.querySelector("#island [aria-live]").textContent === ""`) // an old sentence is met by nobody

	// Whoever comes by the field again hears of it no more: the capitals, which come after, are the next to be heard.
	p.press(passwordField)
	p.press(identifierField)
	p.press(passwordField)
	p.keys("A")
	p.until(`said.length > 1`)
	p.is(`said[1].text.startsWith("Votre clavier écrit en majuscules") && said[1].politely && said[1].at - moments.typed > 800`)
}

func TestEachNoticeIsSaidOnceAndPolitely(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, begin := range notices {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, desktop)
			p.open("/aide")
			p.wake()
			p.is(overhear)
			get[bool](p, begin)
			p.until(`said.length > 0`)
			p.is(`said.length === 1 && said[0].politely && document.querySelector("` + island + `").textContent.replace(/\s+/g, " ").startsWith(said[0].text)`)
		})
	}
}

// A screen reader says nothing of a text that is there when its region comes, or a moment later.
func TestANoticeThatComesWithTheShellIsSaidALittleLater(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, gone := range map[string]string{
		"before": `Object.defineProperty(Navigator.prototype, "onLine", {get: () => false});`,
		"soon after": `new MutationObserver((_, o) => {
			if (document.querySelector("#island[data-live]")) { o.disconnect(); dispatchEvent(new Event("offline")); }
		}).observe(document, {subtree: true, childList: true, attributes: true});`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, desktop)
			p.prelude(gone + overhear)
			p.open("/aide")
			p.wake()
			p.until(`said.length > 0`)
			p.is(`said.length === 1 && said[0].text.startsWith("Pas de connexion à internet") && said[0].at - moments.drawn > 1500`)
		})
	}
}

// A screen reader hears late: of a field that has the focus by then it would read what was done to it before.
func TestTheFocusComesToAFieldOnceItSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.expect("status of 422")
	p.open("/connexion")
	p.is(overhear)
	p.press(submitButton)
	p.answered()
	p.is(`focused.id === "identifiant" && focused.told.startsWith("Erreur") && focused.at - moments.refused > 250`)
	p.is(`!document.querySelector("#messages [role=alert]")`) // it is heard with the field

	// Who stands in the wrong field hears the summary instead.
	p.key("\r", chromedp.ModifierNone)
	p.until(`document.querySelector("#messages [role=alert]") && document.activeElement === identifiant`)
}

// Whoever has gone on meanwhile is not called back.
func TestTheFocusIsNotTakenFromWhoGoesOn(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.expect("status of 422")
	p.open("/connexion")
	p.is(overhear)
	get[bool](p, `(new MutationObserver(() => document.querySelector("#messages .summary a").focus()).observe(identifiant, {attributeFilter: ["aria-invalid"]}), true)`)
	p.press(submitButton)
	p.until(`performance.now() - moments.refused > 700`)
	p.is(`document.activeElement.matches(".summary a")`)
}
