package aide

import (
	"html"
	"regexp"
	"slices"
	"strings"

	"moncompte/app/search"
)

var (
	drawn    = regexp.MustCompile(`<svg.*?</svg>`)
	blockEnd = regexp.MustCompile(`</(h[2-6]|p|li|ul|ol)>`)
	tag      = regexp.MustCompile(`<[^>]*>`)
)

// lastPart begins the part of every page that says what to do now and whom to call.
const lastPart = `<h2 id="et-maintenant">`

// plainText is what a person reads of a page without its drawings: a line for each paragraph, heading and item.
func plainText(page string) string {
	page = strings.ReplaceAll(drawn.ReplaceAllString(page, ""), "\n", " ")
	page = tag.ReplaceAllString(blockEnd.ReplaceAllString(page, "$0\n"), "")
	lines := strings.Split(html.UnescapeString(page), "\n")
	for i, line := range lines {
		lines[i] = strings.Trim(line, " ")
	}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
}

// Documents are all topics for the search, in the order in which they are listed. Their last part is left out: it is much the
// same on every page.
func (h *Help) Documents() []search.Document {
	var all []search.Document
	for _, g := range h.groups {
		for _, t := range g.Topics {
			text, _, _ := strings.Cut(t.HTML, lastPart)
			all = append(all, search.Document{Path: t.Path(), Title: t.Title, Description: t.Description,
				Keywords: t.Short + ", " + t.Keywords, Text: plainText(text)})
		}
	}
	return all
}
