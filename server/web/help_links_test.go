package web_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"moncompte/app/words"
	"moncompte/components"
	"moncompte/components/gallery"
	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/web"
	"moncompte/static/aide"
)

var toHelp = regexp.MustCompile(`href="(/aide/[a-z-]+)(?:#([a-z0-9-]+))?"`)

// Every state of every page is in the gallery, so that no error can lead to a page, or to a part of one, that is not there.
func TestEveryLinkToTheHelpLeadsToAPageAndItsPart(t *testing.T) {
	b := open(t, local, func(o *web.Options) {
		var err error
		if o.Help, err = aide.Load(aide.Options{FranceConnect: true, Limits: portal.StandardLimits}); err != nil {
			t.Fatal(err)
		}
	}).browser()
	pages := map[string]answer{}
	parts := 0
	for _, story := range gallery.Stories(components.Page{Words: words.French, Limits: portal.StandardLimits}) {
		var text bytes.Buffer
		check.OK(t, story.Component.Render(t.Context(), &text))
		for _, link := range toHelp.FindAllStringSubmatch(text.String(), -1) {
			path, part := link[1], link[2]
			if _, known := pages[path]; !known {
				pages[path] = b.get(path)
			}
			if pages[path].StatusCode != http.StatusOK {
				t.Errorf("%s leads to %s: status %d", story.Slug(), path, pages[path].StatusCode)
			}
			if part != "" {
				parts++
				if !strings.Contains(pages[path].body, `id="`+part+`"`) {
					t.Errorf("%s leads to %s of %s, which is not there", story.Slug(), part, path)
				}
			}
		}
	}
	if len(pages) < 12 || parts < 3 {
		t.Errorf("only %d pages and %d parts are linked to", len(pages), parts)
	}
}

// What a person cannot go on from has its answer one click away.
func TestEveryErrorLeadsToThePageThatAnswersIt(t *testing.T) {
	answers := map[string]string{
		"identifiant-un-chiffre-manque": "numero", "identifiant-cinq-chiffres-de-trop": "numero", "identifiant-cle": "numero",
		"identifiant-mois": "numero", "identifiant-corse-mal-placee": "ne-en-corse", "identifiant-numero-de-dossier": "ne-pas-confondre",
		"identifiant-numero-fiscal": "ne-pas-confondre", "identifiant-identifiant-provisoire-trop-court": "sans-numero",
		"connexion-refusee": "connexion-refusee", "connexion-refusee-numero-fiscal-peut-etre": "ne-pas-confondre",
		"connexion-trop-d-essais-une-minute": "trop-d-essais", "connexion-trop-d-essais-douze-minutes": "trop-d-essais",
		"connexion-trop-de-monde": "site-en-panne", "connexion-apres-fin-de-session": "me-deconnecter#si-j-oublie",
		"connexion-reponse-htmx-refusee": "connexion-refusee", "connexion-reponse-htmx-trop-d-essais": "trop-d-essais",
		"code-faux": "code-non-recu#mon-code-est-refuse", "code-expire": "code-non-recu#mon-code-est-refuse",
		"code-essais-epuises":                  "code-non-recu#mon-code-est-refuse",
		"mot-de-passe-oublie-trop-de-demandes": "code-non-recu", "mot-de-passe-oublie-trop-de-monde": "site-en-panne",
		"nouveau-mot-de-passe-trop-court":         "choisir-mon-mot-de-passe#mon-mot-de-passe-est-refuse",
		"nouveau-mot-de-passe-trop-connu":         "choisir-mon-mot-de-passe#mon-mot-de-passe-est-refuse",
		"franceconnect-en-panne":                  "franceconnect-probleme",
		"franceconnect-relier-une-autre-personne": "franceconnect-probleme",
		"erreur-429": "trop-d-essais", "erreur-503": "site-en-panne", "erreur-500": "site-en-panne",
	}
	for _, story := range gallery.Stories(components.Page{Words: words.French, Limits: portal.StandardLimits}) {
		slug, known := answers[story.Slug()]
		if !known {
			continue
		}
		delete(answers, story.Slug())
		var text bytes.Buffer
		check.OK(t, story.Component.Render(t.Context(), &text))
		if want := `href="/aide/` + slug + `"`; !strings.Contains(text.String(), want) {
			t.Errorf("%s does not lead to %s", story.Slug(), slug)
		}
	}
	for story := range answers {
		t.Errorf("there is no story %s", story)
	}
}
