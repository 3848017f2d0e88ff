package main

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"moncompte/server/check"
)

// chromium opens a tab of a browser of its own, and reports what its console complains of.
func chromium(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs Chromium: install it, on Debian with `apt-get install chromium`")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(2*time.Minute))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(options, more...)...)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 10*time.Minute) // it bounds a hang: a loaded machine is slow
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
	t *testing.T
	*view
	site string
}

// view is the tab or window that a person looks at.
type view struct {
	ctx    context.Context
	attach func() context.Context // attaches once more; nil for a tab
}

// deaf is how long a view may answer with nothing but errors before it is attached anew: the window of an installed site that has come
// back from another site is at times a page of another process, of which the first attachment hears nothing more.
const deaf = 20 * time.Second

// ask evaluates an expression until it gives something, and something else than null: on a page that has loaded whole, since between
// two pages there is nothing that could evaluate it. An expression may be a promise.
func ask[T any](v visitor, expression string) T {
	v.t.Helper()
	whole := fmt.Sprintf(`(async () => document.readyState === "complete" ? await (%s) ?? null : null)()`, expression)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	heard := time.Now()
	for {
		value, err := chromedp.Run(v.ctx, chromedp.Evaluate[*T](whole, chromedp.EvalAwaitPromise))
		switch {
		case err == nil && value != nil:
			return *value
		case err == nil:
			heard = time.Now()
		case v.attach != nil && time.Since(heard) > deaf:
			v.ctx, heard = v.attach(), time.Now()
		}
		select {
		case <-again.C:
		case <-v.ctx.Done():
			ctx, stop := context.WithTimeout(context.WithoutCancel(v.ctx), 5*time.Second)
			defer stop()
			at, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`)) // no query, which may hold a code
			v.t.Fatalf("never answered: %s\non %s", expression, at)
		}
	}
}

// do runs steps that need no page, or bring their own.
func (v visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	check.OK(v.t, chromedp.Do(v.ctx, steps...))
}

// element is a JavaScript expression for the first visible element of a selector that holds the words.
func element(selector, words string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].find(e => e.checkVisibility() && e.innerText.includes(%q))`, selector, words)
}

// sees waits for an element with these words.
func (v visitor) sees(selector, words string) {
	v.t.Helper()
	ask[bool](v, element(selector, words)+` ? true : null`)
}

// press waits for an element that keeps its place and that nothing lies over, and clicks it, once more when the page has not heard of
// it: the browser drops a click on a page that it has not painted yet, and says so to nobody.
func (v visitor) press(selector, words string) {
	v.t.Helper()
	for heard := false; !heard; {
		at := ask[struct{ X, Y float64 }](v, fmt.Sprintf(`(async e => {
			if (!e) return null;
			e.scrollIntoView({block: "center", behavior: "instant"});
			const place = () => { const r = e.getClientRects()[0]; return {X: r.x + r.width / 2, Y: r.y + r.height / 2}; };
			const before = place();
			await new Promise(done => setTimeout(done, 50)); // a window that is covered draws no frame
			const {X, Y} = place(), hit = document.elementFromPoint(X, Y);
			if (X !== before.X || Y !== before.Y || !e.contains(hit)) return null;
			window.clicked = false;
			addEventListener("click", () => { window.clicked = true }, {capture: true, once: true});
			return {X, Y};
		})(%s)`, element(selector, words)))
		v.do(chromedp.MouseClickXY(at.X, at.Y))
		// Another page knows nothing of the mark: the click has led there.
		heard = ask[bool](v, `new Promise(done => {
			const late = performance.now() + 5000;
			const look = () => clicked || performance.now() > late ? done(clicked) : setTimeout(look, 20);
			window.clicked === undefined ? done(true) : look();
		})`)
	}
}

// write goes into a field and types.
func (v visitor) write(selector, text string) {
	v.t.Helper()
	v.press(selector, "")
	ask[bool](v, fmt.Sprintf(`document.activeElement.matches(%q) || null`, selector))
	v.do(chromedp.KeyEvent(text))
}

// through goes from the sign-in page through FranceConnect, as that citizen.
func (v visitor) through(citizen string) {
	v.t.Helper()
	for _, button := range []string{".fr-connect", "#fi-france-identite", "#citoyen-" + citizen, "#se-connecter", "#continuer"} {
		v.press(button, "")
	}
}

// prove shows on the linking page that Nathalie's account is hers.
func (v visitor) prove() {
	v.t.Helper()
	v.sees("h1", "Relier FranceConnect")
	v.write("#identifiant", "2690549588157")
	v.write("#mot_de_passe", demoPassword)
	v.press("main form button.button", "")
	v.isIn()
}

// isIn waits for Nathalie's own page.
func (v visitor) isIn() {
	v.t.Helper()
	v.sees("p", "Bonjour Nathalie")
}

// leave signs out, here and at FranceConnect.
func (v visitor) leave() {
	v.t.Helper()
	v.press("header .sign-out button", "")
	v.sees("h1", "Déconnexion réussie")
	if text := ask[string](v, `document.querySelector("main").innerText`); !strings.Contains(text, "de Mon\u00a0Compte et de FranceConnect") {
		v.t.Errorf("after the sign-out: %q", text)
	}
}

func TestABrowserLinksSignsOutAndComesBackThroughFranceConnect(t *testing.T) {
	for _, profile := range []string{"franceconnect", "franceconnect+"} {
		t.Run(profile, func(t *testing.T) {
			site := "http://" + freeAddress(t)
			federateAt(t, profile, site)
			v := visitor{t, &view{ctx: chromium(t)}, site}
			through := func(citizen string) {
				t.Helper()
				v.do(chromedp.Navigate(site + "/connexion"))
				font := ask[string](v,
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
			v.isIn()
			v.do(chromedp.Navigate(site + "/mon-compte/securite"))
			v.press("button", "Ne plus utiliser FranceConnect")
			v.sees("[role=status] p", "est supprimé")
			v.leave()
			through("durand")
			v.prove() // it is asked for again
			v.leave()

			v.do(chromedp.Navigate(site + "/connexion"))
			v.press(".fr-connect", "")
			v.press("#revenir", "")
			v.sees("[role=status] p", "avant la fin")
			v.sees("#identifiant", "")
			through("durand")
			v.isIn() // by the link that was made again
		})
	}
}

// freeAddress is a loopback address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check.OK(t, err)
	defer l.Close()
	return l.Addr().String()
}
