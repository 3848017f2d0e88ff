package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"moncompte/server/web"
)

// service is another site, to which the portal leads back.
func service(t *testing.T) (address string, listed func(*site, *web.Options)) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="fr"><title>Démarches</title><link rel="icon" href="data:,"><h1>Mes démarches</h1>`)
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	check(t, err)
	return s.URL + "/dossier", func(_ *site, o *web.Options) {
		o.Services = []web.Service{{Name: "Mes démarches", Address: u}}
	}
}

// comesFrom opens the sign-in page as a service does.
func (p *tab) comesFrom(back string) {
	p.t.Helper()
	p.open("/connexion?" + url.Values{"retour": {back}}.Encode())
	p.at("/connexion", headingLogin)
}

// A form that ends on another origin shows nothing in Chromium unless the page's policy names it.
func TestASignInLeadsBackToTheService(t *testing.T) {
	t.Parallel()
	back, listed := service(t)
	s := newSite(t, listed)
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.comesFrom(back)
		p.fillIn(nathalie, password)
		p.follow(func() { p.press(submitButton) })
		p.at("/dossier", "Mes démarches")
		p.is(`location.href === ` + quote(back))

		p.follow(func() { p.visit(s.url + "/connexion?" + url.Values{"retour": {back + "?deux"}}.Encode()) })
		p.at("/dossier", "Mes démarches") // who is signed in goes straight back
		p.is(`location.search === "?deux"`)
	})
}

func TestAPasskeyLeadsBackToTheService(t *testing.T) {
	t.Parallel()
	back, listed := service(t)
	p := openTab(t, newSite(t, withPasskeys, listed), phone)
	p.owns()
	p.withoutAutofill()
	p.signIn(nathalie)
	p.adds()
	p.signsOut()
	p.comesFrom(back)
	p.press(named(usePasskey))
	p.until(`location.href === ` + quote(back) + ` && document.readyState === "complete"`)
}
