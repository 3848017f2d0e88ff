package e2e

import (
	"fmt"
	"testing"

	"moncompte/server/web"
)

// smallPhone is the smallest screen on which nobody should have to look for the form.
var smallPhone = equipment{name: "small phone", width: 360, height: 640, phone: true}

// offering is the site with FranceConnect and without the ribbon of dev mode, for a body of that name.
func offering(name string) func(*site, *web.Options) {
	return func(_ *site, o *web.Options) {
		o.Dev = false
		o.Org.Name = name
		o.FranceConnect = &web.FranceConnect{}
	}
}

// onScreen fails the test for each element of which a part is not on the screen.
func (p *tab) onScreen(selectors ...string) {
	p.t.Helper()
	for _, s := range selectors {
		box := get[[]float64](p, fmt.Sprintf(`(b => [b.top, b.bottom, b.left, b.right, innerHeight, innerWidth])(document.querySelector(%q).getBoundingClientRect())`, s))
		if box[0] < 0 || box[1] >= box[4]+1 || box[2] < 0 || box[3] > box[5] {
			p.t.Errorf("%s: %s lies from %.1f to %.1f on a screen of %.0f", p.with.name, s, box[0], box[1], box[4])
		}
	}
}

// inOrder fails the test when an element does not stand wholly below the one before it.
func (p *tab) inOrder(selectors ...string) {
	p.t.Helper()
	for i, s := range selectors[1:] {
		p.is(fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().bottom <= document.querySelector(%q).getBoundingClientRect().top`, selectors[i], s))
	}
}

func TestTheFirstScreenHoldsTheWholeWayIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, offering("Caf"))
	laptop := equipment{name: "laptop", width: 1366, height: 768}
	plain := smallPhone
	plain.noScript = true
	onEach(t, []equipment{smallPhone, plain, laptop}, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		p.onScreen("h1", ".fr-connect", "label[for=identifiant]", "#identifiant", "#mot_de_passe", "main form > .button")
		p.inOrder("h1", ".fr-connect", ".or", "#identifiant", "#mot_de_passe", "main form > .button")
		if with.width == laptop.width {
			p.onScreen(".links")
		}
	})
}

func TestARefusedTryShowsWhatToMend(t *testing.T) {
	t.Parallel()
	s := newSite(t, offering("Caf"))
	for _, noScript := range []bool{false, true} {
		for _, r := range []struct {
			refusal
			wrong string
		}{
			{refusals[1], "mot_de_passe"}, {refusals[2], "identifiant"}, {refusals[3], "mot_de_passe"},
		} {
			t.Run(fmt.Sprint(r.name, noScript), func(t *testing.T) {
				t.Parallel()
				with := smallPhone
				with.noScript = noScript
				p := openTab(t, s, with)
				p.open("/connexion")
				p.refused(r.refusal)
				p.until(fmt.Sprintf("document.activeElement.id === %q", r.wrong))
				p.onScreen("label[for=identifiant]", "#identifiant", "#mot_de_passe", "main form > .button")
				p.inOrder("h1", "#messages .summary", "#identifiant", "#mot_de_passe", "main form > .button", ".or", ".fr-connect")
				p.is(`document.querySelector("#messages").nextElementSibling === identifiant.form`)
			})
		}
	}
}

func TestTheBarIsOneLineWhateverTheName(t *testing.T) {
	t.Parallel()
	with := equipment{name: "narrow", width: 320, height: 568, phone: true}
	p := openTab(t, newSite(t, offering("Caisse d’allocations familiales"), func(_ *site, o *web.Options) { o.FranceConnect = nil }), with)
	p.signIn(nathalie)
	p.is(`document.querySelector(".bar").getBoundingClientRect().height <= 60`)
	p.onScreen(".bar .org", ".bar .account", ".bar .sign-out button")
	p.is(`document.querySelector(".bar .org").getBoundingClientRect().right <= document.querySelector(".bar .account").getBoundingClientRect().left`)
	p.is(`document.querySelector(".bar .org").innerText === "Caisse d’allocations familiales"`)
}

func TestABusyButtonHasItsRingAlsoWhereNoMotionIsWanted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for motion, turns := range map[string]string{"no-preference": "turn", "reduce": "none"} {
		t.Run(motion, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, desktop)
			p.emulate("prefers-reduced-motion", motion)
			p.open("/connexion")
			get[bool](p, "("+string(submitButton)+`.setAttribute("aria-disabled", "true"), true)`)
			ring := fmt.Sprintf(`getComputedStyle(%s, "::before")`, submitButton)
			p.until(ring + `.borderTopStyle === "solid" && parseFloat(` + ring + `.width) > 10`)
			p.is(fmt.Sprintf(`%s.animationName === %q`, ring, turns))
		})
	}
}
