// Package aide holds the help: one Markdown file a topic, and the drawings that the topics show. Load renders all of it once.
//
// A file begins with its front matter, lines of "key: value" between two lines of "---":
//
//	title        the heading of the page; required
//	short        the text of links to it; required
//	description  one sentence for lists and search engines; required
//	group        the heading under which it is listed; required
//	order        a whole number, no two alike; groups stand in the order of their first topic; required
//	keywords     words that people use for it and that need not stand on the page, with commas; required
//	next         slugs of topics to read after it, with commas
//	requires     "franceconnect": the topic exists only when FranceConnect is configured; "passkeys": where there can be passkeys
//
// The text is Markdown, from the second level of heading on; {#name} behind a heading lets others link to it. [words](slug) leads
// to another topic, and loses its link, not its words, when that topic is left out; [words](/connexion) to a page of the portal;
// ![description](name) shows dessins/name.svg. Lines between {{#franceconnect}} and {{/franceconnect}} stand only when
// FranceConnect is configured, those between {{^franceconnect}} and {{/franceconnect}} only when it is not. {{contact}} says whom
// to call, {{org}} and {{Org}} name the body that runs the portal, {{site}} its own site, {{conforme}} how accessible it is. What the
// portal limits has placeholders of its own (figures.go), in the front matter and in drawings too: no page spells such a figure out.
package aide

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"moncompte/app/limits"
	catalogue "moncompte/app/words"
)

//go:embed *.md dessins/*.svg
var embedded embed.FS

// Prefix is the path under which topics are served.
const Prefix = "/aide/"

// Options are what the help says of the portal it belongs to. Without the limits alone it is an anonymous body without a phone.
type Options struct {
	OrgName       string        // empty = « mon organisme »
	Phone         string        // as people read it, "3230"; empty = the help says to ask, without a number
	URL           string        // the body's own site, http or https; empty = not linked
	Accessibility string        // "non conforme" (also when empty), "partiellement conforme" or "totalement conforme"
	FranceConnect bool          // the portal offers FranceConnect
	Passkeys      bool          // the portal offers passkeys
	Limits        limits.Limits // the figures that the help gives; required
	Words         catalogue.Words
}

// Help is every topic. It does not change once loaded and may be used from many goroutines.
type Help struct {
	topics map[string]*Topic
	groups []Group
}

// Topic is one page.
type Topic struct {
	Slug        string // the last part of its address
	Title       string
	Short       string // the text of a link to it
	Description string
	Group       string
	Keywords    string   // for the search, with commas
	HTML        string   // safe: made from the embedded files only, what comes from Options is escaped
	Next        []*Topic // what to read after it; may be empty
}

// Path is the address of the topic, "/aide/numero".
func (t *Topic) Path() string { return Prefix + t.Slug }

// Group is a list of topics under one heading.
type Group struct {
	Name   string
	Topics []*Topic // never empty
}

// Topic returns the topic of that slug, or nil when there is none.
func (h *Help) Topic(slug string) *Topic { return h.topics[slug] }

// Groups returns all topics in the order in which to list them. The caller must not change it.
func (h *Help) Groups() []Group { return h.groups }

// Load renders the help. Its errors name the file and the line.
func Load(o Options) (*Help, error) {
	if o.Limits == (limits.Limits{}) {
		return nil, errors.New("aide: the limits are missing")
	}
	return load(embedded, o)
}

func load(fsys fs.FS, o Options) (*Help, error) {
	quoted := figures(o.Limits, o.Words)
	words, err := o.words(quoted)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, "*.md")
	if err != nil {
		return nil, fmt.Errorf("aide: %w", err)
	}
	slices.Sort(names)
	pages := make([]*page, 0, len(names))
	known := map[string]bool{} // by slug; false = left out
	for _, name := range names {
		source, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("aide: %w", err)
		}
		p, err := parse(name, string(source), o.FranceConnect)
		if err != nil {
			return nil, err
		}
		if err := p.fill(quoted); err != nil {
			return nil, err
		}
		stands := p.requires == "" || p.requires == "franceconnect" && o.FranceConnect || p.requires == "passkeys" && o.Passkeys
		known[p.slug] = stands
		if stands {
			pages = append(pages, p)
		}
	}
	slices.SortFunc(pages, func(a, b *page) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.slug, b.slug))
	})
	r := renderer{fsys: fsys, known: known, words: words, language: o.Words, franceConnect: o.FranceConnect}
	return build(pages, r)
}

// build renders the pages, which are in order, and ties them together.
func build(pages []*page, r renderer) (*Help, error) {
	h := &Help{topics: map[string]*Topic{}}
	index := map[string]int{} // of a group in h.groups
	for i, p := range pages {
		if i > 0 && pages[i-1].order == p.order {
			return nil, p.broken("order", "%s has the same order", pages[i-1].file)
		}
		html, err := r.render(p)
		if err != nil {
			return nil, err
		}
		t := &Topic{Slug: p.slug, Title: p.title, Short: p.short, Description: p.description, Group: p.group,
			Keywords: p.keywords, HTML: html}
		h.topics[t.Slug] = t
		if _, ok := index[t.Group]; !ok {
			index[t.Group] = len(h.groups)
			h.groups = append(h.groups, Group{Name: t.Group})
		}
		g := &h.groups[index[t.Group]]
		g.Topics = append(g.Topics, t)
	}
	for _, p := range pages {
		for _, slug := range p.next {
			stands, exists := r.known[slug]
			if !exists || slug == p.slug {
				return nil, p.broken("next", "there is no other page %q", slug)
			}
			if stands {
				h.topics[p.slug].Next = append(h.topics[p.slug].Next, h.topics[slug])
			}
		}
	}
	return h, nil
}

// slugOf is the name of a file without its extension.
func slugOf(file string) string { return strings.TrimSuffix(path.Base(file), ".md") }
