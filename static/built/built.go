// Package built ends the tests of a clone whose built files are missing, with one line that names the task to run. Tests import it for
// that alone; without it each of them would fail in its own words.
package built

import (
	"fmt"
	"os"
	"path/filepath"
)

// files are what the tasks write and the tests need: one of each kind.
var files = []string{"app/password/common_gen.go", "static/dist/manifest.json"}

func init() {
	if here, err := os.Getwd(); err == nil && !whole(here) {
		fmt.Fprintln(os.Stderr, "This clone is not built yet. Run this once: go tool -modfile=tools.mod task setup")
		os.Exit(1)
	}
}

// whole tells whether the clone around a directory holds the built files. A test binary that was carried elsewhere holds them itself.
func whole(dir string) bool {
	for ; !exists(filepath.Join(dir, "tools.mod")); dir = filepath.Dir(dir) {
		if dir == filepath.Dir(dir) {
			return true
		}
	}
	for _, name := range files {
		if !exists(filepath.Join(dir, name)) {
			return false
		}
	}
	return true
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
