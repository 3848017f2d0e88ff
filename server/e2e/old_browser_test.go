package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// altered lets a change be made to some answers of the site.
func (s *site) altered(concerns func(*http.Request) bool, change http.HandlerFunc) {
	whole := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if concerns(r) {
			change(w, r)
			return
		}
		whole.ServeHTTP(w, r)
	}))
}

// withoutHTMX is the site for browsers that cannot read htmx: what they get is a script that fails.
func withoutHTMX(s *site) {
	s.altered(func(r *http.Request) bool { return r.URL.Path == s.options.Assets.URL("htmx.js") }, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		io.WriteString(w, "class { #unknown }")
	})
}

// The form is never dead, whatever the browser lacks: at the worst it is a plain one.
func TestAnOldBrowserSignsInAfterAClickWithoutANetwork(t *testing.T) {
	t.Parallel()
	for name, lacks := range map[string]string{
		"Safari 13, Chrome 85": `delete Element.prototype.replaceChildren`,
		"Chrome 53":            `delete Element.prototype.prepend; delete Element.prototype.append; delete Element.prototype.replaceChildren`,
		"no AbortController":   `delete window.AbortController`,
		"no fetch":             `delete window.fetch`,
		"no closest":           `delete Element.prototype.closest`,
		"no template":          `delete window.HTMLTemplateElement`,
		"no WebAssembly":       `delete window.WebAssembly`,
		"no workers":           `delete window.Worker`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			withoutHTMX(s)
			p := openTab(t, s, phone)
			p.expect("Unexpected token")
			p.expectNoNetwork()
			p.prelude(lacks)
			p.open("/connexion")
			p.fillIn(nathalie, password)
			s.stop()
			p.press(submitButton)
			p.until(`document.querySelector("#messages .summary") || location.protocol === "chrome-error:" || document.body.innerText.includes("ERR_")`)
			s.start()
			if p.path() == "/connexion" && get[bool](p, `Boolean(document.querySelector("#messages .summary"))`) {
				p.is(`!document.querySelector("[data-busy][aria-disabled]")`)
				p.holds(identifierField, nathalie)
			} else { // the browser's own page, as without scripts
				p.open("/connexion")
				p.fillIn(nathalie, password)
			}
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
		})
	}
}

// Whatever fails inside the page script, the button is ready again and the next click sends the form.
func TestAFaultInThePageScriptLeavesNoButtonBusy(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]string{
		"no network, and its words cannot be shown": `Object.defineProperty(HTMLTemplateElement.prototype, "content", {get() { throw new Error("planted") }})`,
		"the focus cannot be moved":                 `HTMLElement.prototype.focus = () => { throw new Error("planted") }`,
		"the network cannot be asked":               `window.fetch = () => { throw new Error("planted") }`,
		"no clock":                                  `window.setTimeout = () => { throw new Error("planted") }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			withoutHTMX(s)
			p := openTab(t, s, desktop)
			p.expect("Unexpected token")
			p.expectNoNetwork()
			p.expect("planted")
			p.open("/connexion")
			p.fillIn(nathalie, password)
			get[bool](p, `(`+fault+`, true)`)
			s.stop()
			get[bool](p, `(document.querySelector("form[action='/connexion'] > button").click(), true)`)
			p.until(ready("Se connecter"))
			p.holds(identifierField, nathalie)
			s.start()
			p.follow(func() { get[bool](p, `(document.querySelector("form[action='/connexion'] > button").click(), true)`) })
			p.at("/mon-compte", headingAccount)
		})
	}
}

// The megabyte is fetched only by a browser that will run it: a module of a few bytes is tried first.
func TestTheWASMIsNotFetchedWhereItWouldBeRefused(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]struct {
		policy string // in the place of 'wasm-unsafe-eval'; empty = ours
		script string
	}{
		"Chrome 96, Safari 15: the policy's word is unknown": {policy: " "},
		"Chrome 74: no copies of memory":                     {script: `WebAssembly.compile = () => Promise.reject(new Error("invalid opcode"))`},
		"a browser locked down":                              {script: `delete window.WebAssembly`},
		"Safari 13: no replaceChildren":                      {script: `delete Element.prototype.replaceChildren`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			if old.policy != "" {
				whole := s.serving()
				s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					whole.ServeHTTP(policyWriter{w, old.policy}, r)
				}))
			}
			p := openTab(t, s, desktop)
			p.expect("WebAssembly") // the browser says that the probe was refused
			p.prelude(old.script)
			p.open("/connexion")
			p.fillIn("26905", "x")
			time.Sleep(1500 * time.Millisecond) // more than the pause that it would start in
			p.is(`!performance.getEntriesByType("resource").some(r => /wasm|compile/.test(r.name))`)
			p.expect("status of 422")
			p.press(submitButton)
			p.until(`document.querySelector("#identifiant-erreur .message")`)
			p.says("#identifiant-erreur", "Il manque 8 chiffres")
		})
	}
}

// policyWriter sends another word for 'wasm-unsafe-eval'.
type policyWriter struct {
	http.ResponseWriter
	word string
}

func (w policyWriter) WriteHeader(status int) {
	h := w.Header()
	h.Set("Content-Security-Policy", strings.ReplaceAll(h.Get("Content-Security-Policy"), " 'wasm-unsafe-eval'", w.word))
	w.ResponseWriter.WriteHeader(status)
}
