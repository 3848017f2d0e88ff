package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"moncompte/server/portal"
	"moncompte/server/web"
)

func TestAForgottenPasswordNeedsNoMouse(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, desktop)
	enter := func() { p.follow(p.enter) }
	p.open("/connexion")
	p.tabTo(named("Mot de passe oublié ?"))
	enter()
	p.at("/mot-de-passe-oublie", headingForgot)
	p.tabTo(identifierField)
	p.do(chromedp.KeyEvent(nathalie + "\t"))
	p.key(" ", chromedp.ModifierNone)
	p.is(`document.querySelector("#canal-sms").checked`)
	p.key(kb.ArrowDown, chromedp.ModifierNone)
	p.is(`document.activeElement.id === "canal-email" && document.querySelector("#canal-email").checked`)
	p.seesFocus()
	enter()
	p.at("/mot-de-passe-oublie/code", headingCode)

	p.tabTo(codeField)
	p.follow(func() { p.do(chromedp.KeyEvent(code(t, g.mail.Next(t).Parse(t).Text))) }) // the last digit sends it
	p.at("/mot-de-passe-oublie/nouveau", headingPassword)
	p.tabTo(passwordField)
	p.do(chromedp.KeyEvent(chosen))
	enter()
	p.at("/mon-compte", headingAccount)
	p.says("[role=status]", "Votre mot de passe est changé.")
}

// The focus is on the field that is wrong; above the form a link of the summary leads there too.
func TestAnErrorIsCorrectedWithoutAMouse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, keyboards(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.expect("status of 422")
		p.open("/connexion")
		p.tabTo(identifierField)
		p.do(chromedp.KeyEvent(nathalie))
		p.enter()
		p.until(`document.activeElement.id === "mot_de_passe"`)
		p.seesFocus()
		for range 2 { // over the number
			p.key("\t", chromedp.ModifierShift)
		}
		p.is(`document.activeElement.hash === "#mot_de_passe"`)
		p.seesFocus()
		p.enter()
		p.until(`document.activeElement.id === "mot_de_passe"`)
		p.seesFocus()
		p.do(chromedp.KeyEvent(password))
		p.follow(p.enter)
		p.at("/mon-compte", headingAccount)
	})
}

func TestMonCompteAndTheSignOutNeedNoMouse(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.signIn(nathalie)
	p.walk("/mon-compte")
	p.tabTo(named("Voir mes connexions et mes appareils"))
	p.follow(p.enter)
	p.at("/mon-compte/securite", "Mes connexions et mes appareils")
	p.tabTo(named("Retour à Mon Compte"))
	p.follow(p.enter)
	p.tabTo(css(".leave button"))
	p.follow(p.enter)
	p.at("/", headingOut)
}

func TestTheHelpIsSearchedWithoutAMouse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, keyboards(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/aide")
		p.tabTo(css("#q"))
		p.do(chromedp.KeyEvent("corse"))
		p.follow(p.enter)
		p.tabTo(css("#resultats a"))
		p.follow(p.enter)
		p.is(`location.pathname.startsWith("/aide/") && document.querySelector("article h1")`)
	})
}

func TestFranceConnectIsStartedWithoutAMouse(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!DOCTYPE html><html lang="fr"><title>Ailleurs</title><link rel="icon" href="data:,"><h1>Ailleurs</h1>`)
	}))
	t.Cleanup(elsewhere.Close)
	s := newSite(t, func(s *site, o *web.Options) {
		o.FranceConnect = &web.FranceConnect{Provider: provider(elsewhere.URL), Issuer: elsewhere.URL,
			Linking: &portal.Linking{Store: s.store, Login: s.login}}
	})
	onEach(t, keyboards(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		p.axe("/connexion with FranceConnect")
		p.walk("/connexion")
		p.emulate("forced-colors", "active")
		p.walk("/connexion with forced colours")
		p.tabTo(css(".fr-connect"))
		p.follow(p.enter)
		p.is(fmt.Sprintf(`location.origin === %q`, elsewhere.URL))
	})
}

// enter presses the Enter key as a keyboard does: what the key does to a link keeps the character from what has the focus then.
func (p *tab) enter() {
	p.t.Helper()
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	call(p, input.DispatchKeyEvent, key)
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(p, input.DispatchKeyEvent, key)
}

// provider leads to another site, from where nobody comes back.
type provider string

func (p provider) Start(context.Context) (string, portal.Visit, error) {
	return string(p) + "/authorize", portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken(), At: time.Now()}, nil
}

func (provider) Finish(context.Context, url.Values, portal.Visit) (portal.Identity, error) {
	return portal.Identity{}, &portal.ProviderError{Kind: portal.Unavailable}
}

func (p provider) LogoutAddress(context.Context, portal.Visit) (string, error) {
	return string(p) + "/logout", nil
}

func (provider) JWKS() []byte { return nil }
