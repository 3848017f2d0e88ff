package e2e

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"

	"moncompte/app/words"
	"moncompte/components"
	"moncompte/components/gallery"
	"moncompte/server/portal"
)

// inspect is a function that returns what is wrong with the page: see inspect.js.
//
//go:embed testdata/inspect.js
var inspect string

// show is one page in one state.
type show struct {
	name string
	open func(p *tab)
}

// shows are the pages of the site, in the states in which people meet them.
var shows = []show{
	{"accueil", at("/")},
	{"connexion", at("/connexion")},
	{"connexion-champs-vides", func(p *tab) { p.open("/connexion"); p.refused(refusals[0]) }},
	{"connexion-refusee", func(p *tab) { p.open("/connexion"); p.refused(refusals[3]) }},
	{"connexion-trop-d-essais", func(p *tab) {
		p.open("/connexion")
		p.site.exhaust(nathalie)
		p.refused(refusals[4])
	}},
	{"aide", at("/aide")},
	{"mot-de-passe-oublie", at("/mot-de-passe-oublie")},
	{"aide-numero", at("/aide/numero")},
	{"aide-se-connecter", at("/aide/se-connecter")},
	{"aide-reponses", at("/aide/recherche?q=code+sms")},
	{"aide-aucune-reponse", at("/aide/recherche?q=zzzz")},
	{"aide-numero-tape", at("/aide/recherche?q=2690549588157")},
	{"hors-ligne", at("/hors-ligne")},
	{"page-inconnue", func(p *tab) { p.expect("status of 404"); p.open("/nulle-part") }},
	{"mon-compte", func(p *tab) { p.signIn(thiLan) }},
	{"mes-connexions", func(p *tab) { p.signIn(thiLan); p.open("/mon-compte/securite") }},
	{"changer-de-mot-de-passe", func(p *tab) { p.signIn(thiLan); p.open("/mon-compte/mot-de-passe") }},
	{"coordonnees", func(p *tab) { p.signIn(thiLan); p.open("/mon-compte/coordonnees") }},
	{"changer-de-mail", func(p *tab) { p.signIn(thiLan); p.open("/mon-compte/coordonnees?changer=email") }},
	{"deconnexion", func(p *tab) { p.signIn(thiLan); p.follow(func() { p.press(named("Déconnexion")) }) }},
}

func at(path string) func(p *tab) { return func(p *tab) { p.open(path) } }

func TestEveryPageCanBeReadAndTouched(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.signInEarlier(thiLan, time.Now().Add(-24*time.Hour))
	for _, with := range both {
		for _, show := range shows {
			t.Run(with.name+" "+show.name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, with)
				show.open(p)
				p.inspect(show.name)
				p.axe(show.name)
				p.picture(show.name, "clair")
				p.emulate("prefers-color-scheme", "dark")
				p.inspect(show.name + " in the dark")
				p.axe(show.name+" in the dark", "color-contrast")
				p.picture(show.name, "sombre")
				p.emulate("forced-colors", "active")
				p.inspect(show.name + " with forced colours")
				p.picture(show.name, "contraste")
				p.emulate("", "")
				p.resize(320, 568)
				p.inspect(show.name + " at 320 pixels")
				p.axe(show.name + " at 320 pixels")
				p.textSize(32)
				p.inspect(show.name + " at 320 pixels with text twice as large")
				p.textSize(16) // taking a picture would forget the size of text
				p.resize(160, 284)
				p.picture(show.name, "deux-fois")
				p.resize(320, 568)
				get[bool](p, spacious)
				p.inspect(show.name + " at 320 pixels with text set wide")
				p.resize(640, 320)
				p.inspect(show.name + " on a phone on its side, with text set wide")
				p.picture(show.name, "couche")
			})
		}
	}
}

