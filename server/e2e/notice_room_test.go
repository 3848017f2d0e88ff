package e2e

import "testing"

// notices are what the shell shows at the foot of the window, by what brings each about.
var notices = map[string]string{
	"installing":    offer,
	"a new version": `(goappOnUpdate(), true)`,
	"no network":    `(dispatchEvent(new Event("offline")), true)`,
}

// As much room as a notice takes is kept below the page, however large it is: nothing that has the focus lies under it, and the last
// link is reached (WCAG 2.2, 1.4.4, 1.4.10, 1.4.12 and 2.4.11).
func TestNoNoticeHidesAnythingAtAnySize(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for size, with := range map[string]struct {
		equipment
		text   int64 // pixels
		spaced bool
	}{
		"text of 130 %":           {equipment{width: 320, height: 640}, 21, false},
		"text of 200 %":           {equipment{width: 320, height: 640}, 32, false},
		"a magnification of 400%": {equipment{width: 320, height: 256}, 16, false},
		"text set apart":          {equipment{width: 360, height: 640}, 16, true},
	} {
		for name, begin := range notices {
			t.Run(size+", "+name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, with.equipment)
				p.textSize(with.text)
				p.open("/aide")
				if with.spaced {
					get[bool](p, spacious)
				}
				p.wake()
				get[bool](p, begin)
				p.until(`document.querySelector("` + island + `")`)
				p.until(`parseFloat(getComputedStyle(document.body).marginBottom) >= document.querySelector("#island").offsetHeight`)
				p.is(`document.querySelector("#island").offsetHeight <= innerHeight / 2 + 1`)
				p.inspect(size)
				p.walk(size)
				p.is(`(() => {
					scrollTo(0, document.documentElement.scrollHeight);
					const last = [...document.querySelectorAll("footer a")].pop();
					return last.getBoundingClientRect().bottom <= document.querySelector("#island").getBoundingClientRect().top;
				})()`)
			})
		}
	}
}

// The room that the shell needs is no colour: messages of attention look the same while it runs.
func TestTheShellLeavesTheColours(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.open("/_galerie?page=connexion-refusee-numero-fiscal-peut-etre")
	const colours = `[...document.querySelectorAll(".note, .ribbon")].map(e => getComputedStyle(e).color).join(" and ")`
	before := get[string](p, colours)
	p.wake()
	get[bool](p, notices["no network"])
	p.until(`document.querySelector("` + island + `")`)
	p.until(`parseFloat(getComputedStyle(document.body).marginBottom) > 0`)
	if after := get[string](p, colours); before == "" || after != before {
		t.Errorf("%s become %s", before, after)
	}
}
