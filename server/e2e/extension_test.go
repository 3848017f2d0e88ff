package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
)

// prelude runs a script in every page of the tab before anything else does, as an extension or another browser would have it.
func (p *tab) prelude(script string) {
	p.t.Helper()
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// Extensions put nodes of theirs into every page, some of them first. The part in WebAssembly replaces its own box and nothing else.
func TestNodesOfAnExtensionOutliveTheWASM(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, insert := range map[string]string{
		"first in the body":        `document.body.insertAdjacentHTML("afterbegin", '<div id="stranger">e</div>')`,
		"several, and a text":      `document.body.insertAdjacentHTML("afterbegin", 'text<i></i><b></b><div id="stranger">e</div>')`,
		"with a shadow tree":       `document.body.insertAdjacentHTML("afterbegin", '<x-y id="stranger">e</x-y>'), stranger.attachShadow({mode: "open"})`,
		"between the box and page": `island.insertAdjacentHTML("afterend", '<div id="stranger">e</div>')`,
		"first at every change": `document.body.insertAdjacentHTML("afterbegin", '<div id="stranger">e</div>'),
			new MutationObserver(() => document.body.firstChild === stranger || document.body.prepend(stranger)).observe(document.body, {childList: true})`,
		"around every text, as a translator": `document.body.insertAdjacentHTML("beforeend", '<div id="stranger">e</div>');
			const wrap = () => {
				const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
				while (texts.nextNode()) if (texts.currentNode.data.trim() && !texts.currentNode.parentNode.closest("font, script, style")) found.push(texts.currentNode);
				for (const text of found) {
					const outer = document.createElement("font"), inner = outer.appendChild(document.createElement("font"));
					text.replaceWith(outer);
					inner.append(text.data);
				}
			};
			wrap();
			new MutationObserver(wrap).observe(document.body, {childList: true, subtree: true, characterData: true})`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, desktop)
			p.prelude(`addEventListener("DOMContentLoaded", () => { ` + insert + ` })`)
			p.live("/connexion")
			p.is(`document.querySelectorAll("#stranger").length === 1 && stranger.textContent === "e" && stranger.isConnected`)
			p.is(`document.querySelectorAll("#island").length === 1 && island.parentNode === document.body`)
			p.is(`document.querySelector("main h1") && document.querySelector("header.bar")`)
			p.write(identifierField, "26905495881")
			p.press(passwordField)
			p.until(`document.querySelector("#island [aria-live]").textContent.includes("Il manque 2\u00a0chiffres")`)
			p.write(identifierField, "57")
			p.fillIn("", password)
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
		})
	}
}

// An extension may take our box away: then there is no place for the shell, and the page is complete without.
func TestWithoutItsBoxTheWASMDoesNotRun(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.prelude(`addEventListener("DOMContentLoaded", () => island.remove());
		window.runs = 0;
		const instantiate = WebAssembly.instantiate;
		WebAssembly.instantiate = (...what) => instantiate(...what).finally(() => setTimeout(() => runs++, 1000))`)
	p.open("/connexion")
	p.fillIn(nathalie, password)
	p.until(`runs === 1`)
	p.is(`document.querySelector("body > .skip") && document.querySelector("header.bar") && !document.querySelector("#island")`)
	p.follow(func() { p.press(submitButton) })
	p.at("/mon-compte", headingAccount)
}
