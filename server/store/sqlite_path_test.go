package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// oddNames are names of files that mean something else to somebody.
var oddNames = []string{"m%20x.db", "50%.db", "nuit%20.db", "%2e%2e%2fx.db", "a#b.db", "a b.db", "été.db", "a&b=c.db", "file:x.db", "%", "a%00.db",
	"mode=memory.db", "a;b.db", `a\b.db`, "données de l'année.db", "x.db:", ":memory:.db"}

// files are the names in a folder, and it fails the test where others may read one of them.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check.OK(t, err)
	for _, e := range entries {
		info, err := e.Info()
		check.OK(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", e.Name(), info.Mode())
		}
		names = append(names, e.Name())
	}
	return names
}

func TestAPathMeansItself(t *testing.T) {
	ring := storetest.Keys(t)
	for _, name := range oddNames {
		for form, url := range map[string]func(dir string) string{
			"relative":        func(string) string { return "file:" + name },
			"absolute":        func(dir string) string { return "file:" + filepath.Join(dir, name) },
			"with slashes":    func(dir string) string { return "file://" + filepath.Join(dir, name) },
			"of this machine": func(dir string) string { return "file://localhost" + filepath.Join(dir, name) },
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				dir := t.TempDir()
				t.Chdir(dir)
				s := storetest.Open(t, store.Options{URL: url(dir), Keys: ring})
				check.OK(t, check.ErrOf(s.Migrate(t.Context())))
				account := storetest.Nathalie(t)
				storetest.Add(t, s, account)
				for _, file := range files(t, dir) {
					if !strings.HasPrefix(file, name) {
						t.Errorf("there is a file %q", file)
					}
				}
				copies := t.TempDir()
				for _, path := range []string{filepath.Join(copies, "copy of "+name), filepath.Join(copies, name)} {
					check.OK(t, s.Backup(t.Context(), path))
					copied := storetest.Open(t, store.Options{URL: "file:" + path, Keys: ring})
					if c, err := copied.Credential(t.Context(), account.Identifier); err != nil || c.Account == "" {
						t.Errorf("the account is not in the copy: %v", err)
					}
				}
				for _, file := range files(t, copies) {
					if !strings.HasPrefix(strings.TrimPrefix(file, "copy of "), name) {
						t.Errorf("there is a file %q beside the copies", file)
					}
				}
			})
		}
	}
}

func TestAPathThatCannotBeMeantIsRefusedWithItsReason(t *testing.T) {
	ring := storetest.Keys(t)
	dir := t.TempDir()
	t.Chdir(dir)
	for url, reason := range map[string]string{
		"file:":                           "path of a file",
		"file::memory:":                   "path of a file",
		"file://localhost":                "path of a file",
		"file::memory:?cache=shared":      "no parameters",
		"file:x.db?mode=memory":           "no parameters",
		"file:x.db?_pragma=query_only(1)": "no parameters",
		"file:a?b.db":                     "question mark",
		"file://server/x.db":              "another machine",
		"file:" + dir:                     "is a directory",
		"file:no/such/folder/x.db":        "no such file",
		"x.db":                            "file: or postgres://",
	} {
		if s, err := store.Open(t.Context(), store.Options{URL: url, Keys: ring}); err == nil {
			s.Close()
			t.Errorf("%s is opened", url)
		} else if !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", url, err)
		}
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("%q was made", left)
	}
}
