package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// refusingCookies starts a browser whose settings block every cookie.
func refusingCookies(t *testing.T) chromedp.ExecAllocatorOption {
	t.Helper()
	profile := t.TempDir()
	check(t, os.Mkdir(filepath.Join(profile, "Default"), 0o700))
	check(t, os.WriteFile(filepath.Join(profile, "Default", "Preferences"),
		[]byte(`{"profile":{"default_content_setting_values":{"cookies":2}}}`), 0o600))
	return chromedp.UserDataDir(profile)
}

// Where cookies are kept, the one that is tried is not.
func TestNothingIsLeftOfTheCookieThatIsTried(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.signIn(nathalie)
	p.is(`document.cookie === ""`)
}

// A code that is sent to a browser without cookies can never be given back: nothing is sent, and the page says what to do.
func TestABrowserThatRefusesCookiesIsToldBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	s, _ := newReachableSite(t)
	whole := s.serving()
	var sent atomic.Int32
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			sent.Add(1)
		}
		whole.ServeHTTP(w, r)
	}))
	in := ownBrowser(t, refusingCookies(t))
	for _, with := range both {
		p := attach(t, s, with, in)
		for _, way := range []struct {
			path, button string
			fill         func()
		}{
			{"/connexion", "Se connecter", func() { p.fillIn(nathalie, password) }},
			{"/mot-de-passe-oublie", "Recevoir le code", func() {
				p.write(identifierField, nathalie)
				p.press(css("label[for=canal-sms]"))
			}},
			{"/premiere-connexion", "Recevoir le code", func() {
				p.write(identifierField, nathalie)
				p.press(css("label[for=canal-email]"))
			}},
		} {
			p.open(way.path)
			way.fill()
			for range 2 {
				p.press(named(way.button))
				p.until(`document.querySelector("#messages .summary")`)
				p.says("#messages .summary h2", "Votre navigateur refuse les cookies")
				p.says("#messages .summary", "autorisez les cookies pour ce site")
				p.is(`document.activeElement.matches(".summary") && document.title.startsWith("Erreur")`)
				p.is(ready(way.button))
				p.holds(identifierField, nathalie)
			}
			p.inspect("a browser that refuses cookies at " + way.path)
		}
	}
	if n := sent.Load(); n != 0 {
		t.Errorf("%d forms were sent", n)
	}
}
