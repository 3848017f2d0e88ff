package nir_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"moncompte/app/nir"
)

func parsed(tb testing.TB, typed string) nir.Number {
	tb.Helper()
	n, r := nir.Parse(typed, nil)
	if !r.OK() {
		tb.Fatalf("%q: %+v", typed, r)
	}
	return n
}

func TestTheMaskShowsOneCharacterAndTheEnd(t *testing.T) {
	for typed, want := range map[string]string{
		"1 85 05 78 006 048 30": "1 •• •• •• ••• •48",
		"285052B033048":         "2 •• •• •• ••• •48",
		"C1234567":              "C••••••7",
		"C12345678901234":       "C••••••4",
	} {
		n, _ := nir.Parse(typed, nil)
		if got := n.Mask(); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestTheMaskOfAShortProvisionalIdentifierShowsNothing(t *testing.T) {
	p, err := nir.ParsePattern("[A-Z][0-9]{1,4}")
	if err != nil {
		t.Fatal(err)
	}
	n, r := nir.Parse("C1234", p)
	if !r.OK() || n.Mask() != "••••••" {
		t.Errorf("%q, %+v", n.Mask(), r)
	}
}

func TestTheZeroNumberIsNoIdentifier(t *testing.T) {
	var n nir.Number
	if !n.IsZero() || n.Canonical() != "" || n.Kind() != nir.NoKind || n.Mask() != "" || fmt.Sprint(n) != "" {
		t.Errorf("%v", n)
	}
	if parsed(t, "1850578006048").IsZero() {
		t.Error("an accepted number is zero")
	}
}

func TestNumbersCannotBeComparedByMistake(t *testing.T) {
	if reflect.TypeFor[nir.Number]().Comparable() {
		t.Error("== would compare two pointers")
	}
}

// everyForm holds a number in all the places from which it could be printed.
func everyForm(n nir.Number) map[string]any {
	type exported struct{ Number nir.Number }
	type pointer struct{ Number *nir.Number }
	type hidden struct {
		number  nir.Number
		pointer *nir.Number
	}
	return map[string]any{
		"itself":          n,
		"pointer":         &n,
		"field":           exported{n},
		"pointer field":   pointer{&n},
		"unexported":      hidden{n, &n},
		"deep":            &struct{ in *hidden }{&hidden{n, &n}},
		"slice":           []nir.Number{n},
		"map":             map[string]nir.Number{"n": n},
		"array in struct": struct{ list [1]any }{[1]any{n}},
	}
}

// revealed says whether out holds the value, or half of it, in any spelling.
func revealed(out string, n nir.Number) bool {
	value := n.Canonical()
	compact := strings.ToLower(strings.NewReplacer(" ", "", "0x", "", ",", "").Replace(out))
	for start := 0; start+7 <= len(value); start++ {
		part := value[start : start+7]
		decimal := strings.Trim(fmt.Sprint([]byte(part)), "[]")
		if strings.Contains(compact, strings.ToLower(part)) ||
			strings.Contains(compact, hex.EncodeToString([]byte(part))) ||
			strings.Contains(out, decimal) {
			return true
		}
	}
	return false
}

func TestTheSearchForARevealedNumberFindsOne(t *testing.T) {
	n := parsed(t, "1850578006048")
	value := n.Canonical()
	for _, format := range []string{"%s", "%q", "%x", "% x", "%#x", "%X", "%d"} {
		if out := fmt.Sprintf(format, []byte(value)); !revealed(out, n) {
			t.Errorf("%s: not found in %q", format, out)
		}
	}
	unguarded := struct{ value string }{value}
	for _, format := range []string{"%v", "%d", "%#v"} {
		if out := fmt.Sprintf(format, any(unguarded)); !revealed(out, n) {
			t.Errorf("%s: not found in %q", format, out)
		}
	}
}

func TestNoVerbPrintsTheNumber(t *testing.T) {
	for _, n := range []nir.Number{parsed(t, "1850578006048"), parsed(t, "CAF45678901")} {
		for form, v := range everyForm(n) {
			for verb := 'A'; verb <= 'z'; verb++ {
				for _, flags := range []string{"%", "%+", "%#", "% ", "%#+", "%20.15", "%-020"} {
					if out := fmt.Sprintf(flags+string(verb), v); revealed(out, n) {
						t.Errorf("%s, %s%c: %s", form, flags, verb, out)
					}
				}
			}
			if out := fmt.Sprint(v) + fmt.Sprintln(v) + fmt.Errorf("refused: %v", v).Error(); revealed(out, n) {
				t.Errorf("%s: %s", form, out)
			}
		}
		for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
			if out := fmt.Sprintf(verb, n); !strings.Contains(out, n.Mask()) {
				t.Errorf("%s shows no mask: %s", verb, out)
			}
		}
	}
}

func TestNoLogHandlerPrintsTheNumber(t *testing.T) {
	var out bytes.Buffer
	handlers := map[string]slog.Handler{
		"text": slog.NewTextHandler(&out, nil),
		"JSON": slog.NewJSONHandler(&out, nil),
	}
	for _, n := range []nir.Number{parsed(t, "1850578006048"), parsed(t, "CAF45678901")} {
		for name, handler := range handlers {
			for form, v := range everyForm(n) {
				out.Reset()
				slog.New(handler).Info("sign-in", "identifier", v, slog.Group("in", "identifier", v))
				if revealed(out.String(), n) {
					t.Errorf("%s, %s: %s", name, form, out.String())
				}
				if form == "itself" && !strings.Contains(out.String(), n.Mask()) {
					t.Errorf("%s shows no mask: %s", name, out.String())
				}
			}
		}
	}
}

func TestMarshallingGivesTheMask(t *testing.T) {
	n := parsed(t, "1850578006048")
	for form, v := range everyForm(n) {
		out, err := json.Marshal(v)
		if err != nil || revealed(string(out), n) {
			t.Errorf("%s: %s, %v", form, out, err)
		}
	}
	if out, err := json.Marshal(n); err != nil || string(out) != `"1 •• •• •• ••• •48"` {
		t.Errorf("JSON: %s, %v", out, err)
	}
	if out, err := n.MarshalText(); err != nil || string(out) != n.Mask() {
		t.Errorf("text: %s, %v", out, err)
	}
	if out, err := xml.Marshal(n); err != nil || !strings.Contains(string(out), n.Mask()) || revealed(string(out), n) {
		t.Errorf("XML: %s, %v", out, err)
	}
}
