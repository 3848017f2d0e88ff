package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// watchDescription notes in window.changed each description that a field has, other than the one on arrival, from here on.
const watchDescription = `(() => {
	const field = document.activeElement;
	const described = () => field.getAttribute("aria-describedby").split(" ").map(id => document.getElementById(id).textContent).join(" ");
	const first = described();
	window.changed = [];
	if (window.watching) watching.disconnect();
	window.watching = new MutationObserver(() => {
		if (described() !== first) changed.push(described());
	});
	watching.observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });
	return true;
})()`

// A screen reader says a whole description again when it changes: what there is to say of a field that one is in is said beside it.
func TestWhatDescribesAFieldDoesNotChangeWhileTheFocusIsInIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.live("/connexion")
		p.is(watchDescription)
		p.keys("269O549588157")
		p.until(`document.querySelector("#identifiant-erreur .message")`)
		p.is(`changed.length === 0`)
		p.key("\r", chromedp.ModifierNone) // refused, with the focus still there
		p.answered()
		p.is(`document.activeElement === identifiant && changed.length === 0`)
		p.press(passwordField)
		p.until(`document.getElementById("identifiant-dit").textContent.includes("lettre")`)

		p.press(identifierField)
		p.is(watchDescription)
		get[bool](p, `(identifiant.value = "", true)`)
		p.keys(nathalie)
		p.until(`!document.querySelector("#identifiant-erreur .message")`)
		p.is(`changed.length === 0`) // what was wrong is not unsaid from under the fingers either
	})
}
