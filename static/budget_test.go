package static

import (
	"io/fs"
	"strings"
	"testing"

	"moncompte/server/check"
)

// wasmBudget is how many bytes may travel for everything that the part in WebAssembly needs, in decimal.
const wasmBudget = 1_100_000

func TestTheWASMKeepsToItsBudget(t *testing.T) {
	a, err := Load()
	check.OK(t, err)
	var total int64
	for _, name := range []string{"app.wasm", "wasm_exec.js", "compile.js", "boot.js"} {
		info, err := fs.Stat(a.fsys, strings.TrimPrefix(a.URL(name), Prefix)+suffixes["br"])
		if err != nil {
			t.Fatalf("%s is not built: run `go tool -modfile=tools.mod task setup`", name)
		}
		t.Logf("%s: %d bytes", name, info.Size())
		total += info.Size()
	}
	if total > wasmBudget {
		t.Errorf("%d bytes, which is %d over the budget", total, total-wasmBudget)
	}
}

// listenBudget is what the script that reads the help aloud may weigh on the way: it comes with each topic.
const listenBudget = 1_000

func TestTheScriptThatReadsAloudKeepsToItsBudget(t *testing.T) {
	a, err := Load()
	check.OK(t, err)
	info, err := fs.Stat(a.fsys, strings.TrimPrefix(a.URL("listen.js"), Prefix)+suffixes["br"])
	check.OK(t, err)
	if t.Logf("%d bytes", info.Size()); info.Size() > listenBudget {
		t.Errorf("%d bytes, which is %d over the budget", info.Size(), info.Size()-listenBudget)
	}
}

// passkeyBudget is what the script of passkeys may weigh on the way: the page that it is for is open on old telephones.
const passkeyBudget = 3_000

func TestTheScriptOfPasskeysKeepsToItsBudget(t *testing.T) {
	a, err := Load()
	check.OK(t, err)
	info, err := fs.Stat(a.fsys, strings.TrimPrefix(a.URL("passkey.js"), Prefix)+suffixes["br"])
	check.OK(t, err)
	if t.Logf("%d bytes", info.Size()); info.Size() > passkeyBudget {
		t.Errorf("%d bytes, which is %d over the budget", info.Size(), info.Size()-passkeyBudget)
	}
}
