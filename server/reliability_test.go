package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"moncompte/server/check"
)

// Each row of the table of faults names the tests that play it, and each of them is there.
func TestEveryRowOfReliabilityNamesItsTest(t *testing.T) {
	text, err := os.ReadFile("../docs/reliability.md")
	check.OK(t, err)
	declared := map[string]bool{}
	err = filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(source), -1) {
			declared[found[1]] = true
		}
		return err
	})
	check.OK(t, err)
	rows := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| fault |") {
			continue
		}
		rows++
		names := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(line, -1)
		if len(names) == 0 {
			t.Errorf("no test plays: %s", line)
		}
		for _, name := range names {
			if !declared[name[1]] {
				t.Errorf("there is no %s", name[1])
			}
		}
	}
	if rows < 25 {
		t.Errorf("only %d rows", rows)
	}
}
