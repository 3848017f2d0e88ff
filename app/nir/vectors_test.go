package nir_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"moncompte/app/nir"
)

// vector is a published or derived test number, with what its source says of it.
type vector struct{ input, expected, why string }

func readVectors(tb testing.TB) []vector {
	tb.Helper()
	f, err := os.Open("testdata/vectors.csv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var vectors []vector
	for _, row := range rows[1:] {
		vectors = append(vectors, vector{row[0], row[1], row[2]})
	}
	if len(vectors) < 80 {
		tb.Fatalf("only %d vectors", len(vectors))
	}
	return vectors
}

// ourOwn names the vectors that their source calls disputed, or that our rule
// judges in another way than their source.
var ourOwn = map[string]struct {
	want   nir.Problem
	reason string
}{
	"123456789012311":       {nir.None, "month 45: lists of codes for an unknown month differ, so we accept 20-99"},
	"185457800604888":       {nir.None, "month 45, as above"},
	"185257800604859":       {nir.None, "month 25, as above"},
	"1854978006048":         {nir.None, "month 49, as above"},
	"123456782A12307":       {nir.Corsica, "2A is Corsica at positions 6-7 only"},
	"8 84 05 88 321 025 23": {nir.None, "first digit 8: provisional numbers may sign in"},
	"2 2 789 65432189":      {nir.None, "no provisional number, but the shape of a NIR: year 27, month 89"},
	"278056933908998":       {nir.WrongKey, "97 - (N mod 97) is never 98"},
	"1850578000048":         {nir.None, "commune 000: probably wrong, not surely"},
	"l850578006048":         {nir.None, "begins with a letter and matches the pattern; reported with LetterForDigit"},
}

func TestPublishedVectorsAreJudgedAsTheirSourceDoes(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range readVectors(t) {
		r := nir.Check(v.input, nil)
		if own, ok := ourOwn[v.input]; ok {
			seen[v.input] = true
			if r.Problem != own.want {
				t.Errorf("%q: got %v, want %v (%s)", v.input, r.Problem, own.want, own.reason)
			}
			if strings.HasPrefix(v.expected, "valid") && r.OK() || strings.HasPrefix(v.expected, "invalid") && !r.OK() {
				t.Errorf("%q: listed as our own, but its source agrees", v.input)
			}
			continue
		}
		switch {
		case strings.HasPrefix(v.expected, "valid"):
			if !r.OK() {
				t.Errorf("%q (%s) refused: %v", v.input, v.why, r.Problem)
			}
		case strings.HasPrefix(v.expected, "invalid"):
			if r.OK() {
				t.Errorf("%q (%s) accepted", v.input, v.why)
			}
		default:
			t.Errorf("%q (%s): not decided", v.input, v.why)
		}
	}
	for input := range ourOwn {
		if !seen[input] {
			t.Errorf("%q is no vector any more", input)
		}
	}
}
