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
	ctx, stop = chromedp.NewContext(ctx, chromedp.WithListener(complain(t)))
	t.Cleanup(stop)
	return ctx
}

// complain fails the test for each error of the console.
func complain(t *testing.T) func(any) {
	return func(event any) {
		if e, ok := event.(*log.EventEntryAdded); ok && e.Entry.Level == log.EntryLevelError {
			t.Errorf("console: %s (%s)", e.Entry.Text, e.Entry.Source)
		}
	}
}

// visitor is a person at a tab or at the window of the installed site.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	site string
}

type action = chromedp.Action[chromedp.Void]

func (v visitor) do(what string, actions ...action) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, actions...); err != nil {
		// The path without the query, which may hold a code.
		at, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
		v.t.Fatalf("%s: %v, at %s", what, err, at)
	}
}

func evaluate[T any](v visitor, expression string) T {
	v.t.Helper()
	value, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// through goes from the sign-in page through FranceConnect, as that citizen.
func (v visitor) through(citizen string) {
	v.t.Helper()
	v.do("FranceConnect", chromedp.Click(chromedp.CSS(".fr-connect")), chromedp.Click(chromedp.CSS("#fi-france-identite")),
		chromedp.Click(chromedp.CSS("#citoyen-"+citizen)),
		chromedp.Click(chromedp.CSS("#se-connecter")), chromedp.Click(chromedp.CSS("#continuer")))
}

// prove shows on the linking page that Nathalie's account is hers.
func (v visitor) prove() {
	v.t.Helper()
	v.do("proof", chromedp.WaitVisible(`//h1[contains(., "Relier FranceConnect")]`),
		chromedp.SendKeys(chromedp.CSS("#identifiant"), "2690549588157"),
		chromedp.SendKeys(chromedp.CSS("#mot_de_passe"), demoPassword), chromedp.Click(chromedp.CSS("main form button.button")),
		chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
}

// leave signs out, here and at FranceConnect.
func (v visitor) leave() {
	v.t.Helper()
	v.do("sign-out", chromedp.Click(chromedp.CSS("header .sign-out button")),
		chromedp.WaitVisible(`//h1[contains(., "Vous êtes déconnecté")]`))
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		v.t.Fatal(err)
	}
	if !strings.Contains(text, "de Mon Compte et de FranceConnect") {
		v.t.Errorf("after the sign-out: %q", text)
	}
}

func TestABrowserLinksSignsOutAndComesBackThroughFranceConnect(t *testing.T) {
	for _, profile := range []string{"franceconnect", "franceconnect+"} {
		t.Run(profile, func(t *testing.T) {
			site := "http://" + freeAddress(t)
			federateAt(t, profile, site)
			v := visitor{t, chromium(t), site}
			through := func(citizen string) {
				t.Helper()
				v.do("the sign-in page", chromedp.Navigate(site+"/connexion"))
				font := evaluate[string](v,
					`document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === "loaded").map(f => f.family).join())`)
				if !strings.Contains(font, "Marianne-connect") {
					t.Errorf("the button is not in its own font: %q", font)
				}
				v.through(citizen)
			}

			through("durand")
			v.prove()
			v.leave()

			through("durand")
			v.do("second time", chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
			v.do("unlink", chromedp.Navigate(site+"/mon-compte/securite"), chromedp.Click(`//button[contains(., "Ne plus utiliser FranceConnect")]`),
				chromedp.WaitVisible(`//p[contains(., "n’est plus relié")]`))
			v.leave()
			through("durand")
			v.prove() // it is asked for again
			v.leave()

			v.do("turning back", chromedp.Navigate(site+"/connexion"), chromedp.Click(chromedp.CSS(".fr-connect")),
				chromedp.Click(chromedp.CSS("#revenir")), chromedp.WaitVisible(`//h1[contains(., "n’est pas terminée")]`),
				chromedp.Click(`//a[contains(., "Aller à la page de connexion")]`), chromedp.WaitVisible(chromedp.CSS("#identifiant")))
			through("durand")
			v.do("the link that was made again", chromedp.WaitVisible(`//p[contains(., "Bonjour Nathalie")]`))
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
