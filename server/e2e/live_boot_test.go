package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// offer is the browser's offer to install, as a test makes it.
const offer = `(() => {
	window.prompted = 0;
	const e = new Event("beforeinstallprompt", {cancelable: true});
	e.prompt = () => { window.prompted++ };
	window.dispatchEvent(e);
	return e.defaultPrevented;
})()`

// go-app asks the window for these. Each is looked at before and after it runs, since it replaces some by its own.
func TestEveryGlobalThatGoAppAsksForIsThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, global := range map[string]struct{ before, after string }{
		"goappGetenv": {
			before: `goappGetenv("GOAPP_INTERNAL_URLS") === "" && goappGetenv("HOME") === ""`,
			after:  `goappGetenv("GOAPP_ROOT_PREFIX") === ""`,
		},
		"goappOnUpdate": {
			before: `goappOnUpdate() === undefined && goappUpdatedBeforeWasmLoaded === true`,
			after:  `document.querySelector("#island").innerText.includes("Une nouvelle version")`,
		},
		"goappUpdatedBeforeWasmLoaded": {
			before: `window.goappUpdatedBeforeWasmLoaded === undefined`,
			after:  `goappOnUpdate() ?? true`,
		},
		"goappOnAppInstallChange": {
			before: `goappOnAppInstallChange() === undefined && goappAppInstallChangedBeforeWasmLoaded === true`,
			after:  `goappOnAppInstallChange() ?? true`,
		},
		"goappAppInstallChangedBeforeWasmLoaded": {
			before: `window.goappAppInstallChangedBeforeWasmLoaded === undefined && (` + offer + `) && goappAppInstallChangedBeforeWasmLoaded`,
			after:  `document.querySelector("#island").innerText.includes("installer Mon\u00a0Compte")`,
		},
		"goappIsAppInstallable": {
			before: `goappIsAppInstallable() === false && (` + offer + `) && goappIsAppInstallable() === true`,
			after:  `goappIsAppInstallable() === true`,
		},
		"goappShowInstallPrompt": {
			before: `(` + offer + `) && (goappShowInstallPrompt(), goappShowInstallPrompt(), prompted === 1)`,
			after:  `goappIsAppInstallable() === false`,
		},
		"goappIsAppleBrowser": {before: `goappIsAppleBrowser() === false`, after: `goappIsAppleBrowser() === false`},
		"goappTryUpdate": {
			before: `(ServiceWorkerRegistration.prototype.update = function () { window.updates = (window.updates ?? 0) + 1; return Promise.resolve() }, true)`,
			after:  `(goappTryUpdate(), updates >= 1)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, desktop)
			p.open("/")
			p.until(`navigator.serviceWorker.controller`) // boot.js knows the registration
			p.is(global.before)
			p.wake()
			p.until(global.after)
		})
	}
}

// wake starts the WASM as a key does that is pressed outside any form.
func (p *tab) wake() {
	p.t.Helper()
	p.key("a", chromedp.ModifierNone)
	p.awake()
}

func TestLinksAndBackBelongToTheBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.live("/connexion")
	p.is(`window.onclick === null && window.onresize === null`)
	if *htmxVersion == "4" { // htmx 2 listens there itself
		p.is(`window.onpopstate === null`)
	}
	get[bool](p, `window.here = true`)
	p.follow(func() { p.press(named("Où trouver mon numéro ?")) })
	p.reads("/aide/numero")
	p.is(`window.here === undefined`)
	p.back()
	p.at("/connexion", "Connexion à Mon Compte")

	// What a page had of its own is put back.
	q := openTab(t, s, desktop)
	call(q, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.onclick = window.onpopstate = window.onresize = function own() {}`})
	q.live("/connexion")
	q.is(`window.onclick.name === "own" && window.onresize.name === "own"`)
	if *htmxVersion == "4" {
		q.is(`window.onpopstate.name === "own"`)
	}
}

func TestAClickWithShiftOpensAWindowAndNothingElse(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.live("/connexion")
	get[bool](p, `(addEventListener("click", e => { window.swallowed = e.defaultPrevented; e.preventDefault() }), true)`)
	at := p.reach(named("Où trouver mon numéro ?"))
	p.do(chromedp.MouseClickXY(at.X, at.Y, chromedp.ButtonModifiers(chromedp.ModifierShift)))
	p.until(`window.swallowed === false`)
	p.at("/connexion", "Connexion à Mon Compte")
}

// FranceConnect is another origin, reached by a plain link. go-app would open a new tab and lose the way back.
func TestALinkToAnotherOriginStaysInTheTab(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.live("/connexion")
	elsewhere := strings.Replace(s.url, "127.0.0.1", "localhost", 1)
	get[bool](p, fmt.Sprintf(`(document.querySelector("h1").innerHTML = '<a href="%s/aide">Ailleurs</a>', window.open = () => { throw new Error("a new tab") }, true)`, elsewhere))
	p.follow(func() { p.press(named("Ailleurs")) })
	p.is(fmt.Sprintf("location.origin === %s", quote(elsewhere)))
	p.back() // to the page itself or to one that the browser kept, changed as it was
	p.is(`location.pathname === "/connexion"`)
}

