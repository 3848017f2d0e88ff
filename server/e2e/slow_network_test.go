package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"moncompte/server/e2e/link"
)

// usable notes when the identifier's field can be seen and nothing lies over it, in milliseconds since the navigation began.
const usable = `(() => {
	const look = () => {
		const field = document.querySelector("#identifiant"), box = field && field.getClientRects()[0];
		if (box && box.height && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === field) window.e2eUsable = performance.now();
		else requestAnimationFrame(look);
	};
	look();
})()`

// bare is the least page that has such a field: what it takes is the network's part, TLS's and the browser's.
const bare = `<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>.</title><form><input id="identifiant"></form>`

// BenchmarkTheFormOnASlowNetwork reports how long a person who comes for the first time waits for the sign-in form, over TLS 1.3 and
// HTTP/2: as a ratio to the floor of the network, which is three round trips and the bytes of the page, with its style in it; and to a bare
// page.
//
//	go test -run='^$' -bench=SlowNetwork -benchtime=5x ./server/e2e
func BenchmarkTheFormOnASlowNetwork(b *testing.B) {
	s := newSite(b, production)
	seen, _ := signInBills(b, s.address)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bare" {
			io.WriteString(w, bare)
			return
		}
		s.serving().ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	b.Cleanup(server.Close)
	p := attach(b, s, phone, ownBrowser(b, chromedp.Flag("ignore-certificate-errors", true)))
	p.expect("An unknown error occurred when fetching the script") // each visit ends before the service worker is there
	p.expect("404")                                                // the bare page has no icon
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: usable})
	call(p, network.Enable, network.EnableParams{})
	for _, profile := range link.Profiles {
		b.Run(strings.ReplaceAll(profile.Name, " ", ""), func(b *testing.B) {
			// visit is how long a page takes over a link, with a connection and a cache that nobody has used.
			visit := func(path string) time.Duration {
				address, err := link.New(profile).Listen(b.Context(), server.Listener.Addr().String())
				check(b, err)
				call(p, network.ClearBrowserCache, cdp.Empty{})
				s.url = "https://" + address
				p.open(path)
				p.until("window.e2eUsable")
				if protocol := get[string](p, `performance.getEntriesByType("navigation")[0].nextHopProtocol`); protocol != "h2" {
					b.Fatalf("the page came by %q", protocol)
				}
				took := time.Duration(get[float64](p, "window.e2eUsable") * float64(time.Millisecond))
				p.leave()
				return took
			}
			var waited, least []time.Duration
			for b.Loop() {
				least = append(least, visit("/bare"))
				waited = append(waited, visit("/connexion"))
			}
			form, floor := median(waited), profile.Floor(total(seen))
			b.ReportMetric(float64(form)/float64(floor), "of-floor")
			b.ReportMetric(float64(form)/float64(median(least)), "of-bare")
			b.ReportMetric(form.Seconds(), "s/form")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// median is what half of the visits stay below: one that waited for a processor does not count.
func median(visits []time.Duration) time.Duration {
	slices.Sort(visits)
	return visits[len(visits)/2]
}
