package e2e

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"moncompte/server/web"
	"moncompte/static/aide"
)

const headingOffline = "Pas de connexion à internet"

// promised evaluates an expression and waits for its promise.
func promised[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// equipped opens a tab on a page of the site whose service worker has everything and looks after the page.
func equipped(t *testing.T, s *site, with equipment, path string) *tab {
	t.Helper()
	p := openTab(t, s, with)
	p.expect("net::ERR_CONNECTION_REFUSED") // the tests cut the network
	p.open(path)
	p.equipped()
	return p
}

func (p *tab) equipped() {
	p.t.Helper()
	p.until(`navigator.serviceWorker.controller?.state === "activated"`)
}

// cached is the path and the query of everything in the storage of the site's caches.
func (p *tab) cached() []string {
	p.t.Helper()
	return promised[[]string](p, `(async () => {
		const found = [];
		for (const name of await caches.keys())
			for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname + new URL(request.url).search);
		return found;
	})()`)
}

// reads fails the test when the page is not that page of the help.
func (p *tab) reads(path string) {
	p.t.Helper()
	if got, heading := p.path(), p.text("h1"); got != path || heading == "" || heading == headingOffline {
		p.t.Errorf("the page is %s, %q, not %s", got, heading, path)
	}
}

// upgrade replaces the site by one of another version.
func (s *site) upgrade(change func(*web.Options)) {
	s.t.Helper()
	options := s.options
	change(&options)
	handler, err := web.New(options)
	check(s.t, err)
	s.handler = handler
}

// paths are the addresses of the pages that the worker keeps.
func (p *tab) kept() []string {
	p.t.Helper()
	var paths []string
	for _, key := range p.cached() {
		if path, _, isPage := strings.Cut(key, "?"); isPage {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

func TestTheWholeHelpReadsWithoutANetwork(t *testing.T) {
	t.Parallel()
	for _, with := range []equipment{phone, desktop} {
		t.Run(with.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			p := equipped(t, s, with, "/connexion")
			paths := p.kept()
			if len(paths) < 20 || !slices.Contains(paths, "/aide") || !slices.Contains(paths, "/hors-ligne") {
				t.Fatalf("kept: %v", paths)
			}
			policies := promised[[]string](p, `caches.open("moncompte-help").then(async cache => Promise.all((await cache.keys())
				.filter(request => request.url.includes("?"))
				.map(async request => (await cache.match(request)).headers.get("Content-Security-Policy"))))`)
			for _, policy := range policies {
				if !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") {
					t.Errorf("a page is kept under the policy %q", policy)
				}
			}
			online := map[string]string{}
			for _, path := range paths {
				p.open(path)
				online[path] = p.text("body")
			}
			s.stop()
			for _, path := range paths {
				p.open(path)
				if got := p.text("body"); got != online[path] || got == "" {
					t.Errorf("%s reads differently without a network: %q", path, got)
				}
				p.is(`getComputedStyle(document.querySelector(".bar")).backgroundColor === "rgb(11, 47, 107)"`)
			}
			p.open("/aide/recherche?q=code")
			p.at("/aide/recherche", "Aide") // the list: only the browser's own part can search it now
			p.is(`document.querySelectorAll("#resultats .help-group").length > 3`)
			p.open("/aide")
			p.follow(func() { p.press(css(".help-list a")) })
			if path := p.path(); !strings.HasPrefix(path, "/aide/") || p.text("h1") == headingOffline {
				t.Errorf("the list leads to %s, %q", path, p.text("h1"))
			}
		})
	}
}

func TestAnyOtherPageSaysThatThereIsNoNetworkAndComesBackWithIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, phone, "/")
	p.expect("status of 404")
	s.stop()
	for _, path := range []string{"/", "/connexion", "/mon-compte", "/mot-de-passe-oublie/code", "/nulle-part", "/aide/nulle-part"} {
		p.open(path)
		p.at(path, headingOffline)
		p.says("main", "Lire l’aide")
	}
	p.inspect("offline")
	p.picture("hors-ligne", "clair")
	p.emulate("prefers-color-scheme", "dark")
	p.inspect("offline in the dark")
	p.picture("hors-ligne", "sombre")

	p.follow(func() { p.press(named("Lire l’aide")) })
	p.at("/aide", "Aide")
	p.open("/connexion")
	p.follow(func() { p.press(named("Réessayer")) })
	p.at("/connexion", headingOffline)
	s.start()
	p.follow(func() { p.press(named("Réessayer")) })
	p.at("/connexion", headingLogin)
	p.signIn(nathalie)
}

