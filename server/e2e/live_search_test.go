package e2e

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// asked counts the questions that reach the server.
func (s *site) asked() *atomic.Int32 {
	var n atomic.Int32
	whole := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/aide/recherche") && r.URL.RawQuery != "" {
			n.Add(1)
		}
		whole.ServeHTTP(w, r)
	}))
	return &n
}

func TestTheHelpIsSearchedInTheBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	asked := s.asked()
	p := openTab(t, s, desktop)
	p.open("/aide/recherche?q=carte+vitale")
	want := get[string](p, `document.querySelector("#resultats").innerHTML`)
	p.open("/aide/recherche?q=carte+vitale+perdue+ou+volée")
	lost := get[string](p, `document.querySelector("#resultats").innerHTML`)
	if lost == want {
		t.Fatal("another word changes nothing, so that nothing would be seen")
	}
	p.open("/aide")
	list := get[string](p, `document.querySelector("#resultats").innerHTML`)
	p.press(searchField)
	p.awake()
	p.until(`performance.getEntriesByType("resource").some(r => r.name.includes("/aide/recherche/index."))`)
	p.until(`(q.value = "carte vitale", q.dispatchEvent(new InputEvent("input", {bubbles: true})), document.querySelector("#resultats .found"))`)
	if got := get[string](p, `document.querySelector("#resultats").innerHTML`); got != want {
		t.Errorf("the browser finds\n%s\nthe server\n%s", got, want)
	}
	p.until(`nombre.textContent.includes("réponse")`)
	before := asked.Load()
	p.write(searchField, " perdue ou volée")
	p.until(`document.querySelector("#resultats").innerHTML === ` + quote(lost))
	get[bool](p, `(q.value = "", q.dispatchEvent(new InputEvent("input", {bubbles: true})), true)`)
	p.is(`document.querySelector("#resultats").innerHTML === ` + quote(list))

	// What names a person goes nowhere.
	p.write(searchField, nathalie)
	p.says("#resultats", "Un numéro, un code ou une adresse mail")
	p.key("\r", chromedp.ModifierNone)
	p.is(`location.pathname + location.search === "/aide"`)
	if n := asked.Load(); n != before {
		t.Errorf("%d questions reached the server", n-before)
	}
}

func TestTheHelpIsSearchedWithoutANetwork(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t)
		p := equipped(t, s, with, "/aide")
		p.press(searchField)
		p.awake()
		p.wait("the service worker keeps the WASM", func() bool { return len(p.wasmKept()) == 3 })
		s.stop()
		p.open("/aide/recherche?q=MOT+DE+PASE+oubli%C3%A9")
		p.awake()
		p.until(`document.querySelector("#resultats a")?.pathname === "/aide/mot-de-passe-oublie"`)
		p.holds(searchField, "MOT DE PASE oublié")
		p.offline(true)
		p.until(`document.querySelector("` + island + `")`)
		p.window("recherche-hors-connexion")
		p.write(searchField, " zzzz")
		get[bool](p, `(q.value = "carte vitale", q.dispatchEvent(new InputEvent("input", {bubbles: true})), true)`)
		p.until(`document.querySelector("#resultats .found")`)
		p.key("\r", chromedp.ModifierNone)
		p.until(`nombre.textContent.includes("réponse") && location.search.startsWith("?q=MOT")`)
		p.axe("the search without a network")
	})
}

// wasmKept are the files of the WASM in the service worker's cache.
func (p *tab) wasmKept() (kept []string) {
	p.t.Helper()
	for _, path := range p.cached() {
		if strings.Contains(path, "/s/app.") && strings.HasSuffix(path, ".wasm") || strings.Contains(path, "/s/wasm_exec.") || strings.Contains(path, "/s/compile.") {
			kept = append(kept, path)
		}
	}
	return kept
}
