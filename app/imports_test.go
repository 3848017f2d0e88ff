//go:build !js

// It starts the go command, which cannot be done in a browser.

package main_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestWhatTheBrowserSharesStaysSmall(t *testing.T) {
	for room, more := range map[string][]string{
		"nir": {"time", "reflect"}, "password": {"time"}, "search": {"time"}, "words": nil, "limits": nil,
	} {
		for _, target := range []string{"GOOS=js GOARCH=wasm", "GOOS=linux GOARCH=amd64"} {
			cmd := exec.Command("go", "list", "-deps", "./"+room)
			cmd.Env = append(os.Environ(), strings.Fields(target)...)
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s for %s: %v", room, target, err)
			}
			imports := strings.Fields(string(out))
			if !slices.Contains(imports, "moncompte/app/"+room) || !slices.Contains(imports, "runtime") {
				t.Fatalf("%s for %s: no list of imports: %q", room, target, imports)
			}
			for _, heavy := range append(more, "fmt", "regexp", "net/http", "embed", "io/fs", "os", "encoding/json", "sort") {
				if slices.Contains(imports, heavy) {
					t.Errorf("%s for %s imports %s", room, target, heavy)
				}
			}
		}
	}
}
