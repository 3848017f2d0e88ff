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
	p.expectNoNetwork()
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

// kept are the addresses of the pages that the worker keeps.
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
	onEach(t, both, func(t *testing.T, with equipment) {
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
	p.axe("offline")
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
	fast := s.serving()
	var asked atomic.Int32
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-r.Context().Done() // never answers
	}))
	p.open("/aide/numero")
	p.reads("/aide/numero")
	if asked.Load() == 0 {
		t.Error("the network was not asked")
	}
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	p.open("/aide/numero")
	p.reads("/aide/numero")
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2500 * time.Millisecond) // longer than a reader is kept waiting
		fast.ServeHTTP(w, r)
	}))
	p.open("/aide/recherche?q=carte+vitale") // which no copy can answer
	p.says("#nombre", "réponse")
	s.become(fast)
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
	whole := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := asked[r.URL.Path]; n != nil {
			n.Add(1)
			if r.Header.Get("Service-Worker-Navigation-Preload") != "" {
				t.Errorf("%s was asked for in advance", r.URL.Path)
			}
		}
		whole.ServeHTTP(w, r)
	}))
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
