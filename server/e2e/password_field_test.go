package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestThePasswordCanBeShownAndIsHiddenAgainWhenSent(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t) // of its own: it holds answers back
		p := openTab(t, s, with)
		p.open("/connexion")
		p.fillIn(nathalie, password)
		p.is(`mot_de_passe.type === "password"`)
		p.press(revealButton)
		p.is(`mot_de_passe.type === "text"`)
		p.hears(`button "Afficher le mot de passe", pressed`)
		p.emulate("forced-colors", "active") // where the ground is the only sign of it
		ground := `getComputedStyle(` + string(revealButton) + `).backgroundColor`
		pressed := get[string](p, ground)
		p.emulate("", "")
		p.press(revealButton)
		p.is(`mot_de_passe.type === "password"`)
		p.hears(`button "Afficher le mot de passe"`)
		p.emulate("forced-colors", "active")
		p.is(fmt.Sprintf("%s !== %q", ground, pressed))
		p.emulate("", "")

		p.press(revealButton)
		wait, release := s.hold()
		p.press(submitButton)
		wait()
		p.is(`mot_de_passe.type === "password"`)
		p.follow(release)
		p.at("/mon-compte", headingAccount)
	})
}

func TestWithoutScriptsNoButtonPromisesToShowThePassword(t *testing.T) {
	t.Parallel()
	with := phone
	with.noScript = true
	p := openTab(t, newSite(t), with)
	p.open("/connexion")
	p.is(string(revealButton) + " && !" + string(revealButton) + ".checkVisibility()")
}

// It does not run beside others: the machine has one clipboard.
func TestBothFieldsAcceptAPaste(t *testing.T) {
	s := newSite(t)
	for _, with := range everyEquipment()[1:] {
		if with.phone {
			continue
		}
		t.Run(with.name, func(t *testing.T) {
			p := openTab(t, s, with)
			p.open("/connexion")
			p.write(identifierField, password)
			p.key("a", chromedp.ModifierCtrl, "selectAll")
			p.key("x", chromedp.ModifierCtrl, "cut")
			p.holds(identifierField, "")
			p.press(passwordField)
			p.key("v", chromedp.ModifierCtrl, "paste")
			p.holds(passwordField, password)

			const long = "2 69 05 49 588 157 80 (carte de Nathalie)"
			p.write(identifierField, long)
			p.key("a", chromedp.ModifierCtrl, "selectAll")
			p.key("x", chromedp.ModifierCtrl, "cut")
			p.key("v", chromedp.ModifierCtrl, "paste")
			p.holds(identifierField, long)
		})
	}
}
