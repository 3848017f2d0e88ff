package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"moncompte/server/web"
)

// offline tells the page that there is no network, or that it is back, as the browser does. It cuts nothing: for that a test
// stops the server.
func (p *tab) offline(cut bool) {
	p.t.Helper()
	call(p, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1})
}

func TestTheShellSaysThatThereIsNoNetworkAndHidesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.live("/connexion")
		p.write(identifierField, "26905")
		p.equipped()
		p.offline(true)
		p.until(`document.querySelector("` + island + `")`)
		p.says(island, "Pas de connexion à internet pour le moment. L’aide reste lisible.")
		p.until(`document.querySelector("#island [aria-live]").innerText.startsWith("Pas de connexion à internet")`)
		p.is(`document.body.firstElementChild.matches(".skip") && document.querySelector("footer").compareDocumentPosition(document.querySelector("#island")) === 4`)
		p.holds(identifierField, "26905")
		p.inspect("the offline notice")
		p.axe("the offline notice")
		p.window("hors-connexion")
		p.uncovered()

		p.offline(false)
		p.until(`document.querySelector("` + island + `").innerText.includes("Le réseau est revenu")`)
		p.until(`!document.querySelector("` + island + `")`)
		p.until(`getComputedStyle(document.body).marginBottom === "0px"`)
	})
}

// Without a service worker, as in some private windows, no page can be read offline; where one is refused, likewise.
func TestTheShellPromisesNoHelpThatIsNotKept(t *testing.T) {
	t.Parallel()
	for name, lacks := range map[string]string{
		"none":    `delete Navigator.prototype.serviceWorker`,
		"refused": `ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException("The operation is insecure.", "SecurityError"))`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, newSite(t), phone)
			p.prelude(lacks)
			p.live("/connexion")
			p.offline(true)
			p.until(`document.querySelector("` + island + `")`)
			p.says(island, "Pas de connexion à internet pour le moment.")
			p.is(`!document.querySelector("#island").textContent.includes("aide")`)
		})
	}
}

// uncovered goes through the page with the Tab key and fails the test when the focus is under the notice, wholly or in part.
func (p *tab) uncovered() {
	p.t.Helper()
	for range 20 {
		p.key("\t", chromedp.ModifierNone)
		if hidden := get[string](p, `(() => {
			const e = document.activeElement, box = document.querySelector("`+island+`").getBoundingClientRect();
			if (!e.closest("main, footer")) return "";
			const r = e.getBoundingClientRect();
			return r.bottom > box.top && r.right > box.left && r.left < box.right ? e.outerHTML : "";
		})()`); hidden != "" {
			p.t.Errorf("the notice covers %s", hidden)
		}
	}
	for _, e := range []element{identifierField, passwordField, submitButton} {
		p.reach(e)
	}
}

func TestInstallingIsOfferedWhereNobodyFillsInAForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		p.is(offer)
		p.live("/connexion")
		p.is(offer)
		time.Sleep(100 * time.Millisecond)
		p.is(`!document.querySelector("` + island + `")`)

		p.open("/")
		p.is(offer) // kept, long before the WASM runs
		p.wake()
		p.until(`document.querySelector("` + island + `")`)
		p.says(island, "Vous pouvez installer Mon Compte sur cet appareil.")
		p.inspect("the offer to install")
		p.axe("the offer to install")
		p.window("installer")
		p.press(named("Installer"))
		p.until(`prompted === 1 && !document.querySelector("` + island + `")`)

		p.is(offer)
		p.until(`document.querySelector("` + island + `")`)
		p.press(named("Non merci"))
		p.until(`!document.querySelector("` + island + `") && document.activeElement.id === "contenu"`)
		p.open("/")
		p.is(offer)
		p.wake()
		p.is(`!document.querySelector("` + island + `")`)
	})
}

