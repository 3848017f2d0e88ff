package gallery_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"moncompte/components/gallery"
)

// document is what a rule needs to know of one rendered story.
type document struct {
	story    gallery.Story
	elements []*html.Node // in order, without what is inside <template>
	ids      map[string]int
}

func documents(t *testing.T) []document {
	t.Helper()
	var all []document
	for _, s := range gallery.Stories(page) {
		root, err := html.Parse(bytes.NewReader(render(t, s)))
		if err != nil {
			t.Fatalf("%s: %v", s.Slug(), err)
		}
		d := document{story: s, ids: map[string]int{}}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode || inTemplate(n) {
				continue
			}
			d.elements = append(d.elements, n)
			if id := attribute(n, "id"); id != "" {
				d.ids[id]++
			}
		}
		all = append(all, d)
	}
	return all
}

func inTemplate(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "template" {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestEveryIDIsUnique(t *testing.T) {
	for _, d := range documents(t) {
		for id, n := range d.ids {
			if n > 1 {
				t.Errorf("%s: id %q stands %d times", d.story.Slug(), id, n)
			}
		}
	}
}

// The policy refuses inline styles and handlers, so they would be dead as well as wrong.
func TestNoElementHasAnInlineStyleOrHandler(t *testing.T) {
	for _, d := range documents(t) {
		for _, n := range d.elements {
			if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
				t.Errorf("%s: inline <%s>", d.story.Slug(), n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "data-hx-on") || strings.Contains(a.Val, "js:") {
					t.Errorf("%s: <%s %s>", d.story.Slug(), n.Data, a.Key)
				}
			}
		}
	}
}

// HTML knows no other attributes of our own than those that begin with data- (RGAA 8.2).
func TestEveryAttributeOfHTMXIsSpeltAsHTMLAllows(t *testing.T) {
	forms := 0
	for _, d := range documents(t) {
		for _, n := range d.elements {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "hx-") {
					t.Errorf("%s: <%s %s>, not data-%s", d.story.Slug(), n.Data, a.Key, a.Key)
				}
				if a.Key == "data-hx-post" {
					forms++
				}
			}
		}
	}
	if forms == 0 {
		t.Fatal("no story has a form of HTMX")
	}
}

// A network that loses the style sheet must not leave signs as large as the screen (RGAA 10.2, 10.3).
func TestEverySignHasItsSizeWithoutStyles(t *testing.T) {
	signs := 0
	for _, d := range documents(t) {
		for _, n := range d.elements {
			if n.Data != "svg" || attribute(n, "role") == "img" {
				continue
			}
			signs++
			if attribute(n, "width") == "" || attribute(n, "height") == "" || attribute(n, "fill") != "none" {
				t.Errorf("%s: <svg class=%q> takes what it gets", d.story.Slug(), attribute(n, "class"))
			}
		}
	}
	if signs == 0 {
		t.Fatal("no story has a sign")
	}
}

func TestEveryInputHasALabelWithWords(t *testing.T) {
	inputs := 0
	for _, d := range documents(t) {
		labels := map[string]string{}
		for _, n := range d.elements {
			if n.Data == "label" {
				labels[attribute(n, "for")] = text(n)
			}
		}
		for _, n := range d.elements {
			if n.Data != "input" || attribute(n, "type") == "hidden" {
				continue
			}
			inputs++
			if labels[attribute(n, "id")] == "" {
				t.Errorf("%s: input %q has no label", d.story.Slug(), attribute(n, "id"))
			}
		}
	}
	if inputs == 0 {
		t.Fatal("no story has an input")
	}
}

func TestEveryReferenceHasItsTarget(t *testing.T) {
	for _, d := range documents(t) {
		// The answer of HTMX, and a summary alone, lead to fields that are in the page already.
		alone := d.story.Fragment
		for _, n := range d.elements {
			refs := strings.Fields(attribute(n, "aria-describedby") + " " + attribute(n, "aria-labelledby") + " " + attribute(n, "for"))
			if href := attribute(n, "href"); strings.HasPrefix(href, "#") && !alone {
				refs = append(refs, href[1:])
			}
			if target := attribute(n, "data-hx-target"); strings.HasPrefix(target, "#") {
				refs = append(refs, target[1:])
			}
			for _, ref := range refs {
				if d.ids[ref] == 0 {
					t.Errorf("%s: <%s> refers to %q, which is not there", d.story.Slug(), n.Data, ref)
				}
			}
		}
	}
}

