package e2e

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"moncompte/server/e2e/link"
)

// observed notes when the WASM is live, how long the main thread was kept from answering, and the memory of the WASM.
const observed = `(() => {
	window.e2eTasks = [];
	new PerformanceObserver(l => l.getEntries().forEach(e => e2eTasks.push([e.startTime, e.duration]))).observe({type: "longtask", buffered: true});
	new MutationObserver(() => { if (!window.e2eLive && document.querySelector("#island[data-live]")) window.e2eLive = performance.now() })
		.observe(document, {childList: true, subtree: true});
	const instantiate = WebAssembly.instantiate;
	WebAssembly.instantiate = (...all) => instantiate(...all).then(i => { window.e2eMemory = i.exports.mem; return i });
})()`

// start is one start of the WASM, as its page saw it.
type start struct {
	Live    float64 // ms from the first touch of the form
	Longest float64 // ms that the main thread was busy with one task, from then on; 0 for under 50
	Memory  float64 // bytes of the WASM
}

// BenchmarkTheStartOfTheWASM reports what it costs a person who comes for the first time and goes into the first field: how long until
// the field answers (with the pause of typing that it waits for), the longest task of the main thread, and what is used afterwards.
//
//	go test -run='^$' -bench=StartOfTheWASM -benchtime=3x ./server/e2e
func BenchmarkTheStartOfTheWASM(b *testing.B) {
	s := newSite(b, production)
	server := httptest.NewUnstartedServer(s.serving())
	server.EnableHTTP2 = true
	server.StartTLS()
	b.Cleanup(server.Close)
	p := attach(b, s, phone, ownBrowser(b, chromedp.Flag("ignore-certificate-errors", true)))
	p.expect("An unknown error occurred when fetching the script") // each visit ends before the service worker is there
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observed})
	call(p, network.Enable, network.EnableParams{})
	call(p, performance.Enable, performance.EnableParams{})
	var bytes int
	for _, name := range []string{"app.wasm", "wasm_exec.js", "compile.js"} {
		bytes += weigh(b, s.address, s.options.Assets.URL(name)).body
	}
	near := link.Profile{Name: "No throttle"}
	for _, at := range []struct {
		profile link.Profile
		cpu     float64
	}{{near, 1}, {near, 4}, {link.Slow4G, 1}, {link.Slow4G, 4}, {link.Slow3G, 1}} {
		name := strings.ReplaceAll(at.profile.Name, " ", "")
		if at.cpu > 1 {
			name += "/CPUx4"
		}
		b.Run(name, func(b *testing.B) {
			var live, longest []float64
			var last start
			idle, n := 0.0, 0
			for b.Loop() {
				address := server.Listener.Addr().String()
				if at.profile.Bandwidth > 0 {
					var err error
					address, err = link.New(at.profile).Listen(b.Context(), address)
					check(b, err)
				}
				call(p, network.ClearBrowserCache, cdp.Empty{})
				call(p, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: at.cpu})
				s.url = "https://" + address
				p.open("/connexion")
				p.until(`document.readyState === "complete"`)
				last = promised[start](p, `new Promise(done => {
					const from = performance.now();
					identifiant.focus();
					const look = () => {
						if (!window.e2eLive) return setTimeout(look, 50);
						setTimeout(() => {
							const tasks = e2eTasks.filter(t => t[0] >= from).map(t => t[1]);
							done({Live: e2eLive - from, Longest: Math.max(0, ...tasks), Memory: e2eMemory.buffer.byteLength});
						}, 500);
					};
					look();
				})`)
				live, longest = append(live, last.Live), append(longest, last.Longest)
				before := scriptSeconds(p)
				time.Sleep(8 * time.Second)
				idle += scriptSeconds(p) - before
				n++
				call(p, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 1})
				p.leave()
			}
			for _, all := range [][]float64{live, longest} {
				slices.Sort(all)
			}
			b.ReportMetric(live[n/2]/1000, "s/live")
			b.ReportMetric(longest[n/2], "ms/longest-task")
			if at.profile.Bandwidth > 0 {
				floor := at.profile.RoundTrip.Seconds() + float64(bytes)*8/float64(at.profile.Bandwidth)
				b.ReportMetric(live[n/2]/1000/floor, "of-transfer")
			}
			b.ReportMetric(last.Memory/1e6, "MB/wasm")
			b.ReportMetric(idle*1000/float64(n)/8, "ms-script/idle-second")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// scriptSeconds is how long scripts of the page, the WASM among them, have run.
func scriptSeconds(p *tab) float64 {
	p.t.Helper()
	for _, m := range call(p, performance.GetMetrics, cdp.Empty{}).Metrics {
		if m.Name == "ScriptDuration" {
			return m.Value
		}
	}
	p.t.Fatal("the browser does not count the time of scripts")
	return 0
}
