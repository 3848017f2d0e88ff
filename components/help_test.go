package components

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"moncompte/app/limits"
	"moncompte/app/words"
)

// french is a page in French, with figures of its own.
var french = Page{Words: words.French, Limits: limits.Limits{CodeDigits: 7, CodeLife: 13 * time.Minute, CodeSends: 4, LinkingLife: 17 * time.Minute,
	Idle: 19 * time.Minute}}

// plainSpaces makes expectations readable.
func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAHelpPageShowsItsTopicAndWhatToReadNext(t *testing.T) {
	v := HelpTopicView{
		Page:    french,
		HTML:    "<p>Du <strong>texte</strong></p>",
		Related: []HelpLink{{HRef: "/aide/numero", Text: "Où trouver"}},
	}
	v.Page.Title, v.Page.Description = "Où <est>", "Une phrase."
	page := rendered(t, HelpTopic(v))
	for _, want := range []string{
		"<title>Où &lt;est&gt; – Mon Compte</title>", `<meta name="description" content="Une phrase.">`, "<h1>Où &lt;est&gt;</h1>",
		v.HTML, `<a href="/aide">Toute l’aide</a>`, `<a href="/aide/numero">Où trouver</a>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not contain %s", want)
		}
	}
	v.Related = nil
	if strings.Contains(rendered(t, HelpTopic(v)), "À lire aussi") {
		t.Error("a page that leads nowhere has a list of links")
	}
}

func TestTheHelpIndexNamesEachGroupByItsHeading(t *testing.T) {
	page := rendered(t, HelpIndex(HelpIndexView{Page: french, Groups: []HelpGroup{
		{Name: "Un", Links: []HelpLink{{HRef: "/aide/a", Text: "A", Description: "Phrase."}}},
		{Name: "Deux", Links: []HelpLink{{HRef: "/aide/b", Text: "B"}}},
	}}))
	for _, want := range []string{`aria-labelledby="aide-1"`, `<h2 id="aide-1">Un</h2>`, `<h2 id="aide-2">Deux</h2>`,
		`<a href="/aide/a">A</a> <p class="hint">Phrase.</p>`, `<a href="/aide/b">B</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not contain %s", want)
		}
	}
	if n := strings.Count(page, `class="hint"`); n != 1 {
		t.Errorf("%d descriptions, want 1: a link without one has no empty paragraph", n)
	}
}
