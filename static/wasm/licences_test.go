package main

import (
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"moncompte/server/check"
)

// What is passed on needs its licence beside it.
func TestTheLicencesOfEverythingInTheProgramAreWritten(t *testing.T) {
	t.Chdir("../..")
	root, err := goroot()
	check.OK(t, err)
	file := filepath.Join(t.TempDir(), "LICENSES.txt")
	check.OK(t, writeLicences(file, root))
	text, err := os.ReadFile(file)
	check.OK(t, err)
	for _, want := range []string{
		"Go 1.", "The Go Authors",
		"github.com/maxence-charriere/go-app/v10 v10.", "Maxence Charriere",
		"github.com/a-h/templ v0.", "Adrian Hesketh",
		"github.com/google/uuid v1.", "Google Inc",
		"modernc.org/sqlite v1.", "github.com/jackc/pgx/v5 v5.", "github.com/alexedwards/scs/v2 v2.",
		"github.com/prometheus/client_golang v1.", "SoundCloud Ltd.", // its NOTICE (Apache 2.0, section 4d)
		"@zxcvbn-ts/language-fr ", "OpenSubtitles",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("nothing is said of %q", want)
		}
	}
	if strings.Contains(string(text), "chromedp") {
		t.Error("a module is named that is not in the program")
	}
	for _, p := range modules(t) {
		if !strings.Contains(string(text), "\n"+p+"\n") {
			t.Errorf("nothing is said of %s", p)
		}
	}
	unread := t.TempDir()
	check.OK(t, os.WriteFile(filepath.Join(unread, "LICENSE"), []byte("GNU GENERAL PUBLIC LICENSE Version 3"), 0o644))
	if _, err := (part{name: "unread", dir: unread}).licence(); err == nil {
		t.Error("a licence that asks for more passes")
	}
	if _, err := (part{name: "nobody's", dir: t.TempDir()}).licence(); err == nil {
		t.Error("a part without a licence passes")
	}
}

func TestTheLicenceOfGoIsFoundWhereADistributionLeftItOut(t *testing.T) {
	t.Chdir("../..")
	root, err := goroot()
	check.OK(t, err)
	want, err := goLicence(root)
	if err != nil || !strings.Contains(want, "The Go Authors") {
		t.Fatalf("%q, %v", want, err)
	}
	if got, err := goLicence(t.TempDir()); err != nil || got != want {
		t.Errorf("another licence: %q, %v", got, err)
	}
}

// modules are the modules that the linker puts into the program, as the program itself says.
func modules(t *testing.T) (names []string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "moncompte")
	build := exec.Command("go", "build", "-o", program, "./server")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	about, err := buildinfo.ReadFile(program)
	check.OK(t, err)
	for _, m := range about.Deps {
		names = append(names, m.Path+" "+m.Version)
	}
	if len(names) < 20 {
		t.Fatalf("%d modules", len(names))
	}
	return names
}
