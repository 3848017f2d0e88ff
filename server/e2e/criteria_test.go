package e2e

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A criterion whose test is gone would be met on paper only.
func TestEveryTestThatACriterionNamesExists(t *testing.T) {
	t.Parallel()
	written := map[string]bool{}
	root := os.DirFS("../..")
	check(t, fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(root, path)
		for _, m := range regexp.MustCompile(`(?m)^func Test(\w+)\(`).FindAllSubmatch(source, -1) {
			written[string(m[1])] = true
		}
		return err
	}))
	page, err := os.ReadFile("../../docs/accessibility.md")
	check(t, err)
	named := regexp.MustCompile("`([A-Z][a-z]*(?:[A-Z][A-Za-z]*){2,})`").FindAllSubmatch(page, -1)
	if len(named) < 30 {
		t.Errorf("the page names %d tests only", len(named))
	}
	for _, m := range named {
		if !written[string(m[1])] {
			t.Errorf("there is no test %s", m[1])
		}
	}
}
