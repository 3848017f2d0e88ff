package static

import "testing"

// wasmBudget is how many bytes may travel for everything that the part in WebAssembly needs, in decimal.
const wasmBudget = 1_100_000

func TestTheWASMKeepsToItsBudget(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	for _, name := range []string{"app.wasm", "wasm_exec.js", "compile.js", "boot.js"} {
		f, ok := a.files[a.URL(name)[min(len(Prefix), len(a.URL(name))):]]
		if !ok {
			t.Fatalf("%s is not built: run `go tool -modfile=tools.mod task assets`", name)
		}
		if f.forms[0].coding != "br" {
			t.Fatalf("%s is not compressed", name)
		}
		t.Logf("%s: %d bytes", name, f.forms[0].size)
		total += f.forms[0].size
	}
	if total > wasmBudget {
		t.Errorf("%d bytes, which is %d over the budget", total, total-wasmBudget)
	}
}
