package static

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"moncompte/server/check"
)

// A WASM under its new name with the compressed bytes of the former one would be kept for a year.
func TestTheBuildRefusesTheCompressedFormOfAnotherWASM(t *testing.T) {
	here, err := os.Getwd()
	check.OK(t, err)
	dir := t.TempDir()
	for _, name := range []string{"node_modules", "icons"} {
		check.OK(t, os.Symlink(filepath.Join(here, name), filepath.Join(dir, name)))
	}
	script, err := os.ReadFile("build.mjs")
	check.OK(t, err)
	var packed bytes.Buffer
	w := brotli.NewWriter(&packed)
	w.Write([]byte("the former one"))
	check.OK(t, w.Close())
	for name, content := range map[string][]byte{
		"build.mjs":                 script,
		"dist/.gitignore":           nil,
		"wasm/out/app.wasm":         []byte("the WASM"),
		"wasm/out/app.wasm.br":      packed.Bytes(),
		"wasm/out/wasm_exec.min.js": []byte("// of the toolchain"),
		"wasm/out/LICENSES.txt":     []byte("its licences"),
		"js/boot.js":                []byte("WASM_FILES"),
		"js/compile.js":             []byte("onmessage"),
	} {
		path := filepath.Join(dir, name)
		check.OK(t, os.MkdirAll(filepath.Dir(path), 0o755))
		check.OK(t, os.WriteFile(path, content, 0o644))
	}
	said, err := exec.Command("node", filepath.Join(dir, "build.mjs")).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "app.wasm.br is not of app.wasm") {
		t.Errorf("%v\n%s", err, said)
	}
}
