package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/pwa"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

func TestAPasskeySignsInInAnInstalledWindow(t *testing.T) {
	t.Parallel()
	s := newSite(t, withPasskeys)
	p := attach(t, s, desktop, ownBrowser(t)).installed()
	p.owns()
	p.withoutAutofill()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	p.entersBy("Bonjour Nathalie")
	p.is(`matchMedia("(display-mode: standalone)").matches`)
}

// installed installs the site from the tab, starts it as from a home screen and returns its window.
func (p *tab) installed() *tab {
	p.t.Helper()
	p.open("/")
	app := p.site.url + "/" // the id in the manifest
	_, err := chromedp.CallBrowser(p.ctx, pwa.Install, pwa.InstallParams{ManifestID: app, InstallURLOrBundleURL: app})
	check(p.t, err)
	_, err = chromedp.CallBrowser(p.ctx, pwa.ChangeAppUserSettings, pwa.ChangeAppUserSettingsParams{ManifestID: app, DisplayMode: pwa.DisplayModeStandalone})
	check(p.t, err)
	p.open("/connexion") // where Mon Compte leads who is signed out
	before := map[target.ID]bool{}
	pages := func() (shown []*target.Info) {
		all, err := chromedp.Targets(p.ctx)
		check(p.t, err)
		for _, i := range all {
			if i.Type == "page" && i.Title != "" {
				shown = append(shown, i)
			}
		}
		return shown
	}
	for _, i := range pages() {
		before[i.TargetID] = true
	}
	_, err = chromedp.CallBrowser(p.ctx, pwa.Launch, pwa.LaunchParams{ManifestID: app})
	check(p.t, err)
	title := get[string](p, "document.title")
	var window target.ID
	p.wait("the installed site has a window", func() bool {
		for _, i := range pages() {
			if !before[i.TargetID] && i.Title == title {
				window = i.TargetID
			}
		}
		return window != ""
	})
	return attach(p.t, p.site, p.with, p.ctx, chromedp.WithTargetID(window))
}
