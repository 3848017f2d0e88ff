package aide

import (
	"encoding/xml"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
)

func TestGroupsAndTopicsStandInOrder(t *testing.T) {
	h := mustLoad(t, caf)
	var names []string
	for _, g := range h.Groups() {
		names = append(names, g.Name)
		for _, topic := range g.Topics {
			if topic.Group != g.Name || h.Topic(topic.Slug) != topic {
				t.Errorf("%s is not the topic of its group", topic.Slug)
			}
		}
	}
	want := []string{"Me connecter", "Mon numéro", "Mon mot de passe et mon code", "Je n’y arrive pas", "Ma sécurité et mes droits"}
	if !slices.Equal(names, want) {
		t.Errorf("groups are %q, want %q", names, want)
	}
	if first := h.Groups()[0].Topics[0]; first.Path() != "/aide/trouver-mon-compte" || first.Title != "Où trouver Mon\u00a0Compte\u00a0?" {
		t.Errorf("the first topic is %q at %s", first.Title, first.Path())
	}
	if h.Topic("../aide") != nil || h.Topic("") != nil {
		t.Error("a topic that does not exist was found")
	}
}

func TestThePagesThatOthersLinkToExist(t *testing.T) {
	h := mustLoad(t, withoutFC)
	for _, slug := range []string{"numero", "accessibilite", "donnees-personnelles"} {
		if h.Topic(slug) == nil {
			t.Errorf("there is no page %s, which every page of the portal links to", slug)
		}
	}
}

func TestEveryLinkLeadsToAPage(t *testing.T) {
	href := regexp.MustCompile(`href="([^"]*)"`)
	for _, o := range []Options{caf, withoutFC} {
		h := mustLoad(t, o)
		for _, topic := range topics(h) {
			for _, m := range href.FindAllStringSubmatch(topic.HTML, -1) {
				slug, isTopic := strings.CutPrefix(m[1], Prefix)
				switch {
				case isTopic && h.Topic(slug) != nil, slices.Contains(routes, m[1]):
				case strings.HasPrefix(m[1], "https://"), m[1] == "tel:3230":
				default:
					t.Errorf("%s links to %s", topic.Slug, m[1])
				}
			}
			for _, next := range topic.Next {
				if h.Topic(next.Slug) != next {
					t.Errorf("%s is followed by %s, which is left out", topic.Slug, next.Slug)
				}
			}
		}
	}
}

func TestWithoutFranceConnectNothingSpeaksOfIt(t *testing.T) {
	with, without := mustLoad(t, caf), mustLoad(t, withoutFC)
	if a, b := len(topics(with)), len(topics(without)); a != b+3 {
		t.Errorf("%d pages with FranceConnect and %d without, want three fewer", a, b)
	}
	for _, topic := range topics(without) {
		if text := topic.Title + topic.Short + topic.Description + topic.HTML; strings.Contains(text, "FranceConnect") || strings.Contains(text, "④") {
			t.Errorf("%s speaks of FranceConnect", topic.Slug)
		}
	}
	if !strings.Contains(with.Topic("se-connecter").HTML, `<a href="/aide/franceconnect">`) {
		t.Error("with FranceConnect, the page on signing in does not link to it")
	}
}

func TestWithoutPasskeysNothingSpeaksOfThem(t *testing.T) {
	without := caf
	without.Passkeys = false
	if mustLoad(t, caf).Topic("cles-d-acces") == nil {
		t.Error("with passkeys there is no page on them")
	}
	for _, topic := range topics(mustLoad(t, without)) {
		if strings.Contains(topic.Title+topic.Description+topic.HTML, "clé d’accès") {
			t.Errorf("%s speaks of passkeys", topic.Slug)
		}
	}
}

