package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/pwa"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"moncompte/server/check"
)

// windows returns the tabs and windows of the browser that show a site.
func windows(v visitor) (shown []*target.Info) {
	v.t.Helper()
	all, err := chromedp.Targets(v.ctx)
	check.OK(v.t, err)
	for _, i := range all {
		if i.Type == "page" && strings.HasPrefix(i.URL, "http") {
			shown = append(shown, i)
		}
	}
	return shown
}

// install installs the site, opens it from its icon and returns the person at its window.
func install(v visitor) visitor {
	v.t.Helper()
	v.do(chromedp.Navigate(v.site + "/"))
	app := v.site + "/" // the id in the manifest
	if _, err := chromedp.CallBrowser(v.ctx, pwa.Install, pwa.InstallParams{ManifestID: app, InstallURLOrBundleURL: app}); err != nil {
		v.t.Fatalf("the site cannot be installed: %v", err)
	}
	// The person chose a window of its own when they installed it.
	check.OK(v.t, check.ErrOf(chromedp.CallBrowser(v.ctx, pwa.ChangeAppUserSettings,
		pwa.ChangeAppUserSettingsParams{ManifestID: app, DisplayMode: pwa.DisplayModeStandalone})))
	v.do(chromedp.Navigate(v.site + "/connexion")) // where Mon Compte leads who is signed out
	tab := windows(v)[0]
	if _, err := chromedp.CallBrowser(v.ctx, pwa.Launch, pwa.LaunchParams{ManifestID: app}); err != nil {
		v.t.Fatalf("the installed site does not start: %v", err)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		for _, i := range windows(v) {
			// A window that is on its way to its first page has a page of another process for a moment, which chromedp cannot attach to:
			// "Cannot find default execution context". It has the title once the page is there.
			if i.TargetID != tab.TargetID && i.Title == tab.Title {
				browser := v.ctx
				attach := func() context.Context {
					ctx, stop := chromedp.NewContext(browser, chromedp.WithTargetID(i.TargetID), chromedp.WithListener(complain(v.t)))
					v.t.Cleanup(stop)
					return ctx
				}
				v.view = &view{attach(), attach}
				return v
			}
		}
		select {
		case <-again.C:
		case <-v.ctx.Done():
			v.t.Fatal("the installed site has no window")
		}
	}
}

// TestTheInstalledSiteGoesThroughFranceConnectInItsOwnWindow follows a person who has put the site on their screen: the way to
// FranceConnect and back, the first time, the sign-out and the next time, stays in the one window that looks like an app.
func TestTheInstalledSiteGoesThroughFranceConnectInItsOwnWindow(t *testing.T) {
	for _, profile := range []string{"franceconnect", "franceconnect+"} {
		t.Run(profile, func(t *testing.T) {
			site := "http://" + freeAddress(t)
			federateAt(t, profile, site)
			v := install(visitor{t, &view{ctx: chromium(t)}, site})
			const open = 2 // the tab that it was installed from, and its window
			stays := func(where string) {
				t.Helper()
				if !ask[bool](v, `matchMedia("(display-mode: standalone)").matches`) {
					t.Errorf("%s: the window is no app's any more", where)
				}
				if n := len(windows(v)); n != open {
					t.Errorf("%s: %d windows, want %d", where, n, open)
				}
			}
			toSignIn := func() { v.press(`main a[href="/connexion"]`, "") }

			v.sees(".fr-connect", "")
			stays("the sign-in page")
			v.through("durand")
			v.prove()
			stays("Mon Compte, the first time")
			v.leave()
			stays("after the sign-out")

			v.press(`main a[href="/"]`, "")
			toSignIn()
			v.press(".fr-connect", "")
			v.sees("#page-choix", "") // FranceConnect asks who is there: its session is gone
			stays("FranceConnect")
			v.press("#revenir", "")
			v.sees("[role=status] p", "avant la fin")
			v.through("durand")
			v.isIn()
			stays("Mon Compte, the next time")
		})
	}
}