func TestEveryPageHasOneHeadingLandmarksAndFrenchLanguage(t *testing.T) {
	for _, d := range documents(t) {
		if d.story.Fragment {
			continue
		}
		count := map[string]int{}
		var body, lang string
		for _, n := range d.elements {
			count[n.Data]++
			if n.Data == "nav" && attribute(n, "aria-label")+attribute(n, "aria-labelledby") == "" {
				t.Errorf("%s: a <nav> without a name", d.story.Slug())
			}
			if n.Data == "html" {
				lang = attribute(n, "lang")
			}
			if n.Parent != nil && n.Parent.Data == "body" && body == "" {
				body = attribute(n, "class")
			}
		}
		for _, tag := range []string{"h1", "main", "header", "footer", "title"} {
			if count[tag] != 1 {
				t.Errorf("%s: %d <%s>", d.story.Slug(), count[tag], tag)
			}
		}
		if count["nav"] == 0 {
			t.Errorf("%s: no <nav>", d.story.Slug())
		}
		if lang != "fr" {
			t.Errorf("%s: language %q", d.story.Slug(), lang)
		}
		if body != "skip" {
			t.Errorf("%s: the body begins with %q, not with the link to the content", d.story.Slug(), body)
		}
	}
}

// A label of the visible words must begin the name, and a link without words has none.
func TestEveryLinkAndButtonHasWords(t *testing.T) {
	for _, d := range documents(t) {
		for _, n := range d.elements {
			if (n.Data == "a" || n.Data == "button") && text(n) == "" {
				t.Errorf("%s: <%s> without words", d.story.Slug(), n.Data)
			}
		}
	}
}

// GOV.UK and RGAA 11.10: an error says the same on top of the page and beside its field.
func TestASummarySaysWhatStandsBesideTheField(t *testing.T) {
	checked := 0
	for _, d := range documents(t) {
		beside := map[string]string{}
		for _, n := range d.elements {
			if strings.HasSuffix(attribute(n, "id"), "-erreur") {
				beside[strings.TrimSuffix(attribute(n, "id"), "-erreur")] = text(n)
			}
		}
		for _, n := range d.elements {
			field, ok := strings.CutPrefix(attribute(n, "href"), "#")
			said, exists := beside[field]
			if n.Data != "a" || !ok || !exists {
				continue
			}
			checked++
			if !strings.Contains(said, text(n)) {
				t.Errorf("%s: %q on top, %q beside", d.story.Slug(), text(n), said)
			}
		}
	}
	if checked == 0 {
		t.Fatal("no summary leads to a field")
	}
}

// A password is never sent back, whatever was typed.
func TestAPasswordFieldNeverHasAValue(t *testing.T) {
	for _, d := range documents(t) {
		for _, n := range d.elements {
			if n.Data == "input" && attribute(n, "type") == "password" {
				for _, a := range n.Attr {
					if a.Key == "value" {
						t.Errorf("%s: password with a value", d.story.Slug())
					}
				}
			}
		}
	}
}

// Those who cannot see colours, and printers, read the word.
func TestEveryErrorBesideAFieldSaysErreur(t *testing.T) {
	for _, d := range documents(t) {
		for _, n := range d.elements {
			if attribute(n, "class") == "message" && !strings.HasPrefix(text(n), "Erreur :") {
				t.Errorf("%s: %q", d.story.Slug(), text(n))
			}
		}
	}
}

// French typography: no ordinary space before : ; ? ! » and after «, or a line may begin with the mark.
func TestFrenchMarksAreGluedToTheirWord(t *testing.T) {
	for _, d := range documents(t) {
		for _, n := range d.elements {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type != html.TextNode {
					continue
				}
				for _, loose := range []string{" :", " ;", " ?", " !", " »", "« ", "'"} {
					if strings.Contains(c.Data, loose) {
						t.Errorf("%s: %q in %q", d.story.Slug(), loose, c.Data)
					}
				}
			}
		}
	}
}