func TestNothingIsStartedForWhoeverSavesDataOrHasAVerySlowLine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, line := range map[string]string{"Save-Data": "{saveData: true, effectiveType: '4g'}", "2G": "{effectiveType: '2g'}", "slow 2G": "{effectiveType: 'slow-2g'}"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, phone)
			call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
				Source: `Object.defineProperty(navigator, "connection", {value: ` + line + `})`})
			p.open("/connexion")
			p.fillIn(nathalie, password)
			time.Sleep(1500 * time.Millisecond) // more than the pause that it would start in
			p.is(`!performance.getEntriesByType("resource").some(r => /wasm|compile/.test(r.name))`)
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
		})
	}
}

func TestAPageThatNobodyFillsInFetchesNothing(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/connexion")
	p.until(`navigator.serviceWorker.controller`)
	time.Sleep(time.Second)
	p.is(`!performance.getEntriesByType("resource").some(r => /wasm|compile/.test(r.name))`)
}

func TestWithoutTheWASMEverythingWorks(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"/s/app.", "/s/wasm_exec.", "/s/compile."} {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			whole := s.serving()
			s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, missing) && !strings.HasSuffix(r.URL.Path, ".css") {
					http.NotFound(w, r)
					return
				}
				whole.ServeHTTP(w, r)
			}))
			p := openTab(t, s, desktop)
			p.expect("status of 404")
			p.expect("Refused to execute script") // the answer 404 is a text
			p.expect("status of 422")
			p.expect("status of 401")
			p.open("/connexion")
			p.fillIn("26905", "x")
			p.press(submitButton)
			p.until(`document.querySelector("#messages .summary")`)
			p.says("#identifiant-erreur", "Il manque 8 chiffres")
			p.write(identifierField, "49588157")
			p.press(passwordField)
			p.write(passwordField, "y")
			p.press(submitButton)
			p.until(`document.querySelector("#mot_de_passe-erreur .message")`)
			p.until(`mot_de_passe.value === ""`)
			p.write(passwordField, password)
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
			p.is(`!document.querySelector("#island[data-live]")`)
		})
	}
}

func TestTheiPhoneIsToldHowToInstall(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	call(p, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"})
	p.open("/")
	p.wake()
	p.until(`document.querySelector("` + island + `")`)
	p.says(island, "« Partager »")
	p.window("installer-iphone")
	p.press(named("Compris"))
	p.until(`!document.querySelector("` + island + `")`)
	p.open("/")
	p.wake()
	p.is(`!document.querySelector("` + island + `")`)
}

// The words stand where the command is: not in a browser inside another application, nor in another browser than Safari before iOS 16.4.
func TestInstallingByHandIsOfferedWhereItIsPossible(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const on, kit = "Mozilla/5.0 (iPhone; CPU iPhone OS ", " like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	for name, c := range map[string]struct {
		agent string
		can   bool
	}{
		"Safari 12":             {on + "12_5" + kit + "Version/12.1 Mobile/15E148 Safari/604.1", true},
		"Safari 18":             {on + "18_5" + kit + "Version/18.5 Mobile/15E148 Safari/604.1", true},
		"Chrome on iOS 16.3":    {on + "16_3" + kit + "CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1", false},
		"Chrome on iOS 16.4":    {on + "16_4" + kit + "CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1", true},
		"Firefox on iOS 17":     {on + "17_0" + kit + "FxiOS/125.0 Mobile/15E148 Safari/605.1.15", true},
		"Edge on iOS 15":        {on + "15_8" + kit + "Version/15.0 EdgiOS/120.0.2210.150 Mobile/15E148 Safari/604.1", false},
		"inside Facebook":       {on + "17_5" + kit + "Mobile/15E148 [FBAN/FBIOS;FBAV/470.0.0.38.103]", false},
		"inside Instagram":      {on + "17_5" + kit + "Mobile/15E148 Instagram 340.0.3.25.104", false},
		"inside Google":         {on + "17_5" + kit + "GSA/320.0.643281128 Mobile/15E148 Safari/604.1", false},
		"inside an application": {on + "17_5" + kit + "Mobile/15E148", false},
		"Android":               {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, phone)
			call(p, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: c.agent})
			p.open("/")
			p.until("window.goappIsAppleBrowser")
			p.is(fmt.Sprintf("goappIsAppleBrowser() === %t", c.can))
		})
	}
}

// The network that comes back is worth another try after a failure, and only one.
func TestTheWASMRunsOnceHoweverOftenTheNetworkGoesAndComes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	whole := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/s/wasm_exec.") {
			http.NotFound(w, r)
			return
		}
		whole.ServeHTTP(w, r)
	}))
	p := openTab(t, s, desktop)
	p.expect("status of 404")
	p.expect("Refused to execute script") // the answer 404 is a text
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.failures = window.runs = 0;
		addEventListener("error", e => { if (e.target.localName === "script") failures++ }, true);
		const instantiate = WebAssembly.instantiate;
		WebAssembly.instantiate = (...what) => { runs++; return instantiate(...what) };`})
	p.open("/connexion")
	get[bool](p, `(document.querySelector("main form input:not([readonly]):not([type=hidden])").focus(), true)`)
	p.until(`failures === 1`)
	s.become(whole)
	for range 3 {
		p.offline(true)
		p.until(`!navigator.onLine`)
		p.offline(false)
		p.until(`navigator.onLine`)
		p.awake()
		time.Sleep(time.Second) // more than the pause that it starts in
	}
	p.is(`failures === 1 && runs === 1`)
	p.is(`[...document.scripts].filter(script => /wasm_exec/.test(script.src)).length === 2`)
}
