package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"moncompte/app/nir"
	"moncompte/app/search"
	"moncompte/server/check"
	"moncompte/server/web"
)

func ask(question string) string { return "/aide/recherche?q=" + url.QueryEscape(question) }

func TestAQuestionIsAnsweredWithPagesOfTheHelp(t *testing.T) {
	b := open(t, public).browser()
	a := b.get(ask("MOT DE PASE oublié"))
	a.expect(t, "results", http.StatusOK, header{"Content-Type": html, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
	for _, want := range []string{`<html lang="fr"`, `value="MOT DE PASE oublié"`, `<a href="/aide/mot-de-passe-oublie">`, `<b class="found">passe</b>`, "réponses.</p>",
		`role="search"`, "3230"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	first := strings.Index(a.body, `<ul class="help-list"><li><a href="/aide/mot-de-passe-oublie">`)
	if first < 0 {
		t.Error("the page that answers does not come first")
	}
}

func TestTypingIsAnsweredWithTheResultsAlone(t *testing.T) {
	a := open(t, public).browser().get(ask("code"), header{"HX-Request": "true"})
	a.expect(t, "results", http.StatusOK, header{"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
	if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Request") {
		t.Errorf("Vary is %q: a cache would mix both answers up", a.Header.Values("Vary"))
	}
	if strings.Contains(a.body, "<html") || !strings.Contains(a.body, `<a href="/aide/code-non-recu">`) ||
		!regexp.MustCompile(`<p id="nombre" data-hx-swap-oob="innerHTML">\d\x{a0}réponses\.</p>$`).MatchString(a.body) {
		t.Errorf("the answer is %s", a.body)
	}
}

func TestAnEmptyQuestionListsEveryTopicAndNonsenseSaysWhatToDo(t *testing.T) {
	h, err := help()
	check.OK(t, err)
	b := open(t, local).browser()
	for _, path := range []string{"/aide/recherche", ask(""), ask("  "), ask("je ne"), "/aide/recherche?q=%zz"} {
		a := b.get(path)
		for _, g := range h.Groups() {
			for _, topic := range g.Topics {
				if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `<a href="`+topic.Path()+`">`) {
					t.Errorf("%s: status %d, %s is not listed", path, a.StatusCode, topic.Path())
				}
			}
		}
	}
	a := b.get(ask("zzzz"))
	for _, want := range []string{"Aucune réponse.", "mots simples", `<a href="/aide">toutes les questions</a>`, "tel:3230"} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("nothing was found: status %d, the page does not say %q", a.StatusCode, want)
		}
	}
}

// OWASP ASVS 5.0 V14.2.1: the address loses it at once, and no page repeats it. TestMain searches the log for it.
func TestANumberOrAnAddressTypedIntoTheSearchGoesNowhere(t *testing.T) {
	b := open(t, public).browser()
	for _, secret := range []string{nathalie, "2 69 05 49 588 157 80", run.secret("e-mail", "nathalie@example.org"), "code 481516", "code ٤٨١٥١٦", "۲۶۹۰۵۴۹۵۸۸۱۵۷", strings.Repeat("numéro ", 100) + nathalie} {
		a := b.get(ask(secret))
		a.expect(t, "a question that is private", http.StatusSeeOther, header{"Location": "/aide/recherche?retire=1", "Cache-Control": "no-store"})
		page := b.get(a.Header.Get("Location"))
		typed := b.get(ask(secret), header{"HX-Request": "true"})
		for name, a := range map[string]answer{"the page": page, "the answer to typing": typed} {
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "je le saisis seulement sur la") || strings.Contains(a.body, secret) {
				t.Errorf("%s: status %d, says %s", name, a.StatusCode, a.body)
			}
		}
	}
}

func TestTheSearchKnowsTheConfiguredPatternOfProvisionalIdentifiers(t *testing.T) {
	pattern, err := nir.ParsePattern("[A-Z]{6}[0-9][A-Z]?")
	check.OK(t, err)
	b := open(t, public, func(o *web.Options) { o.Provisional = pattern }).browser()
	b.get(ask("ABCDEF7H")).expect(t, "an identifier", http.StatusSeeOther, header{"Location": "/aide/recherche?retire=1"})
	const told = ` data-provisional="[A-Z]{6}[0-9][A-Z]?"`
	usual := open(t, public).browser()
	for _, path := range []string{"/aide", "/aide/numero", "/aide/recherche"} {
		if page := b.get(path); !strings.Contains(page.body, told) {
			t.Errorf("%s does not tell the browser", path)
		}
		if page := usual.get(path); strings.Contains(page.body, "data-provisional") {
			t.Errorf("%s tells the browser what it knows", path)
		}
	}
}

func TestNothingThatIsTypedBecomesMarkup(t *testing.T) {
	b := open(t, local).browser()
	for _, question := range []string{`"><script>x</script>`, `<b class="found">code</b>`, `' onfocus='x`, "code\x00\xff", strings.Repeat("code ", 1000) + "<b>"} {
		for _, h := range []header{{}, {"HX-Request": "true"}} {
			a := b.get(ask(question), h)
			if a.StatusCode != http.StatusOK || strings.Contains(a.body, "<script>x") || strings.Contains(a.body, `<b class="found">code</b></`) ||
				strings.Contains(a.body, "' onfocus") || strings.Contains(a.body, "<b>") {
				t.Errorf("%.30q: status %d, %s", question, a.StatusCode, a.body)
			}
			if n := strings.Count(a.body, "code code"); n > search.MaxQuery/5 {
				t.Errorf("%.30q: a question without end is repeated %d times", question, n)
			}
		}
	}
}

var dataIndex = regexp.MustCompile(`data-index="([^"]*)"`)

func TestTheIndexOfTheSearchIsKeptForEverUnderAnAddressOfItsContent(t *testing.T) {
	b := open(t, public).browser()
	var at string
	for _, page := range []string{"/aide", "/aide/recherche"} {
		found := dataIndex.FindStringSubmatch(b.get(page).body)
		if found == nil || at != "" && found[1] != at {
			t.Fatalf("%s: the index is at %q, elsewhere at %q", page, found, at)
		}
		at = found[1]
	}
	if !regexp.MustCompile(`^/aide/recherche/index\.[0-9a-f]{16}\.bin$`).MatchString(at) {
		t.Fatalf("the index is at %q", at)
	}
	a := b.get(at, header{"Accept-Encoding": "identity"})
	a.expect(t, "the index", http.StatusOK, header{"Content-Type": "application/octet-stream", "Cache-Control": "public, max-age=31536000, immutable"})
	index, err := search.Parse([]byte(a.body))
	check.OK(t, err)
	if hits := index.Search("carte vitale", 1); len(hits) != 1 || hits[0].Path != "/aide/numero" {
		t.Errorf("the browser would find %v", hits)
	}
	if a.Header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
		t.Errorf("length %q of %d", a.Header.Get("Content-Length"), len(a.body))
	}
	for _, other := range []string{"/aide/recherche/index.0000000000000000.bin", "/aide/recherche/index.bin", "/aide/recherche/..%2fnumero"} {
		b.get(other).expect(t, other, http.StatusNotFound, header{"Cache-Control": "no-store"})
	}
}
