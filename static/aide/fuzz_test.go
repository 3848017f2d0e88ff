package aide

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"moncompte/server/check"
)

// FuzzAnyFileIsRenderedOrRefused: no file makes Load panic, and none brings HTML of its own into the page.
func FuzzAnyFileIsRenderedOrRefused(f *testing.F) {
	names, err := fs.Glob(embedded, "*.md")
	check.OK(f, err)
	for _, name := range names {
		data, err := fs.ReadFile(embedded, name)
		check.OK(f, err)
		f.Add(string(data), true)
	}
	const head = "---\ntitle: T\nshort: S\ndescription: D\ngroup: G\nkeywords: k\norder: 1\n---\n"
	for _, body := range []string{"[a](b)", "![a](barre)", "<script>", "[x]: y\n[x]", "| a |\n|:-:|\n| [b](javascript:1) |", "# {{", "{{#franceconnect}}", "~~~\n<b>"} {
		f.Add(head+body, false)
	}
	f.Fuzz(func(t *testing.T, source string, franceConnect bool) {
		h, err := load(fstest.MapFS{"a.md": {Data: []byte(source)}}, Options{FranceConnect: franceConnect})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "aide: a.md:") {
				t.Errorf("the error names no line: %v", err)
			}
			return
		}
		for _, topic := range topics(h) {
			if page := strings.ToLower(topic.HTML); strings.Contains(page, "<script") || strings.Contains(page, `href="javascript`) {
				t.Errorf("unsafe page %q", topic.HTML)
			}
		}
	})
}
