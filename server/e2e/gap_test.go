package e2e

import (
	"fmt"
	"slices"
	"testing"
)

// withoutGap makes the page's styles those of a browser whose flex boxes know no `gap`, and returns the selectors that had one.
const withoutGap = `(() => {
	const had = new Set();
	const strip = (rules) => [...rules].forEach((rule) => {
		if (rule.cssRules && rule.media) strip(rule.cssRules);
		if (!rule.style || !rule.style.columnGap) return;
		rule.selectorText.split(/, */).forEach((selector) => had.add(selector));
		rule.style.removeProperty("gap");
	});
	for (const sheet of document.styleSheets) {
		const old = [...sheet.cssRules].filter((rule) => rule instanceof CSSSupportsRule && /^not \(inset: ?0(px)?\)$/.test(rule.conditionText));
		strip(sheet.cssRules);
		old.forEach((rule) => [...rule.cssRules].forEach((inner) => sheet.insertRule(inner.cssText, sheet.cssRules.length)));
	}
	return [...had];
})()`

// apart measures how far the neighbours in each flex box are apart, by the larger of the two directions.
const apart = `(() => window.e2eBoxes.map((box) => {
	const children = [...box.children].map((child) => child.getClientRects()[0]).filter((r) => r && r.width > 1);
	return children.slice(1).map((b, i) => Math.max(b.left - children[i].right, b.top - children[i].bottom));
}))()`

// Before Chrome 84 and Safari 14.1 margins hold apart what gaps do today.
func TestWhereFlexBoxesKnowNoGapNothingTouches(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var had, met []string
	for _, path := range []string{"/", "/connexion", "/aide", "/aide/numero", "/_galerie?page=coordonnees-aucune",
		"/mot-de-passe-oublie", "/_galerie?page=connexion-avec-franceconnect", "/_galerie?page=mon-compte-trois-demarches", "/_galerie?page=mon-compte-connexion-suivante",
		"/_galerie?page=mes-connexions-cle-d-acces-ajoutee", "/_galerie?page=cles-d-acces-preuve-par-une-autre-connexion", "/_galerie?page=connexion-refusee-numero-fiscal-peut-etre",
		"/_galerie?page=changer-de-mot-de-passe-nouveau-trop-faible"} {
		for _, with := range both {
			p := openTab(t, s, with)
			p.open(path)
			get[bool](p, `(document.querySelectorAll("[data-listen], [data-listen] [hidden]").forEach(e => { e.hidden = false }), true)`) // as with a voice
			get[int](p, `(window.e2eBoxes = [...document.querySelectorAll("body *")].filter(e => /flex/.test(getComputedStyle(e).display) && getComputedStyle(e).columnGap !== "normal" && e.checkVisibility())).length`)
			before := get[[][]float64](p, apart)
			now := get[[]string](p, withoutGap)
			had = append(had, now...)
			after := get[[][]float64](p, apart)
			for i := range before {
				for j := range before[i] {
					if before[i][j] >= 0 && after[i][j] < before[i][j]-4.5 {
						t.Errorf("%s, %s: %s: %.1f pixels apart, not %.1f", with.name, path,
							get[string](p, fmt.Sprintf("e2eBoxes[%d].className + ' ' + e2eBoxes[%d].localName + ' ' + e2eBoxes[%d].parentNode.localName", i, i, i)), after[i][j], before[i][j])
					}
				}
			}
			for _, selector := range now {
				if get[bool](p, fmt.Sprintf("e2eBoxes.some(box => box.matches(%s))", quote(selector))) {
					met = append(met, selector)
				}
			}
			p.inspect(path + " without gap")
		}
	}
	slices.Sort(had)
	for _, selector := range slices.Compact(had) {
		if !slices.Contains(met, selector) && selector != ".shell" { // which the WASM shows, in no browser as old
			t.Errorf("%s was on no page that was looked at", selector)
		}
	}
}
