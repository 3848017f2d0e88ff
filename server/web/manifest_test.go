package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/web"
)

func TestTheManifestNamesTheBodyAndLeadsIntoTheSite(t *testing.T) {
	for body, name := range map[string]string{"": "Mon Compte", "Caf": "Mon Compte – Caf"} {
		b := open(t, public, func(o *web.Options) { o.Org.Name = body }).browser()
		a := b.get("/manifest.webmanifest")
		a.expect(t, "the manifest", http.StatusOK, header{"Content-Type": "application/manifest+json", "Cache-Control": "no-cache"})
		var m struct {
			ID, Name, Lang, Dir, Scope, Display string
			ShortName                           string `json:"short_name"`
			StartURL                            string `json:"start_url"`
			Theme                               string `json:"theme_color"`
			Splash                              string `json:"background_color"`
			Shortcuts                           []struct{ Name, URL string }
		}
		check.OK(t, json.Unmarshal([]byte(a.body), &m))
		if m.Name != name || m.ID != "/" || m.Scope != "/" || m.Lang != "fr" || m.Dir != "ltr" || m.Display != "standalone" {
			t.Errorf("the manifest is %+v", m)
		}
		if m.Splash != m.Theme {
			t.Errorf("the splash is %s, which flashes before a bar of %s", m.Splash, m.Theme)
		}
		if len([]rune(m.ShortName)) > 12 || m.ShortName == "" {
			t.Errorf("the short name is %q", m.ShortName)
		}
		// Where the work is: Mon Compte, which leads who is signed out to the sign-in page.
		b.get(m.StartURL).goesTo(t, "the first page", "/connexion")
		start := b.get("/connexion")
		start.expect(t, "the first page", http.StatusOK, header{"Content-Type": html})
		if !strings.Contains(start.body, `<link rel="manifest" href="/manifest.webmanifest"`) {
			t.Error("the first page does not name the manifest")
		}
		if len(m.Shortcuts) != 3 {
			t.Errorf("%d shortcuts", len(m.Shortcuts))
		}
		for _, s := range m.Shortcuts {
			b.get(s.URL).expect(t, s.Name, http.StatusOK, header{"Content-Type": html})
		}
	}
}
