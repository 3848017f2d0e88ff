package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// Firefox and Safari say nothing of the line. What the page took to load does: the megabyte is not fetched over a slow one.
func TestASlowLineIsKnownByWhatThePageTook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script    string
		latency   float64
		bytes     float64 // a second
		wantsWASM bool
	}{
		"a good line":                  {script: `delete Navigator.prototype.connection`, bytes: -1, wantsWASM: true},
		"few bytes a second":           {script: `delete Navigator.prototype.connection`, bytes: 6000},
		"a long way":                   {script: `delete Navigator.prototype.connection`, latency: 1800, bytes: -1},
		"a person who saves data":      {script: `const match = matchMedia; matchMedia = q => q === "(prefers-reduced-data: reduce)" ? {matches: true} : match(q)`, bytes: -1},
		"Chromium, which says it":      {script: `Object.defineProperty(navigator, "connection", {value: {effectiveType: "2g"}})`, bytes: -1},
		"Chromium, and it is not slow": {script: `Object.defineProperty(navigator, "connection", {value: {effectiveType: "4g"}})`, latency: 1800, bytes: -1, wantsWASM: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, newSite(t), desktop)
			p.prelude(c.script)
			call(p, network.Enable, network.EnableParams{})
			call(p, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
				{Latency: c.latency, DownloadThroughput: c.bytes, UploadThroughput: -1}}})
			p.open("/connexion")
			p.until("window.htmx")
			asked := `performance.getEntriesByType("resource").some(r => /wasm|compile/.test(r.name))`
			p.press(identifierField)
			if c.wantsWASM {
				p.until(asked)
				return
			}
			// A second touch finds it as slow; the boot script asks at once or not at all.
			p.press(passwordField)
			promised[bool](p, `WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => new Promise(done => requestAnimationFrame(() => done(true))))`)
			p.is("!" + asked + ` && !document.querySelector('script[src*="wasm_exec"]')`)
		})
	}
}
