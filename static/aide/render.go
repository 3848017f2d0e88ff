package aide

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	goldrenderer "github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	catalogue "moncompte/app/words"
)

// routes are the pages of the portal that the help may lead to.
var routes = []string{"/", "/aide", "/connexion", "/mot-de-passe-oublie", "/premiere-connexion", "/mon-compte", "/mon-compte/securite", "/mon-compte/coordonnees"}

// renderer turns pages into HTML. Raw HTML in a page is refused, so that everything in the result comes from goldmark, from
// our own drawings, or from words that are escaped: the pages need no exception to a policy without inline script and style.
type renderer struct {
	fsys          fs.FS
	known         map[string]bool // by slug; false = left out
	words         words
	language      catalogue.Words
	franceConnect bool
}

func (r renderer) render(p *page) (string, error) {
	shown := drawings{}
	md := goldmark.New(
		goldmark.WithParserOptions(parser.WithHeadingAttribute()),
		goldmark.WithRendererOptions(goldrenderer.WithNodeRenderers(util.Prioritized(shown, 100))),
	)
	source := []byte(p.body)
	doc := md.Parser().Parse(text.NewReader(source))
	if err := r.resolve(p, doc, shown); err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, source, doc); err != nil {
		return "", p.at(1, "%v", err)
	}
	filled, unknown := r.words.fill(out.String())
	if unknown != "" {
		return "", p.at(p.lineOf(max(strings.Index(p.body, unknown), 0)), "%s is not known", unknown)
	}
	return r.language.Whole(filled), nil
}

// resolve checks every node, turns links to topics into addresses, unwraps those to topics that are left out, and loads the
// drawings.
func (r renderer) resolve(p *page, doc ast.Node, into drawings) error {
	var absent []*ast.Link
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level < 2 {
				return 0, p.at(line(p, n), "a heading needs two # or more: the title of the page is the first level")
			}
		case *ast.HTMLBlock, *ast.RawHTML:
			return 0, p.at(line(p, n), "HTML is not allowed")
		case *ast.AutoLink:
			return 0, p.at(line(p, n), "a link needs words: [words](address)")
		case *ast.Image:
			svg, err := r.drawing(n, []byte(p.body))
			if err != nil {
				return 0, p.at(line(p, n), "%v", err)
			}
			into[n] = svg
			return ast.WalkSkipChildren, nil
		case *ast.Link:
			target := string(n.Destination)
			stands, topic := r.known[target]
			switch {
			case topic && stands:
				n.Destination = []byte(Prefix + target)
			case topic:
				absent = append(absent, n)
			case slices.Contains(routes, target), strings.HasPrefix(target, "https://"):
			default:
				return 0, p.at(line(p, n), "there is no page %q", target)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return err
	}
	for _, link := range absent {
		parent := link.Parent()
		for child := link.FirstChild(); child != nil; child = link.FirstChild() {
			parent.InsertBefore(parent, link, child)
		}
		parent.RemoveChild(parent, link)
	}
	return nil
}

// line is where a node stands in the file: the line of the first text in it or, failing that, around it.
func line(p *page, n ast.Node) int {
	for at := n; at != nil; at = at.Parent() {
		if start, ok := start(at); ok {
			return p.lineOf(start)
		}
	}
	return p.lineOf(0)
}

// start is the offset of the first text in a node.
func start(n ast.Node) (offset int, ok bool) {
	if t, isText := n.(*ast.Text); isText {
		return t.Segment.Start, true
	}
	if raw, isRaw := n.(*ast.RawHTML); isRaw && raw.Segments.Len() > 0 {
		return raw.Segments.At(0).Start, true
	}
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if offset, ok := start(child); ok {
			return offset, true
		}
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start, true
	}
	return 0, false
}
