package gallery_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// What a screen reader would say although it tells a person nothing, says it twice, or is false (see docs/accessibility.md; the whole
// ways are heard by TestWhatOrcaSays of server/e2e).
func TestNothingIsSaidForNothing(t *testing.T) {
	described := 0
	for _, d := range documents(t) {
		byID := map[string]*html.Node{}
		for _, n := range d.elements {
			byID[attribute(n, "id")] = n
		}
		first := true
		for _, n := range d.elements {
			fault := func(what string) {
				t.Errorf("%s: <%s class=%q>: %s", d.story.Slug(), n.Data, attribute(n, "class"), what)
			}
			if has(n, "required") {
				fault("a field that is required for the browser is said to be wrong before it was touched")
			}
			if attribute(n, "aria-invalid") == "false" {
				fault("a field that is not wrong says nothing of it")
			}
			if role := attribute(n, "role"); (role == "status" || role == "alert") && text(n) == "" {
				fault("an empty region is met by whoever reads the page")
			}
			if title := attribute(n, "title"); title != "" && attribute(n, "aria-label") != title {
				fault("the title is read after the name")
			}
			if n.Data == "mark" {
				fault("its beginning and its end are read")
			}
			if first && n.Data == "a" {
				if first = false; attribute(n, "class") != "skip" && !d.story.Fragment {
					fault("it stands before the link to the content")
				}
			}
			for _, id := range strings.Fields(attribute(n, "aria-describedby")) {
				if described++; byID[id] != nil && slices.ContainsFunc(within(byID[id]), func(n *html.Node) bool { return n.Data == "a" || n.Data == "button" }) {
					fault("a link in its description is read as a part of it")
				}
			}
		}
		if strings.Contains(text(d.elements[0]), "(e)") {
			t.Errorf("%s: « (e) » is read as a letter", d.story.Slug())
		}
	}
	if described < 50 {
		t.Errorf("only %d descriptions were looked at", described)
	}
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// within are the elements in an element.
func within(n *html.Node) (all []*html.Node) {
	for child := range n.Descendants() {
		if child.Type == html.ElementNode {
			all = append(all, child)
		}
	}
	return all
}
