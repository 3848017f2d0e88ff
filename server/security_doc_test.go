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

// testsOf returns the names of the tests in these folders and below.
func testsOf(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	declared := map[string]bool{}
	for _, folder := range folders {
		check.OK(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(source), -1) {
				declared[found[1]] = true
			}
			return err
		}))
	}
	return declared
}

// Each protection that the page on security names a test for has it, each part of the store's contract too, and no row of its tables
// is without a test or a reason.
func TestEverythingSaidOfSecurityNamesATestThatIsThere(t *testing.T) {
	page, err := os.ReadFile("../docs/security.md")
	check.OK(t, err)
	declared := testsOf(t, "../app", "../components", "../server", "../static/aide")
	contract, err := os.ReadFile("store/contract_test.go")
	check.OK(t, err)
	named := regexp.MustCompile("`(Test\\w+)(?:/([^`]+))?`").FindAllStringSubmatch(string(page), -1)
	for _, name := range named {
		if !declared[name[1]] {
			t.Errorf("there is no %s", name[1])
		}
		if name[2] != "" && !strings.Contains(string(contract), `{"`+name[2]+`", `) {
			t.Errorf("the store's contract has no part %q", name[2])
		}
	}
	if len(named) < 100 {
		t.Errorf("only %d tests are named", len(named))
	}
	_, asvs, _ := strings.Cut(string(page), "## OWASP ASVS 5.0")
	items := 0
	for line := range strings.Lines(asvs) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| V") {
			continue
		}
		items++
		if len(cells) != 3 || strings.TrimSpace(cells[1]) == "" || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("neither a test nor a reason: %s", line)
		}
	}
	if items < 45 {
		t.Errorf("only %d items of ASVS", items)
	}
}