func TestAReaderOnASlowNetworkIsNotKeptWaiting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, phone, "/")
	fast := s.handler
	var asked atomic.Int32
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-r.Context().Done() // never answers
	})
	p.open("/aide/numero")
	p.reads("/aide/numero")
	if asked.Load() == 0 {
		t.Error("the network was not asked")
	}
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	p.open("/aide/numero")
	p.reads("/aide/numero")
	s.handler = fast
}

func TestANewVersionWaitsForThePersonAndTheOpenPageGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := equipped(t, s, desktop, "/aide/numero")
	second := first.another()
	second.expect("net::ERR_CONNECTION_REFUSED")
	second.open("/connexion")
	second.equipped()
	second.write(identifierField, nathalie)

	before := first.cached()
	s.upgrade(func(o *web.Options) { o.Org.Phone = "3646" })
	const watch = `window.changes = 0; navigator.serviceWorker.addEventListener("controllerchange", () => changes++); true`
	get[bool](first, watch)
	get[bool](second, watch)
	promised[bool](first, `navigator.serviceWorker.ready.then(r => r.update()).then(() => true)`)
	promised[bool](first, waiting)
	for _, p := range []*tab{first, second} {
		p.is(`changes === 0 && navigator.serviceWorker.controller.state === "activated"`)
	}
	second.holds(identifierField, nathalie)
	// The old worker's pages are all still there.
	for _, key := range before {
		if !slices.Contains(first.cached(), key) {
			t.Errorf("%s has gone", key)
		}
	}

	promised[bool](first, `navigator.serviceWorker.ready.then(r => { r.waiting.postMessage({type: "activate"}); return true })`)
	for _, p := range []*tab{first, second} {
		p.until(`changes === 1 && navigator.serviceWorker.controller.state === "activated"`)
	}
	second.holds(identifierField, nathalie) // nothing was reloaded under the fingers
	pages := first.kept()
	if len(slices.Compact(slices.Clone(pages))) != len(pages) {
		t.Errorf("pages of two versions are kept: %v", pages)
	}
	s.stop()
	first.open("/aide/numero")
	first.says("footer", "3646")
}

// An update takes from the network only what changed: here the pages that say after how long a session ends.
func TestAnUpdateFetchesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	before := p.cached()
	s.upgrade(func(o *web.Options) {
		var err error
		o.Help, err = aide.Load(aide.Options{OrgName: o.Org.Name, Phone: o.Org.Phone, URL: o.Org.URL, Idle: 20 * time.Minute})
		check(t, err)
	})
	var fetched atomic.Int32
	next := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/sw.js" {
			fetched.Add(1)
		}
		if r.Header.Get("Cookie") != "" && r.URL.Path != "/sw.js" {
			t.Errorf("%s was fetched with a cookie", r.URL.Path)
		}
		next.ServeHTTP(w, r)
	})
	promised[bool](p, `(document.cookie = "who=me", navigator.serviceWorker.ready.then(r => r.update()).then(() => true))`)
	promised[bool](p, waiting)
	changed := 0
	for _, key := range p.cached() {
		if !slices.Contains(before, key) {
			changed++
		}
	}
	if changed == 0 || changed > 10 || int(fetched.Load()) != changed {
		t.Errorf("%d files were fetched for %d that changed", fetched.Load(), changed)
	}
}

// waiting is the promise that a new worker waits.
const waiting = `navigator.serviceWorker.ready.then(r => new Promise(done => {
	const look = () => r.waiting ? done(true) : setTimeout(look, 20);
	look();
}))`

func TestEvictedStorageFillsAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, phone, "/")
	before := p.kept()
	promised[bool](p, `caches.keys().then(names => Promise.all(names.map(name => caches.delete(name)))).then(() => true)`)
	p.open("/aide/numero")
	p.reads("/aide/numero")
	for attempt := 0; len(p.kept()) != len(before); attempt++ {
		if attempt > 1000 {
			t.Fatalf("%d of %d pages came back", len(p.kept()), len(before))
		}
	}
	s.stop()
	p.open("/aide/se-connecter")
	p.reads("/aide/se-connecter")
}

