//go:build !js

// It starts the go command, which cannot be done in a browser.

package search_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestThePackageStaysSmallInTheBrowser(t *testing.T) {
	for _, target := range []string{"GOOS=js GOARCH=wasm", "GOOS=linux GOARCH=amd64"} {
		cmd := exec.Command("go", "list", "-deps", ".")
		cmd.Env = append(os.Environ(), strings.Fields(target)...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		imports := strings.Fields(string(out))
		if !slices.Contains(imports, "moncompte/app/search") || !slices.Contains(imports, "slices") {
			t.Fatalf("%s: no list of imports: %q", target, imports)
		}
		for _, heavy := range []string{"fmt", "regexp", "net/http", "time", "encoding/json", "sort", "os"} {
			if slices.Contains(imports, heavy) {
				t.Errorf("%s: imports %s", target, heavy)
			}
		}
	}
}
