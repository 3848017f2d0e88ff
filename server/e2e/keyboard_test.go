package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestTheSignInPageIsUsedWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	want := []string{"Aller au contenu", "Caf", "Mon Compte", "identifiant", "mot_de_passe", "Afficher le mot de passe", "Se connecter",
		"Mot de passe oublié ?", "Première connexion ?", "Où trouver mon numéro ?", "partage",
		"Aide", "Accessibilité : non conforme", "Données personnelles", "3230", "Site Caf"}
	onEach(t, keyboards(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		var got []string
		for range len(want) {
			p.key("\t", chromedp.ModifierNone)
			got = append(got, get[string](p, `document.activeElement.id || document.activeElement.innerText.replace(/\s+/g, " ").trim()`))
			p.seesFocus()
			if got[len(got)-1] == want[len(want)-1] {
				break
			}
		}
		want := slices.Clone(want)
		if with.noScript {
			want = slices.DeleteFunc(want, func(name string) bool { return name == "Afficher le mot de passe" })
		}
		if !slices.Equal(got, want) {
			t.Errorf("the Tab key visits\n%q, not\n%q", got, want)
		}
	})
}

func TestTheSkipLinkLeadsToTheContent(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/connexion")
	p.key("\t", chromedp.ModifierNone)
	p.key("\r", chromedp.ModifierNone)
	p.until(`document.activeElement.id === "contenu"`)
	p.key("\t", chromedp.ModifierNone)
	p.is(`document.activeElement.id === "identifiant"`)
}

func TestTheWholeWayNeedsNoMouse(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/")
	p.tabTo(css("header .account"))
	p.follow(func() { p.key("\r", chromedp.ModifierNone) })
	p.tabTo(identifierField)
	p.do(chromedp.KeyEvent(nathalie + "\t" + password))
	p.follow(func() { p.key("\r", chromedp.ModifierNone) })
	p.at("/mon-compte", headingAccount)
	p.tabTo(css("header .sign-out button"))
	p.follow(func() { p.key(" ", chromedp.ModifierNone) })
	p.at("/", headingOut)
}

// tabTo presses Tab until the element has the focus.
func (p *tab) tabTo(e element) {
	p.t.Helper()
	for range 20 {
		get[bool](p, `(window.e2eFocus = document.activeElement, true)`)
		for moved := false; !moved; { // as in press
			p.keys("\t")
			moved = p.turns(`document.activeElement !== window.e2eFocus`, 10*time.Second)
		}
		p.seesFocus()
		if get[bool](p, "document.activeElement === "+string(e)) {
			return
		}
	}
	p.t.Fatalf("Tab does not lead to %s", e)
}