// The pages are sent under a policy without inline script or style, and hold nothing that the files did not say.
func TestPagesAreSafe(t *testing.T) {
	unsafe := regexp.MustCompile(`(?i)<(script|style|iframe|img|link|object)|\s(style|on\w+)=|javascript:|raw HTML omitted|\{\{|\}\}`)
	id := regexp.MustCompile(`\sid="([^"]*)"`)
	for _, topic := range topics(mustLoad(t, caf)) {
		if found := unsafe.FindString(topic.HTML); found != "" {
			t.Errorf("%s contains %q", topic.Slug, found)
		}
		seen := map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(topic.HTML, -1) {
			if seen[m[1]] || !slugShape.MatchString(m[1]) {
				t.Errorf("%s: id %q is not plain or stands twice", topic.Slug, m[1])
			}
			seen[m[1]] = true
		}
	}
}

func TestWhatTheSettingsSayIsEscaped(t *testing.T) {
	h := mustLoad(t, Options{OrgName: `<b>{{site}}</b>`, Phone: `"><script>1</script>`, URL: `https://x.fr/"onclick="`})
	for _, topic := range topics(h) {
		if strings.Contains(topic.HTML, "<b>") || strings.Contains(topic.HTML, "<script") || strings.Contains(topic.HTML, `"onclick`) {
			t.Errorf("%s shows a setting as HTML", topic.Slug)
		}
	}
	if page := h.Topic("numero").HTML; !strings.Contains(page, "mon organisme (&lt;b&gt;{{site}}&lt;/b&gt;)") {
		t.Errorf("the name of the body is not shown as it is: %s", page)
	}
}

func TestWithoutSettingsTheHelpStillSaysWhomToAsk(t *testing.T) {
	page := mustLoad(t, Options{}).Topic("faux-message").HTML
	for _, want := range []string{"Je demande à un conseiller\u00a0: <strong>mon organisme</strong>.", "le site de mon organisme"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "tel:") {
		t.Error("the page has a phone link without a number")
	}
}

func TestASiteThatIsNotHTTPIsRefused(t *testing.T) {
	for _, site := range []string{"javascript:alert(1)", "caf.fr", "https://", "ftp://caf.fr"} {
		if _, err := Load(Options{URL: site, Limits: portal.StandardLimits}); err == nil || !strings.Contains(err.Error(), "the site") {
			t.Errorf("the site %q was accepted", site)
		}
	}
}

func TestDrawingsAreSmallAndPlain(t *testing.T) {
	names, err := fs.Glob(embedded, "dessins/*.svg")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d drawings, %v", len(names), err)
	}
	h := mustLoad(t, caf)
	for _, name := range names {
		data, err := fs.ReadFile(embedded, name)
		check.OK(t, err)
		if len(data) > 3000 {
			t.Errorf("%s has %d bytes, want 3000 at most", name, len(data))
		}
		if found := regexp.MustCompile(`(?i)\s(id|style|fill|stroke|href)=|#[0-9a-f]{3}`).FindString(string(data)); found != "" {
			t.Errorf("%s contains %q: colours come from classes", name, found)
		}
		shape := regexp.MustCompile(`viewBox="[^"]*"`).FindString(string(data))
		if !slices.ContainsFunc(topics(h), func(topic *Topic) bool { return strings.Contains(topic.HTML, shape) }) {
			t.Errorf("%s is shown on no page", name)
		}
	}
	for _, o := range []Options{caf, withoutFC} {
		for _, topic := range topics(mustLoad(t, o)) {
			for _, svg := range drawn.FindAllString(topic.HTML, -1) {
				if !strings.HasPrefix(svg, `<svg role="img" aria-label="Dessin`) {
					t.Errorf("%s: a drawing has no words: %.80s", topic.Slug, svg)
				}
				if _, inside, _ := strings.Cut(svg, ">"); !strings.HasPrefix(inside, `<g aria-hidden="true">`) {
					t.Errorf("%s: the words in a drawing are read as well as its description: %.80s", topic.Slug, svg)
				}
				if words, _, _ := strings.Cut(svg, `" viewBox`); regexp.MustCompile(`\d\d \d`).MatchString(words) {
					t.Errorf("%s: a number in a description is read as thousands, not by its groups: %.200s", topic.Slug, svg)
				}
				wellFormed(t, topic.Slug, svg)
			}
		}
	}
}

func wellFormed(t *testing.T, slug, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("%s: a drawing is broken: %v", slug, err)
			return
		}
	}
}

