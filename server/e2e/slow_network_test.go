package e2e

import (
	"net/http/httptest"
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

// BenchmarkTheFormOnASlowNetwork reports how long a person who comes for the first time waits for the sign-in form, over TLS 1.3 and
// HTTP/2, as a ratio to the floor of the network: three round trips and the bytes of the page and its style sheet. A sheet of its own
// costs a fourth round trip, which the policy asks for (nothing inline): the second ratio counts it in.
//
//	go test -run='^$' -bench=SlowNetwork -benchtime=5x ./server/e2e
func BenchmarkTheFormOnASlowNetwork(b *testing.B) {
	s := newSite(b, production)
	server := httptest.NewUnstartedServer(s.handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	b.Cleanup(server.Close)
	seen, _ := signInBills(b, s.address)
	p := attach(b, s, phone, ownBrowser(b, chromedp.Flag("ignore-certificate-errors", true)))
	p.expect("An unknown error occurred when fetching the script") // each visit ends before the service worker is there
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: usable})
	call(p, network.Enable, network.EnableParams{})
	for _, profile := range link.Profiles {
		b.Run(strings.ReplaceAll(profile.Name, " ", ""), func(b *testing.B) {
			var waited, floor time.Duration
			for b.Loop() {
				// A connection, a cache and a link that nobody has used.
				address, err := link.New(profile).Listen(b.Context(), server.Listener.Addr().String())
				check(b, err)
				call(p, network.ClearBrowserCache, cdp.Empty{})
				s.url = "https://" + address
				p.open("/connexion")
				p.until("window.e2eUsable")
				if protocol := get[string](p, `performance.getEntriesByType("navigation")[0].nextHopProtocol`); protocol != "h2" {
					b.Fatalf("the page came by %q", protocol)
				}
				waited += time.Duration(get[float64](p, "window.e2eUsable") * float64(time.Millisecond))
				floor += profile.Floor(total(seen))
				p.follow(func() { call(p, page.Navigate, page.NavigateParams{URL: "about:blank"}) })
			}
			b.ReportMetric(float64(waited)/float64(floor), "of-floor")
			b.ReportMetric(float64(waited)/float64(floor+time.Duration(b.N)*profile.RoundTrip), "of-floor-with-sheet")
			b.ReportMetric(waited.Seconds()/float64(b.N), "s/form")
			b.ReportMetric(0, "ns/op")
		})
	}
}
