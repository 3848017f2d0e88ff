package nir_test

import (
	"fmt"
	"strings"
	"testing"

	"moncompte/app/nir"
)

func TestEveryProblemKindAndLookalikeHasAName(t *testing.T) {
	var all []fmt.Stringer
	for p := nir.None; p <= nir.WrongProvisional; p++ {
		all = append(all, p)
	}
	for k := nir.NoKind; k <= nir.Provisional; k++ {
		all = append(all, k)
	}
	for l := nir.NoLookalike; l <= nir.TaxNumber; l++ {
		all = append(all, l)
	}
	seen := map[string]bool{}
	for _, s := range all {
		key := fmt.Sprintf("%T %v", s, s)
		if seen[key] || s.String() == "" || s.String() == "unknown" {
			t.Errorf("%s: no name of its own", key)
		}
		seen[key] = true
	}
	if got := (nir.WrongProvisional + 1).String(); got != "unknown" {
		t.Errorf("a problem that does not exist is called %q", got)
	}
}

func TestAReportCanBeLogged(t *testing.T) {
	for _, typed := range []string{"1850578006048", "185057800604831", "1850578O06048", "CAF45678901", "18505780060489"} {
		out := fmt.Sprintf("%#v", nir.Check(typed, nil))
		for start := 0; start+4 <= len(typed); start++ {
			if strings.Contains(out, typed[start:start+4]) {
				t.Errorf("%q: the report holds %q", typed, typed[start:start+4])
			}
		}
	}
}