func TestABrokenPageIsNamedWithItsLine(t *testing.T) {
	const head = "---\ntitle: T\nshort: S\ndescription: D\ngroup: G\nkeywords: k\norder: 1\n---\n"
	for name, row := range map[string]struct{ page, want string }{
		"no front matter":           {"Bonjour.\n", "a.md:1: front matter must begin"},
		"front matter without end":  {"---\ntitle: T\n", "a.md:1: front matter does not end"},
		"missing keywords":          {strings.Replace(head, "keywords: k\n", "", 1) + "x", "a.md:1: keywords is missing"},
		"missing title":             {strings.Replace(head, "title: T\n", "", 1) + "x", "a.md:1: title is missing"},
		"empty title":               {strings.Replace(head, "title: T", "title: ", 1) + "x", "a.md:2: want"},
		"line without a value":      {strings.Replace(head, "short: S", "short", 1) + "x", "a.md:3: want"},
		"key twice":                 {strings.Replace(head, "short: S", "title: S", 1) + "x", "a.md:3: title stands twice"},
		"unknown key":               {strings.Replace(head, "group: G", "groupe: G", 1) + "x", "a.md:5: key \"groupe\""},
		"order is not a number":     {strings.Replace(head, "order: 1", "order: un", 1) + "x", "a.md:7: order"},
		"unknown requirement":       {strings.Replace(head, "group: G", "group: G\nrequires: magic", 1) + "x", "a.md:6: requires"},
		"next does not exist":       {strings.Replace(head, "group: G", "group: G\nnext: b, zzz", 1) + "x", "a.md:6: next: there is no other page \"zzz\""},
		"next is itself":            {strings.Replace(head, "group: G", "group: G\nnext: a", 1) + "x", "a.md:6: next: there is no other page \"a\""},
		"same order":                {strings.Replace(head, "order: 1", "order: 2", 1) + "x", "b.md:7: order: a.md has the same order"},
		"empty page":                {head + "\n \n", "a.md:8: the page is empty"},
		"link to a missing page":    {head + "Un.\n\nDeux [trois](zzz).\n", "a.md:11: there is no page \"zzz\""},
		"link to an unknown route":  {head + "[trois](/connexions)\n", "a.md:9: there is no page"},
		"link by script":            {head + "[x](javascript:alert)\n", "a.md:9: there is no page"},
		"plain http link":           {head + "[x](http://x.fr)\n", "a.md:9: there is no page"},
		"bare address":              {head + "Un.\n<https://x.fr>\n", "a.md:9: a link needs words"},
		"html block":                {head + "Un.\n\n<div>x</div>\n", "a.md:11: HTML is not allowed"},
		"inline html":               {head + "Un.\nUn <b>mot</b>.\n", "a.md:10: HTML is not allowed"},
		"first-level heading":       {head + "Un.\n\n# Titre\n", "a.md:11: a heading needs two #"},
		"missing drawing":           {head + "![Un chat](chat)\n", "a.md:9: there is no drawing \"chat\""},
		"drawing without words":     {head + "![](rond)\n", "a.md:9: a drawing needs a description"},
		"drawing that is no svg":    {head + "![Un faux](faux)\n", "a.md:9: the drawing \"faux\" is not an <svg>"},
		"placeholder in the title":  {strings.Replace(head, "title: T", "title: {{org}}", 1) + "x", "a.md:2: title: {{org}} is not known"},
		"unknown placeholder":       {head + "Un.\n\nDeux {{contacts}}\n", "a.md:11: {{contacts}} is not known"},
		"condition not closed":      {head + "Un.\n{{#franceconnect}}\nDeux.\n", "a.md:10: a condition"},
		"condition not opened":      {head + "Un.\n{{/franceconnect}}\n", "a.md:10: a condition"},
		"condition inside another":  {head + "{{#franceconnect}}\n{{^franceconnect}}\n{{/franceconnect}}\n", "a.md:10: a condition"},
		"lines after a condition":   {head + "{{#franceconnect}}\nUn.\n{{/franceconnect}}\n\n[x](zzz)\n", "a.md:13: there is no page"},
		"lines inside it, left out": {head + "Un.\n{{#franceconnect}}\n[x](zzz)\n{{/franceconnect}}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(fstest.MapFS{
				"a.md":             {Data: []byte(row.page)},
				"b.md":             {Data: []byte(strings.Replace(head, "order: 1", "order: 2", 1) + "x")},
				"dessins/rond.svg": {Data: []byte(`<svg viewBox="0 0 1 1"></svg>`)},
				"dessins/faux.svg": {Data: []byte("rond")},
			}, Options{})
			switch {
			case row.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case row.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "aide: "+row.want)):
				t.Errorf("error is %v, want %q", err, row.want)
			}
		})
	}
}

