package main

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// chromium opens a tab of a browser of its own, and reports what its console complains of.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs Chromium: install it, on Debian with `apt-get install chromium`")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx, chromedp.WithListener(func(event any) {
		if e, ok := event.(*log.EventEntryAdded); ok && e.Entry.Level == log.EntryLevelError {
			t.Errorf("console: %s (%s)", e.Entry.Text, e.Entry.Source)
		}
	}))
	t.Cleanup(stop)
	return ctx
}

func TestABrowserLinksSignsOutAndComesBackThroughFranceConnect(t *testing.T) {
	for _, profile := range []string{"franceconnect", "franceconnect+"} {
		t.Run(profile, func(t *testing.T) {
			site := "http://" + freeAddress(t)
			_, s := federateAt(t, profile, site)
			ctx := chromium(t)
			do := func(what string, actions ...chromedp.Action[chromedp.Void]) {
				t.Helper()
				if err := chromedp.Do(ctx, actions...); err != nil {
					// The path without the query, which may hold a code.
					at, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
					t.Fatalf("%s: %v, at %s", what, err, at)
				}
			}
			through := func(citizen string) {
				t.Helper()
				do("the sign-in page", chromedp.Navigate(s.site+"/connexion"))
				font, err := chromedp.Run(ctx, chromedp.Evaluate[string](
					`document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === "loaded").map(f => f.family).join())`,
					chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(font, "Marianne-connect") {
					t.Errorf("the button is not in its own font: %q", font)
				}
				do("FranceConnect", chromedp.Click(chromedp.CSS(".fr-connect")), chromedp.Click(chromedp.CSS("#fi-france-identite")),
					chromedp.Click(chromedp.CSS("#citoyen-"+citizen)),
					chromedp.Click(chromedp.CSS("#se-connecter")), chromedp.Click(chromedp.CSS("#continuer")))
			}
			leave := func() {
				t.Helper()
				do("sign-out", chromedp.Click(chromedp.CSS("header .sign-out button")),
					chromedp.WaitVisible(`//h1[contains(., "Vous êtes déconnecté")]`))
				text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main")))
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(text, "de Mon Compte et de FranceConnect") {
					t.Errorf("after the sign-out: %q", text)
				}
			}

			through("durand")
			do("proof", chromedp.SendKeys(chromedp.CSS("#identifiant"), "2690549588157"),
				chromedp.SendKeys(chromedp.CSS("#mot_de_passe"), demoPassword), chromedp.Click(chromedp.CSS("main form button.button")),
				chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
			leave()

			through("durand")
			do("second time", chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
			do("unlink", chromedp.Navigate(s.site+"/mon-compte/securite"), chromedp.Click(`//button[contains(., "Ne plus utiliser FranceConnect")]`),
				chromedp.WaitVisible(`//p[contains(., "n’est plus relié")]`))
			leave()
			through("durand")
			do("the proof is asked for again", chromedp.WaitVisible(`//h1[contains(., "Relier FranceConnect")]`),
				chromedp.SendKeys(chromedp.CSS("#identifiant"), "2690549588157"),
				chromedp.SendKeys(chromedp.CSS("#mot_de_passe"), demoPassword), chromedp.Click(chromedp.CSS("main form button.button")),
				chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
			leave()

			do("turning back", chromedp.Navigate(s.site+"/connexion"), chromedp.Click(chromedp.CSS(".fr-connect")),
				chromedp.Click(chromedp.CSS("#revenir")), chromedp.WaitVisible(`//h1[contains(., "n’est pas terminée")]`),
				chromedp.Click(`//a[contains(., "Aller à la page de connexion")]`), chromedp.WaitVisible(chromedp.CSS("#identifiant")))
			through("durand")
			do("the link that was made again", chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
		})
	}
}

// freeAddress is a loopback address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
