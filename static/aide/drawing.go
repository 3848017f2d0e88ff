package aide

import (
	"errors"
	"fmt"
	"html"
	"io/fs"
	"strings"

	"github.com/yuin/goldmark/ast"
	goldrenderer "github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// drawings are the SVG elements that stand for the images of one page. They are written into the page, so that they take its
// colours in the dark and need no request.
type drawings map[*ast.Image]string

// drawing reads dessins/NAME.svg and gives it the words of the image as its text for those who do not see it.
func (r renderer) drawing(n *ast.Image, source []byte) (string, error) {
	words := plain(n, source)
	if words == "" {
		return "", errors.New("a drawing needs a description")
	}
	data, err := fs.ReadFile(r.fsys, "dessins/"+string(n.Destination)+".svg")
	if err != nil {
		return "", fmt.Errorf("there is no drawing %q", n.Destination)
	}
	kept, _, bad := choose(strings.Split(string(data), "\n"), r.franceConnect)
	svg, ok := strings.CutPrefix(strings.Join(kept, "\n"), "<svg ")
	if bad >= 0 || !ok {
		return "", fmt.Errorf("the drawing %q is not an <svg> with closed conditions", n.Destination)
	}
	// Firefox shows the words inside a drawing to screen readers all the same, which would then read them twice.
	svg = strings.Replace(strings.ReplaceAll(svg, "\n", ""), ">", `><g aria-hidden="true">`, 1)
	svg = strings.TrimSuffix(svg, "</svg>") + "</g></svg>"
	return `<svg role="img" aria-label="` + html.EscapeString(words) + `" ` + svg, nil
}

// plain is the text in a node, a line break as a space.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		t, ok := child.(*ast.Text)
		if !ok {
			b.WriteString(plain(child, source))
			continue
		}
		b.Write(t.Segment.Value(source))
		if t.SoftLineBreak() {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

// RegisterFuncs makes drawings a goldmark renderer of images.
func (d drawings) RegisterFuncs(register goldrenderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindImage, d.write)
}

func (d drawings) write(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, err := w.WriteString(d[n.(*ast.Image)])
	return ast.WalkSkipChildren, err
}