// Whatever a person does, no cache of the worker ever holds a page of a session, and Back does not bring one back.
func TestNothingOfASessionIsEverKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	before, pages := p.cached(), len(p.kept())
	p.signIn(nathalie)
	p.open("/mon-compte/securite")
	p.open("/aide")
	p.is(`document.querySelector(".sign-out button")`) // the network's page, not the kept one
	p.open("/aide/numero")
	p.is(`document.querySelector(".sign-out button")`)
	p.open("/mon-compte")
	p.at("/mon-compte", headingAccount)
	// Storage is emptied while somebody is signed in, and fills again without a cookie.
	promised[bool](p, `caches.keys().then(names => Promise.all(names.map(name => caches.delete(name)))).then(() => true)`)
	p.open("/aide")
	for attempt := 0; len(p.kept()) != pages && attempt < 1000; attempt++ {
	}
	p.open("/mon-compte")
	p.follow(func() { p.press(named("Déconnexion")) })
	p.at("/", headingHome)

	after := p.cached() // with what the WebAssembly asked to keep
	for _, key := range before {
		if !slices.Contains(after, key) {
			t.Errorf("%s has gone", key)
		}
	}
	for _, key := range after {
		if !slices.Contains(before, key) && !strings.HasPrefix(key, "/s/") {
			t.Errorf("%s came on top", key)
		}
	}
	for _, key := range after {
		if !strings.HasPrefix(key, "/aide") && !strings.HasPrefix(key, "/hors-ligne?") && !strings.HasPrefix(key, "/s/") {
			t.Errorf("%s is kept", key)
		}
	}
	personal := promised[[]string](p, `(async () => {
		const found = [];
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) {
				const text = await (await cache.match(request)).text();
				if (/action="\/deconnexion"|DURAND/.test(text)) found.push(request.url);
			}
		}
		return found;
	})()`)
	if len(personal) > 0 {
		t.Errorf("pages of a session are kept: %v", personal)
	}

	p.back()
	p.at("/connexion", headingLogin)
	s.stop()
	p.open("/mon-compte")
	p.at("/mon-compte", headingOffline)
	p.back()
	if p.text("h1") == headingAccount || strings.Contains(p.text("body"), "DURAND") {
		t.Error("Back shows a page of the session")
	}
}

func TestTheWorkerKeepsOnlyHashedFilesThatAPageAsksFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	p.expect("status of 404")
	before := p.cached()
	icon := s.options.Assets.URL("franceconnect.svg")
	tell := func(message string) {
		t.Helper()
		get[bool](p, `(navigator.serviceWorker.controller.postMessage(`+message+`), true)`)
	}
	tell(`{type: "keep", urls: "/s/"}`)
	tell(`null`)
	tell(`{type: "keep", urls: ["/mon-compte", "https://moncompte.example/s/x.js", "` + icon + `"]}`)
	for attempt := 0; !slices.Contains(p.cached(), icon); attempt++ {
		if attempt > 1000 {
			t.Fatalf("%s is not kept", icon)
		}
	}
	if after := p.cached(); len(after) != len(before)+1 {
		t.Errorf("kept: %v", after)
	}
}

// An answer that carries a code of FranceConnect passes through no script, and is asked for once.
func TestTheWorkerNeverTouchesTheRoutesOfFranceConnect(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	p.expect("status of 404")
	asked := map[string]*atomic.Int32{}
	paths := []string{"/franceconnect/connexion", "/franceconnect/retour", "/franceconnect/deconnecte", "/auth/verify", "/healthz", "/_dev/messages"}
	for _, path := range paths {
		asked[path] = new(atomic.Int32)
	}
	whole := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := asked[r.URL.Path]; n != nil {
			n.Add(1)
			if r.Header.Get("Service-Worker-Navigation-Preload") != "" {
				t.Errorf("%s was asked for in advance", r.URL.Path)
			}
		}
		whole.ServeHTTP(w, r)
	})
	p.expect("status of 401")
	for _, path := range paths {
		p.open(path + "?" + url.Values{"code": {"secret"}}.Encode())
		if n := asked[path].Load(); n != 1 {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	s.stop()
	for _, path := range paths {
		p.open(path)
		if text := p.text("body"); strings.Contains(text, "Réessayer") {
			t.Errorf("the worker answers for %s: %q", path, text)
		}
	}
}