// The gallery has the states that a test cannot bring about.
func TestEveryStateOfTheGalleryFitsASmallScreen(t *testing.T) {
	t.Parallel()
	with := phone
	with.width, with.height = 320, 568
	s := newSite(t)
	stories := gallery.Stories(components.Page{Words: words.French, Limits: portal.StandardLimits})
	const tabs = 3 // side by side, because there are many
	for n := range tabs {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, with)
			for i := n; i < len(stories); i += tabs {
				slug := stories[i].Slug()
				p.open("/_galerie?page=" + slug)
				p.inspect(slug)
				p.axe(slug)
				p.emulate("prefers-color-scheme", "dark")
				p.axe(slug+" in the dark", "color-contrast")
				p.emulate("", "")
				p.textSize(32)
				p.inspect(slug + " with text twice as large")
				p.textSize(16)
			}
		})
	}
}

func TestEveryTopicOfTheHelpFitsASmallScreen(t *testing.T) {
	t.Parallel()
	with := phone
	with.width, with.height = 320, 568
	p := openTab(t, newSite(t), with)
	p.open("/aide")
	topics := get[[]string](p, `[...document.querySelectorAll(".help-list a")].map(a => a.pathname)`)
	if len(topics) == 0 {
		t.Fatal("the help lists nothing")
	}
	for _, topic := range topics {
		p.open(topic)
		p.inspect(topic)
		p.axe(topic)
		p.textSize(32)
		p.inspect(topic + " with text twice as large")
		p.textSize(16)
	}
}

// A check that finds nothing must be able to find something.
func TestTheInspectionFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for fault, body := range map[string]string{
		"scrolls sideways":        `<p id="wide">Un mot</p>`,
		"is only 20 pixels high":  `<form><button class="low">Envoyer</button></form>`,
		"measures 10 × 10 pixels": `<button class="small">a</button><button class="small">b</button>`,
		"has a contrast of 1.6":   `<p class="pale">Un mot</p>`,
		"is cut off":              `<p class="cut">Un mot<br>et un autre</p>`,
		"lie on each other":       `<p>Un mot</p><p class="up">Un autre</p>`,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, newSite(t), phone)
			call(p, page.SetDocumentContent, page.SetDocumentContentParams{
				FrameID: call(p, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.ID,
				HTML: `<!DOCTYPE html><meta name="viewport" content="width=device-width"><style>#wide { width: 30em } .pale { color: #ccc } .cut { height: 1em; overflow: hidden } .up { margin-top: -2em }
					button { padding: 0; border: 0; background: #fff } .low { height: 20px; width: 90px } .small { height: 10px; width: 10px }</style>` + body,
			})
			defects := get[[]string](p, "("+inspect+")()")
			if len(defects) == 0 || !strings.Contains(defects[0], fault) {
				t.Errorf("found %q", defects)
			}
		})
	}
}

// inspect fails the test for everything that inspect.js finds.
func (p *tab) inspect(where string) {
	p.t.Helper()
	for _, defect := range get[[]string](p, "("+inspect+")()") {
		p.t.Errorf("%s: %s", where, defect)
	}
}

// textSize is the size of text that a person chose in the settings of the browser or the phone, in pixels; 16 is the usual one. Media
// queries follow it, as they follow a page zoom.
func (p *tab) textSize(pixels int64) {
	p.t.Helper()
	call(p, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: pixels}})
	p.until(fmt.Sprintf(`getComputedStyle(document.documentElement).fontSize === "%dpx"`, pixels))
}

// spacious sets text as far apart as a person may need it (WCAG 2.2, 1.4.12).
const spacious = `(() => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
	return true;
})()`

// emulate sets one media feature, or none for an empty name. Nothing moves meanwhile: a colour that fades is neither the
// old one nor the new one.
func (p *tab) emulate(feature, value string) {
	p.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}
	if feature != "" {
		features = append(features, &emulation.MediaFeature{Name: feature, Value: value})
	}
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
}

// picture writes the whole page into the directory of -screenshots.
func (p *tab) picture(name, scheme string) {
	p.t.Helper()
	if *screenshots == "" {
		return
	}
	screen := get[[]float64](p, "[innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]")
	shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: new(true),
		Clip:                  &page.Viewport{Width: screen[0], Height: screen[1], Scale: 1},
	})
	check(p.t, os.MkdirAll(*screenshots, 0o755))
	file := fmt.Sprintf("%s-%d-%s.png", name, p.with.width, scheme)
	check(p.t, os.WriteFile(filepath.Join(*screenshots, file), shot.Data, 0o644))
}