func TestAFileNameThatCannotBeAnAddressIsRefused(t *testing.T) {
	for _, name := range []string{"Où.md", "a b.md", "recherche.md", "-a.md"} {
		if _, err := load(fstest.MapFS{name: {Data: []byte("---\n---\n")}}, Options{}); err == nil || !strings.Contains(err.Error(), "cannot be an address") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

func TestALinkToAPageThatIsLeftOutKeepsItsWords(t *testing.T) {
	const head = "---\ntitle: T\nshort: S\ndescription: D\ngroup: G\nkeywords: k\norder: "
	files := fstest.MapFS{
		"a.md": {Data: []byte(head + "1\nnext: b\n---\nVoir [la **page** b](b) ici.\n")},
		"b.md": {Data: []byte(head + "2\nrequires: franceconnect\n---\nTexte.\n")},
	}
	h, err := load(files, Options{})
	check.OK(t, err)
	if got, want := h.Topic("a").HTML, "<p>Voir la <strong>page</strong> b ici.</p>\n"; got != want || h.Topic("b") != nil || len(h.Topic("a").Next) != 0 {
		t.Errorf("page is %q, want %q", got, want)
	}
	h, err = load(files, Options{FranceConnect: true})
	check.OK(t, err)
	if got := h.Topic("a"); !strings.Contains(got.HTML, `<a href="/aide/b">la <strong>page</strong> b</a>`) || len(got.Next) != 1 {
		t.Errorf("page is %q, followed by %d", got.HTML, len(got.Next))
	}
}

func TestTheHelpSaysHowLongASessionLasts(t *testing.T) {
	for _, row := range []struct {
		idle time.Duration
		want string
	}{{30 * time.Minute, "30\u00a0minutes"}, {time.Minute, "1\u00a0minute"}, {90 * time.Minute, "90\u00a0minutes"}, {2 * time.Hour, "2\u00a0heures"}} {
		o := Options{Limits: portal.StandardLimits}
		o.Limits.Idle = row.idle
		page := mustLoad(t, o).Topic("me-deconnecter").HTML
		if want := "Après " + row.want + " sans activité"; !strings.Contains(page, want) {
			t.Errorf("%v: the page does not say %q", row.idle, want)
		}
	}
}

// What the browser keeps by itself is said beside the cookies: the worker's pages and the one choice of the shell.
func TestThePageOnDataSaysWhatTheBrowserKeeps(t *testing.T) {
	page := mustLoad(t, Options{}).Topic("durees-et-cookies").HTML
	for _, want := range []string{"garde les pages d’aide", "«\u00a0Non merci\u00a0»"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// The law's declaration (2019-768, article 5; RGAA 4.1.2) names the state, what is not accessible, whom to tell and whom to turn to.
func TestTheDeclarationSaysWhatTheLawAsks(t *testing.T) {
	for conforming, want := range map[string]string{"": "non conforme, car un audit", "non conforme": "non conforme, car un audit",
		"partiellement conforme": "Mon Compte est partiellement conforme.", "totalement conforme": "Mon Compte est totalement conforme."} {
		o := caf
		o.Accessibility = conforming
		text := read(mustLoad(t, o).Topic("accessibilite").HTML)
		for _, want := range []string{want, "Mon organisme (Caf) s’engage", "loi du 11 février 2005", "RGAA 4.1.2", "Contenus non accessibles",
			"date du", "Défenseur des droits", "75342 Paris CEDEX 07", "J’appelle un conseiller"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q: the declaration lacks %q in\n%s", conforming, want, text)
			}
		}
	}
}
