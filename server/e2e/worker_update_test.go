package e2e

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"moncompte/server/portal"
	"moncompte/server/web"
	"moncompte/static/aide"
)

// upgrade replaces the site by one of another version.
func (s *site) upgrade(change func(*web.Options)) {
	s.t.Helper()
	options := s.options
	change(&options)
	handler, err := web.New(options)
	check(s.t, err)
	s.become(handler)
}

func TestANewVersionWaitsForThePersonAndTheOpenPageGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := equipped(t, s, desktop, "/aide/numero")
	second := first.another()
	second.expectNoNetwork()
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

// A new version may have been found before the page knows of the registration: the event is over by then.
func TestANewVersionThatIsBeingInstalledAlreadyIsAnnounced(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	s.upgrade(func(o *web.Options) { o.Org.Phone = "3646" })
	next, release := s.serving(), make(chan struct{})
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/hors-ligne/") {
			<-release
		}
		next.ServeHTTP(w, r)
	}))
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const register = ServiceWorkerContainer.prototype.register;
		ServiceWorkerContainer.prototype.register = async function (...how) {
			const r = await register.apply(this, how);
			await new Promise(found => { r.addEventListener("updatefound", found); r.update() });
			setTimeout(() => { window.late = true });
			return r;
		}`})
	p.open("/")
	p.until(`window.late`)
	p.is(`window.goappUpdatedBeforeWasmLoaded === undefined`)
	close(release)
	promised[bool](p, waiting)
	p.until(`window.goappUpdatedBeforeWasmLoaded`)
}

// An update takes from the network only what changed: here the pages that say after how long a session ends.
func TestAnUpdateFetchesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := equipped(t, s, desktop, "/")
	before := p.cached()
	s.upgrade(func(o *web.Options) {
		var err error
		changed := portal.StandardLimits
		changed.Idle = 20 * time.Minute
		o.Help, err = aide.Load(aide.Options{OrgName: o.Org.Name, Phone: o.Org.Phone, URL: o.Org.URL, Limits: changed})
		check(t, err)
	})
	var fetched atomic.Int32
	next := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/sw.js" {
			fetched.Add(1)
		}
		if r.Header.Get("Cookie") != "" && r.URL.Path != "/sw.js" {
			t.Errorf("%s was fetched with a cookie", r.URL.Path)
		}
		next.ServeHTTP(w, r)
	}))
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

// What is not what was announced is refused whole, and the next page tries again.
func TestAnInstallationThatGoesWrongKeepsNothingWrongAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	for fault, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"a failure":  func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/connexion", http.StatusSeeOther) },
		"the page of another": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"another"`)
			w.Write([]byte("{}"))
		},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			whole := s.serving()
			var refused atomic.Int32
			s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/hors-ligne/") {
					refused.Add(1)
					answer(w, r)
					return
				}
				whole.ServeHTTP(w, r)
			}))
			p := openTab(t, s, desktop)
			p.expect("status of 500")
			p.open("/")
			p.wait("the worker is tried", func() bool { return refused.Load() > 0 })
			p.until(`navigator.serviceWorker.controller === null`)
			promised[bool](p, `new Promise(done => {
				const look = async () => (await navigator.serviceWorker.getRegistration())?.installing ? setTimeout(look, 20) : done(true);
				look();
			})`)
			if pages := p.kept(); len(pages) != 0 {
				t.Errorf("kept: %v", pages)
			}
			p.is(`navigator.serviceWorker.controller === null`)
			s.become(whole)
			p.open("/")
			p.equipped()
			s.stop()
			p.expectNoNetwork()
			p.open("/aide")
			p.at("/aide", "Aide")
		})
	}
}
