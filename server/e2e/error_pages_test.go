package e2e

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
)

func TestEveryErrorHasAPageThatLeadsOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	long := strings.Repeat("2 69 05 49 588 157 80 ", 600)
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><title>Ailleurs</title><link rel="icon" href="data:,"><form method="post" action="%s"><input name="identifiant"><button>Envoyer</button></form>`,
			html.EscapeString(s.url+"/connexion"))
	}))
	t.Cleanup(stranger.Close)

	without := phone
	without.noScript = true
	for _, row := range []struct {
		status  int
		path    string
		heading string
		way     string
		reach   func(p *tab)
	}{
		{403, "/connexion", "La demande vient d’un autre site", "/connexion", func(p *tab) {
			p.follow(func() { call(p, page.Navigate, page.NavigateParams{URL: stranger.URL}) })
			p.follow(func() { p.press(named("Envoyer")) })
		}},
		{404, "/nulle-part", "Cette page n’existe pas", "/", func(p *tab) { p.open("/nulle-part") }},
		{404, "/aide/nulle-part", "Cette page n’existe pas", "/", func(p *tab) { p.open("/aide/nulle-part") }},
		{405, "/deconnexion", "Cette adresse ne s’ouvre pas directement", "/", func(p *tab) { p.open("/deconnexion") }},
		{413, "/connexion", "La demande est trop longue", "/", func(p *tab) {
			p.open("/connexion")
			get[string](p, "identifiant.value = "+quote(long))
			p.follow(func() { p.press(submitButton) })
		}},
		{500, "/mon-compte", "Le service a rencontré un problème", "/mon-compte", func(p *tab) {
			p.signIn(nathalie)
			s.accounts.broken.Store(true)
			p.open("/mon-compte")
		}},
	} {
		t.Run(strconv.Itoa(row.status)+" "+row.path, func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, without)
			p.expect(fmt.Sprintf("status of %d", row.status))
			row.reach(p)
			p.at(row.path, row.heading)
			p.is(`document.title.startsWith("Erreur")`)
			p.is(fmt.Sprintf(`new URL(document.querySelector("main .button").href).pathname === %q`, row.way))
			p.says("main", "Référence à donner si vous nous appelez")
		})
	}
}

func TestAFaultOfTheDatabaseIsSaidAndTheWordsAreOurs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, phone)
	p.signIn(nathalie)
	check(t, s.store.Close())
	p.expect("status of 503")
	p.open("/mon-compte")
	p.at("/mon-compte", "Le service est très demandé")
	if text := p.text("body"); strings.Contains(text, "sql") || strings.Contains(text, "closed") {
		t.Errorf("the page shows the fault: %s", text)
	}
}

// The pages that a test cannot easily bring about are shown by the gallery.
func TestTheErrorPagesOfTheGalleryHaveOneHeading(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	for slug, heading := range map[string]string{
		"erreur-429":              "Trop de demandes pour le moment",
		"erreur-429-avec-attente": "Trop de demandes pour le moment",
		"erreur-503":              "Le service est très demandé",
		"erreur-503-avec-attente": "Le service est très demandé",
	} {
		p.open("/_galerie?page=" + slug)
		p.at("/_galerie", heading)
	}
}

func TestATooLongFormIsSaidWhereTheFormIs(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.open("/connexion")
	p.expect("status of 413")
	get[string](p, "identifiant.value = "+quote(strings.Repeat("2", 11<<10)))
	p.press(submitButton)
	p.until(`document.querySelector("#messages .summary")`)
	p.says("#messages .summary", "trop long")
	p.says("form[action='/connexion'] > button", "Se connecter")
}
