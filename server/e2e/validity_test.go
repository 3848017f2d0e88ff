package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"moncompte/app/words"
	"moncompte/components"
	"moncompte/components/gallery"
	"moncompte/server/portal"
)

var documentsInto = flag.String("documents", "", "write the HTML of each page into this directory, for another validator")

// documents are the pages as the server sends them, by a name that is a file name.
func documents(t *testing.T) map[string]string {
	t.Helper()
	s, _ := newReachableSite(t)
	all := map[string]string{}
	cookies := map[string]*http.Cookie{} // as a browser keeps them: one of a name
	ask := func(name, path string, form url.Values) string {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if form != nil {
			r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for _, c := range cookies {
			r.AddCookie(c)
		}
		answer := httptest.NewRecorder()
		s.serving().ServeHTTP(answer, r)
		for _, c := range answer.Result().Cookies() {
			cookies[c.Name] = c
		}
		if strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			all[name+".html"] = answer.Body.String()
		}
		return answer.Body.String()
	}

	for _, story := range gallery.Stories(components.Page{Words: words.French, Limits: portal.StandardLimits}) {
		if strings.Contains(story.Name, "HTMX") {
			continue // an answer that is no document: htmx takes its title out of it
		}
		ask("galerie-"+story.Slug(), "/_galerie?page="+story.Slug(), nil)
	}
	ask("galerie", "/_galerie", nil)
	ask("accueil", "/", nil)
	for _, link := range regexp.MustCompile(`href="(/aide/([a-z0-9-]+))"`).FindAllStringSubmatch(ask("aide", "/aide", nil), -1) {
		ask("aide-"+link[2], link[1], nil)
	}
	ask("hors-ligne", "/hors-ligne", nil)
	ask("page-inconnue", "/nulle-part", nil)
	ask("connexion", "/connexion", nil)
	ask("connexion-refusee", "/connexion", url.Values{"identifiant": {nathalie}, "mot_de_passe": {"secret"}})
	ask("mot-de-passe-oublie", "/mot-de-passe-oublie", nil)
	ask("mot-de-passe-oublie-refuse", "/mot-de-passe-oublie", url.Values{})
	ask("", "/mot-de-passe-oublie", url.Values{"identifiant": {nathalie}, "canal": {"sms"}})
	ask("code", "/mot-de-passe-oublie/code", nil)
	ask("premiere-connexion", "/premiere-connexion", nil)
	ask("", "/connexion", url.Values{"identifiant": {nathalie}, "mot_de_passe": {password}})
	ask("mon-compte", "/mon-compte", nil)
	ask("mes-connexions", "/mon-compte/securite", nil)
	ask("changer-de-mot-de-passe", "/mon-compte/mot-de-passe", nil)
	ask("coordonnees", "/mon-compte/coordonnees", nil)
	ask("changer-de-mail", "/mon-compte/coordonnees?changer=email", nil)
	return all
}

// A browser guesses what wrong HTML means, and each may guess otherwise (RGAA 8.2).
func TestEveryPageIsValidHTML(t *testing.T) {
	t.Parallel()
	all := documents(t)
	for _, name := range []string{"accueil.html", "aide-numero.html", "code.html", "mon-compte.html", "mes-connexions.html", "connexion-refusee.html"} {
		if all[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	if *documentsInto != "" {
		check(t, os.MkdirAll(*documentsInto, 0o755))
		for name, document := range all {
			check(t, os.WriteFile(filepath.Join(*documentsInto, name), []byte(document), 0o644))
		}
	}
	for _, fault := range validate(t, all) {
		t.Error(fault)
	}
}

// A check that finds nothing must be able to find something.
func TestTheValidatorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	wrong := map[string]string{
		"no-dup-id":                   `<p id="a">1</p><p id="a">2</p>`,
		"close-order":                 `<p><strong>Un mot</p>`,
		"element-permitted-content":   `<span><p>Un mot</p></span>`,
		"attribute-allowed-values":    `<input id="a" type="nombre" aria-label="Nombre">`,
		"element-required-attributes": `<p><img alt="Un dessin"></p>`,
	}
	documents := map[string]string{}
	for rule, body := range wrong {
		documents[rule] = `<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head><body><main><h1>Titre</h1>` + body + `</main></body></html>`
	}
	found := strings.Join(validate(t, documents), "\n")
	for rule := range wrong {
		if !regexp.MustCompile("(?m)^" + rule + `:.*\(` + rule + `\)$`).MatchString(found) {
			t.Errorf("%s is not found in\n%s", rule, found)
		}
	}
}

// validate returns what html-validate finds wrong in documents by name.
func validate(t *testing.T, documents map[string]string) (faults []string) {
	t.Helper()
	_, err := fromNPM("html-validate/package.json")
	check(t, err)
	input, err := json.Marshal(documents)
	check(t, err)
	node := exec.CommandContext(t.Context(), "node", "validate.mjs")
	node.Dir = "node"
	node.Stdin = bytes.NewReader(input)
	node.Stderr = os.Stderr
	output, err := node.Output()
	check(t, err)
	check(t, json.Unmarshal(output, &faults))
	return faults
}
