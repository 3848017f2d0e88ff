package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/static/wasm/stub/aes"
	"moncompte/static/wasm/stub/cipher"
	"moncompte/static/wasm/stub/http"
	"moncompte/static/wasm/stub/rand"
	"moncompte/static/wasm/stub/regexp"
	"moncompte/static/wasm/stub/sha256"
	"moncompte/static/wasm/stub/template"
)

// The stubs are a saving, never a need: the day they no longer fit the toolchain or go-app, the plain build is there.
func TestTheWASMAlsoBuildsWithTheWholeStandardLibrary(t *testing.T) {
	t.Chdir("../..")
	sizes := map[bool]int64{}
	for _, plain := range []bool{false, true} {
		dir := t.TempDir()
		check.OK(t, build(dir, plain))
		info, err := os.Stat(filepath.Join(dir, "app.wasm"))
		check.OK(t, err)
		sizes[plain] = info.Size()
		if script, err := os.ReadFile(filepath.Join(dir, "wasm_exec.js")); err != nil || !strings.Contains(string(script), "globalThis.Go") {
			t.Errorf("no script of the toolchain: %v", err)
		}
	}
	if ratio := float64(sizes[false]) / float64(sizes[true]); ratio > 0.85 {
		t.Errorf("with the stubs the WASM has %.2f of its plain size: do they still stand for anything?", ratio)
	}
}

// Or a build that is interrupted would go out with the compressed bytes of the one before.
func TestWhatWasPackedIsRemovedBeforeTheBuild(t *testing.T) {
	dir := t.TempDir()
	for _, name := range packed {
		check.OK(t, os.WriteFile(filepath.Join(dir, name), []byte("of another build"), 0o644))
	}
	t.Chdir(t.TempDir())
	if err := build(dir, true); err == nil {
		t.Fatal("a build without sources")
	}
	for _, name := range packed {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestEveryFileOfAStubbedPackageIsLeftOut(t *testing.T) {
	t.Chdir("../..")
	root, err := goroot()
	check.OK(t, err)
	file := filepath.Join(t.TempDir(), "overlay.json")
	check.OK(t, writeOverlay(file, root))
	data, err := os.ReadFile(file)
	check.OK(t, err)
	var overlay struct{ Replace map[string]string }
	check.OK(t, json.Unmarshal(data, &overlay))
	for pkg := range stubs {
		sources, err := filepath.Glob(filepath.Join(root, "src", pkg, "*.go"))
		if err != nil || len(sources) == 0 {
			t.Fatalf("%s has no sources: %v", pkg, err)
		}
		kept := 0
		for _, source := range sources {
			switch with, ok := overlay.Replace[source]; {
			case !ok:
				t.Errorf("%s stays", source)
			case with != "":
				kept++
			}
		}
		for source, with := range overlay.Replace {
			if filepath.Dir(source) == filepath.Join(root, "src", pkg) && with != "" && kept == 0 {
				kept++ // a name that the package does not have
			}
		}
		if kept != 1 {
			t.Errorf("%s has %d files instead of its stub", pkg, kept)
		}
	}
}

// What is left out must fail rather than pretend.
func TestTheStubsRefuse(t *testing.T) {
	if _, err := http.Get("http://localhost/"); err == nil {
		t.Error("http.Get answers")
	}
	if _, err := rand.Reader.Read(make([]byte, 8)); err == nil {
		t.Error("chance that is none")
	}
	if _, err := aes.NewCipher(make([]byte, 32)); err == nil {
		t.Error("a cipher that is none")
	}
	if _, err := cipher.NewGCM(nil); err == nil {
		t.Error("a seal that is none")
	}
	if regexp.MustCompile("^[a-z]+$").MatchString("abc") || !regexp.MustCompile(".*").MatchString("abc") {
		t.Error("a pattern that is not understood matches")
	}
	if err := new(template.Template).Execute(nil, nil); err == nil {
		t.Error("a template that is none")
	}
	defer func() {
		if recover() == nil {
			t.Error("a hash that is none")
		}
	}()
	sha256.Sum256(nil)
}