func TestANewVersionIsOfferedAndNeverCostsWhatWasTyped(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t)
		p := equipped(t, s, with, "/connexion")
		p.live("/connexion")
		p.write(identifierField, "26905")
		s.upgrade(func(o *web.Options) { o.Org.Phone = "3646" })
		promised[bool](p, `navigator.serviceWorker.ready.then(r => r.update()).then(() => true)`)
		promised[bool](p, waiting)
		time.Sleep(200 * time.Millisecond)
		p.is(`!document.querySelector("` + island + `")`) // somebody is at the form

		p.press(css("h1"))
		p.is(`!document.querySelector("` + island + `")`) // and has left something in it
		p.holds(identifierField, "26905")

		p.open("/aide")
		p.until(`document.querySelector("` + island + `")`) // in the cache by now, so that it starts by itself
		p.says(island, "Une nouvelle version de Mon Compte est prête.")
		p.inspect("the new version")
		p.axe("the new version")
		p.window("nouvelle-version")
		p.press(named("Plus tard"))
		p.until(`!document.querySelector("` + island + `")`)
		p.is(`document.activeElement.id === "contenu"`) // not lost with its button
		p.open("/aide")
		p.until(`document.querySelector("` + island + `")`)
		p.follow(func() { p.press(named("Mettre à jour")) })
		p.says("footer", "3646")
		p.awake()
		p.is(`!document.querySelector("` + island + `")`)
	})
}

// The new version takes over in every tab at once, wherever it was accepted.
func TestTheNewVersionIsAcceptedInASecondTabToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := equipped(t, s, desktop, "/connexion")
	first.live("/connexion")
	second := first.another()
	second.live("/connexion")
	second.equipped()
	for _, p := range []*tab{first, second} {
		p.press(css("h1")) // nobody is at the form
	}
	s.upgrade(func(o *web.Options) { o.Org.Phone = "3646" })
	promised[bool](first, `navigator.serviceWorker.ready.then(r => r.update()).then(() => true)`)
	promised[bool](first, waiting)
	for _, p := range []*tab{first, second} {
		p.until(`document.querySelector("` + island + `")?.innerText.includes("Une nouvelle version")`)
	}
	first.follow(func() { first.press(named("Mettre à jour")) })
	promised[bool](second, `navigator.serviceWorker.ready.then(r => new Promise(done => {
		const look = () => r.waiting ? setTimeout(look, 20) : done(true);
		look();
	}))`)
	second.follow(func() { second.press(named("Mettre à jour")) })
	second.says("footer", "3646")
}

func TestNothingMovesWhenTheShellComesAndSpeaks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		const places = `JSON.stringify([...document.querySelectorAll("body *:not(#island, #island *)")].map(e => { const r = e.getBoundingClientRect(); return [e.tagName, r.x, r.y + scrollY, r.width, r.height] }))`
		const shifts = `(() => { window.moved = 0; new PerformanceObserver(l => l.getEntries().forEach(e => moved += e.value)).observe({type: "layout-shift", buffered: true}); return true })()`
		p.open("/connexion")
		p.until("window.htmx")
		before := get[string](p, places)
		get[bool](p, shifts)
		p.press(identifierField)
		p.awake()
		p.offline(true)
		p.until(`document.querySelector("` + island + `")`)
		if after := get[string](p, places); after != before {
			t.Errorf("something moved:\n%s\n%s", before, after)
		}
		p.write(identifierField, nathalie) // its echo has its line already
		p.says("#identifiant-erreur", "2 69 05 49 588 157")
		p.is("moved === 0")
		p.is(`document.querySelector(".echo.live").getBoundingClientRect().top - identifiant.getBoundingClientRect().bottom >= 8`) // clear of the focus ring
		p.window("echo")
	})
}

// window takes pictures of what is on the screen, light and dark, into the directory of -screenshots.
func (p *tab) window(name string) {
	p.t.Helper()
	if *screenshots == "" {
		return
	}
	for scheme, word := range map[string]string{"light": "clair", "dark": "sombre"} {
		p.emulate("prefers-color-scheme", scheme)
		shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{})
		check(p.t, os.MkdirAll(*screenshots, 0o755))
		check(p.t, os.WriteFile(filepath.Join(*screenshots, fmt.Sprintf("%s-%d-%s.png", name, p.with.width, word)), shot.Data, 0o644))
	}
	p.emulate("", "")
}
