package web_test

import (
	"net/http"
	"strings"
	"testing"

	"moncompte/server/web"
)

func TestMonCompteBeginsWithWhatThePersonComesFor(t *testing.T) {
	one := func(o *web.Options) { withServices(o); o.Services = o.Services[:1] }
	for what, test := range map[string]struct {
		change   func(*web.Options)
		has, not []string
	}{
		"none":    {func(*web.Options) {}, []string{"Aucune démarche n’est reliée"}, []string{"Continuer vers", "Vos démarches"}},
		"one":     {one, []string{`<a class="button" href="https://demarches.example.org/accueil">Continuer vers Mes démarches</a>`}, []string{"Aucune démarche", "Vos démarches"}},
		"several": {withServices, []string{"Vos démarches", `<a href="https://demarches.example.org/accueil">Mes démarches</a>`, `<a href="https://papiers.example.org:8443">Mes papiers</a>`}, []string{"Aucune démarche", "Continuer vers"}},
	} {
		b := open(t, local, test.change).browser()
		b.signIn(nathalie, right)
		page := b.get("/mon-compte").body
		for _, text := range test.has {
			before, _, found := strings.Cut(page, text)
			if !found || strings.Contains(before, "Dernière connexion") {
				t.Errorf("%s: %q does not come first", what, text)
			}
		}
		for _, text := range test.not {
			if strings.Contains(page, text) {
				t.Errorf("%s: %q", what, text)
			}
		}
	}
}

func TestHomeIsMonCompteForWhoIsSignedIn(t *testing.T) {
	b := open(t, local).browser()
	b.get("/").expect(t, "signed out", http.StatusOK, nil)
	b.signIn(nathalie, right)
	b.get("/").expect(t, "signed in", http.StatusSeeOther, header{"Location": "/mon-compte", "Cache-Control": "no-store"})
}
