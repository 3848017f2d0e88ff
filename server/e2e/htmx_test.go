package e2e

import (
	"flag"
	"io"
	"net/http"
	"strings"
	"testing"

	"moncompte/static"
)

var htmxVersion = flag.String("htmx", "4", "the major version of htmx that the pages run: 4, which is ours, or 2")

// withHTMX2 serves htmx 2 at the address of our htmx: the same markup and the same script have to work on both.
func withHTMX2(t testing.TB, assets *static.Assets, next http.Handler) http.Handler {
	t.Helper()
	older, err := fromNPM("htmx-2/dist/htmx.min.js")
	check(t, err)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != assets.URL("htmx.js") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // as ours, so that the service worker keeps it
		io.WriteString(w, older)
		// Our page script asks for htmx late. Version 4 begins at once then; version 2 waits for an event that is over.
		io.WriteString(w, "\n;document.dispatchEvent(new Event('DOMContentLoaded'));")
	})
}

func TestThePagesRunTheHTMXThatWasAskedFor(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.open("/connexion")
	p.until("window.htmx")
	if version := get[string](p, "htmx.version"); !strings.HasPrefix(version, *htmxVersion+".") {
		t.Errorf("the page runs htmx %s, not %s", version, *htmxVersion)
	}
}
