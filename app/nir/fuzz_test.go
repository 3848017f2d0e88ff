package nir_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"moncompte/app/nir"
)

func FuzzParse(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(v.input)
	}
	f.Add("C1234567")
	f.Add("l850578006048")
	f.Add("1\xff\xfe")
	f.Add("\x00")
	f.Add(strings.Repeat("1", 129))
	f.Add("é\u0301@")
	f.Fuzz(func(t *testing.T, typed string) {
		n, r := nir.Parse(typed, nil)
		if r.OK() == n.IsZero() {
			t.Fatalf("report %+v, number %v", r, n)
		}
		if r.Count < 0 || r.Count > 128 || r.Count > utf8.RuneCountInString(typed) {
			t.Errorf("%d characters", r.Count)
		}
		if (r.Character == 0) != (r.Position == 0) || r.Position > r.Count || r.LetterForDigit && r.Position == 0 {
			t.Errorf("%+v", r)
		}
		if grouped := nir.Grouped(typed); len(grouped) > 128+7 {
			t.Errorf("%d bytes in groups", len(grouped))
		}
		if !r.OK() {
			return
		}
		canonical := n.Canonical()
		switch r.Kind {
		case nir.NIR:
			if _, ok := nir.Key(canonical); !ok {
				t.Errorf("a NIR without a key")
			}
		case nir.Provisional:
			if len(canonical) < 8 || len(canonical) > 15 {
				t.Errorf("a provisional identifier of %d characters", len(canonical))
			}
		}
		again, r2 := nir.Parse(canonical, nil)
		if !r2.OK() || r2.KeyDropped || again.Canonical() != canonical || again.Kind() != n.Kind() {
			t.Errorf("the canonical form is judged in another way: %+v, then %+v", r, r2)
		}
	})
}
