package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// stop is where the Tab key has led.
type stop struct {
	Name                     string // the id of a field, the words of anything else
	Body                     bool   // the page is left
	Skip                     bool   // the link over the bar, which has a place of its own
	Top, Bottom, Left, Right float64
	Ring, Seen, Free         bool
}

// here describes what has the focus, in coordinates of the page. The ring may be the element's own or that of the box it fills, two
// pixels wide at least (WCAG 2.2, 2.4.7 and 2.4.13); Free says that nothing lies over it (2.4.11).
const here = `(e => {
	const r = e.getBoundingClientRect();
	const free = [...e.getClientRects()].some(({ x, y, width, height }) => { // a link may run over several lines
		const hit = document.elementFromPoint(x + width / 2, y + height / 2);
		return hit !== null && (e.contains(hit) || hit.closest("label")?.control === e);
	});
	return {
		Name: e.id && e.localName !== "a" ? e.id : e.innerText.replace(/\s+/g, " ").trim(),
		Body: e === document.body || e === document.documentElement,
		Skip: e.matches(".skip"),
		Top: r.top + scrollY, Bottom: r.bottom + scrollY, Left: r.left, Right: r.right,
		Ring: [getComputedStyle(e), getComputedStyle(e, "::after")].some(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2),
		Seen: r.width > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
		Free: free,
	};
})(document.activeElement)`

// fault says why a person could not see where they are, "" when they can.
func (s stop) fault() string {
	if s.Seen && s.Ring && s.Free {
		return ""
	}
	return fmt.Sprintf("the focus on %q cannot be seen: on the screen %t, ring %t, nothing over it %t", s.Name, s.Seen, s.Ring, s.Free)
}

// seesFocus fails the test when what has the focus is not on the screen, has no ring, or lies under something.
func (p *tab) seesFocus() stop {
	p.t.Helper()
	at := get[stop](p, here)
	if fault := at.fault(); fault != "" {
		p.t.Errorf("%s: %s", p.path(), fault)
	}
	return at
}

// walk presses Tab from the top of the page until it is left, and returns the stops. It fails the test for each fault on the way.
func (p *tab) walk(where string) []stop {
	p.t.Helper()
	stops, faults := p.walkFinds()
	for _, fault := range faults {
		p.t.Errorf("%s: %s", where, fault)
	}
	return stops
}

// walkFinds returns the stops too, and what is wrong: a focus that is not seen, something that is never reached or twice, that cannot be
// left, or that is out of the order in which one reads.
func (p *tab) walkFinds() (stops []stop, faults []string) {
	p.t.Helper()
	want := get[int](p, `(() => {
		document.body.tabIndex = -1; // the walk begins here, wherever the focus was
		document.body.focus();
		document.body.removeAttribute("tabindex");
		window.scrollTo(0, 0);
		const groups = new Set();
		return [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")].filter(e => {
			if (!e.checkVisibility() || e.tabIndex < 0 || groups.has(e.name)) return false;
			if (e.type === "radio") groups.add(e.name); // the arrows lead to the others
			return true;
		}).length;
	})()`)
	for range want + 2 {
		p.key("\t", chromedp.ModifierNone)
		at := get[stop](p, here)
		if at.Body || len(stops) > 0 && at.Skip {
			break
		}
		if fault := at.fault(); fault != "" {
			faults = append(faults, fault)
		}
		if n := len(stops); n > 0 && !stops[n-1].Skip && at.precedes(stops[n-1]) {
			faults = append(faults, fmt.Sprintf("Tab leads back from %q to %q", stops[n-1].Name, at.Name))
		}
		stops = append(stops, at)
	}
	if len(stops) != want {
		faults = append(faults, fmt.Sprintf("Tab visits %d of %d: %s", len(stops), want, names(stops)))
	}
	return stops, faults
}

// precedes tells whether a reader meets this stop before the other: above it, or to the left of it in one row.
func (s stop) precedes(other stop) bool {
	sameRow := s.Top < (other.Top+other.Bottom)/2 && other.Top < (s.Top+s.Bottom)/2
	return s.Bottom <= other.Top || sameRow && s.Left < other.Left
}

func names(stops []stop) string {
	all := make([]string, len(stops))
	for i, s := range stops {
		all[i] = fmt.Sprintf("%q", s.Name)
	}
	return strings.Join(all, " ")
}

// Beside a desktop, a window as it is at a magnification of 400 % (WCAG 2.2, 1.4.10).
func TestEveryPageIsWalkedThroughWithTheTabKey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.signInEarlier(thiLan, time.Now().Add(-24*time.Hour))
	magnified := equipment{name: "magnified", width: 320, height: 256}
	for _, with := range []equipment{desktop, magnified} {
		for _, show := range shows {
			t.Run(with.name+" "+show.name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, with)
				show.open(p)
				if stops := p.walk(show.name); len(stops) == 0 || !stops[0].Skip {
					t.Errorf("the first stop is not the link to the content: %s", names(stops))
				}
			})
		}
	}
}

func TestEveryFormOfTheGalleryIsWalkedThroughWithTheTabKey(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	for _, slug := range []string{"connexion-avec-franceconnect", "connexion-trop-d-essais-une-minute", "code-faux", "franceconnect-relier-refusee",
		"deuxieme-etape-faux-appareil-a-retenir", "deuxieme-etape-ordinateur-partage", "mes-connexions-essais-refuses-page-au-milieu",
		"mes-connexions-franceconnect-a-delier-par-un-code", "coordonnees-les-deux", "coordonnees-code-faux", "confirmer-les-deux",
		"confirmer-code-faux", "cles-d-acces-trois", "ce-n-etait-pas-moi-simple"} {
		p.open("/_galerie?page=" + slug)
		p.walk(slug)
	}
}

func TestTheWayBackIsTheSame(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/connexion")
	forth := p.walk("/connexion")
	var back []stop
	for range forth {
		p.key("\t", chromedp.ModifierShift)
		back = append(back, p.seesFocus())
	}
	slices.Reverse(back)
	if names(forth) != names(back) {
		t.Errorf("Tab visits %s, and backwards %s", names(forth), names(back))
	}
}

// A check that finds nothing must be able to find something.
func TestTheWalkFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for fault, style := range map[string]string{
		"nothing over it false": `document.querySelector(".bar").style = "position: fixed; top: 0; left: 0; right: 0; height: 100%; z-index: 2"`,
		"ring false":            `document.querySelectorAll("a, button, input").forEach(e => e.style = "outline: none")`,
		"on the screen false":   `document.querySelector("#mot_de_passe").style = "position: fixed; left: -9000px"`,
		"Tab leads back":        `document.querySelector("footer").style = "position: absolute; top: 0; z-index: 2"`,
		"Tab visits":            `document.querySelector("#mot_de_passe").addEventListener("keydown", e => e.key === "Tab" && e.preventDefault())`,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, newSite(t), desktop)
			p.open("/connexion")
			get[string](p, style+`, ""`)
			if _, faults := p.walkFinds(); !strings.Contains(strings.Join(faults, "\n"), fault) {
				t.Errorf("found %q", faults)
			}
		})
	}
}
