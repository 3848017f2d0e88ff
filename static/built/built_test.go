package built

import (
	"os"
	"path/filepath"
	"testing"

	"moncompte/server/check"
)

func TestACloneIsWholeWithEveryBuiltFile(t *testing.T) {
	clone := t.TempDir()
	within := filepath.Join(clone, "server", "web")
	for _, dir := range []string{within, filepath.Join(clone, "app", "password"), filepath.Join(clone, "static", "dist")} {
		check.OK(t, os.MkdirAll(dir, 0o755))
	}
	if !whole(within) {
		t.Error("a directory outside any clone lacks something")
	}
	for _, name := range append([]string{"tools.mod"}, files...) {
		check.OK(t, os.WriteFile(filepath.Join(clone, name), nil, 0o644))
		if got, want := whole(within), name == files[len(files)-1]; got != want {
			t.Errorf("with all up to %s the clone is whole: %t", name, got)
		}
	}
}
