package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is passed on needs its licence beside it.
func TestTheLicencesOfEverythingInTheWASMAreWritten(t *testing.T) {
	t.Chdir("../..")
	root, err := goroot()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "LICENSES.txt")
	if err := writeLicences(file, root); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Go 1.", "The Go Authors",
		"github.com/maxence-charriere/go-app/v10 v10.", "Maxence Charriere",
		"github.com/a-h/templ v0.", "Adrian Hesketh",
		"github.com/google/uuid v1.", "Google Inc",
		"@zxcvbn-ts/language-fr ", "OpenSubtitles",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("nothing is said of %q", want)
		}
	}
	if strings.Contains(string(text), "chromedp") {
		t.Error("a module is named that is not in the WASM")
	}
	if _, err := (part{name: "nobody's", dir: t.TempDir()}).licence(); err == nil {
		t.Error("a part without a licence passes")
	}
}

func TestTheLicenceOfGoIsFoundWhereADistributionLeftItOut(t *testing.T) {
	t.Chdir("../..")
	root, err := goroot()
	if err != nil {
		t.Fatal(err)
	}
	want, err := goLicence(root)
	if err != nil || !strings.Contains(want, "The Go Authors") {
		t.Fatalf("%q, %v", want, err)
	}
	if got, err := goLicence(t.TempDir()); err != nil || got != want {
		t.Errorf("another licence: %q, %v", got, err)
	}
}
