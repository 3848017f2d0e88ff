package password_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"moncompte/app/password"
)

var claire = password.Context{
	Identifier: "2850578006084",
	BirthDate:  "1985-05-07",
	Names:      []string{"Lefèvre", "Anne-Claire Zoé"},
}

func list(t testing.TB) *password.List {
	t.Helper()
	l, err := password.DefaultList()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEachRuleIsReportedInItsOrder(t *testing.T) {
	type rules = []password.Rule
	for _, row := range []struct {
		typed string
		unmet rules
	}{
		{"", rules{password.Length, password.Letter, password.Digit, password.Common, password.Entropy}},
		{"kX7#pq2Lmv9Z", nil},
		{"girafe parapluie 42 cactus", nil},
		{"le chat de ma voisine a 9 vies", nil},
		{"ÉÀÇÙÏÔ7ÉÀÇÙÊ", nil},
		{"кот и пароход 7 раз", nil},
		{"٣ girafes et un cactus", nil},
		{"🦒🌵☂ girafe 42 🐘🐳🦔", nil},
		{"kX7#pq2Lmv9", rules{password.Length}},
		{"girafe parapluie cactus", rules{password.Digit}},
		{"girafe parapluie cactus velours", rules{password.Digit}},
		{"girafe parapluie cactus velours tambour", nil},
		{"Girafe-parapluie, le cactus d’argent", nil},
		{"chat chat chat chat chat chat", rules{password.Common}},
		{"a b c d e f g h i j k", rules{password.Digit}},
		{"girafe Lefevre cactus velours tambour", rules{password.Personal}},
		{"8361 0527 9418", rules{password.Letter}},
		{"836105279418", rules{password.Letter, password.Entropy}},
		{"8361052794183625", rules{password.Letter}},
		{"motdepasse123", rules{password.Common}},
		{"girafe Lefevre cactus 42", rules{password.Personal}},
		{"Lefèvre2024!", rules{password.Personal}},
		{"a1", rules{password.Length, password.Common, password.Entropy}},
		{strings.Repeat("k7#pQ2é", 37), rules{password.TooLong}},
	} {
		r := password.Check(row.typed, claire, list(t))
		if !slices.Equal(r.Unmet(), row.unmet) {
			t.Errorf("%q: unmet %v, want %v", row.typed, r.Unmet(), row.unmet)
		}
		if r.OK() != (len(row.unmet) == 0) {
			t.Errorf("%q: OK is %v, unmet %v", row.typed, r.OK(), r.Unmet())
		}
		for rule := password.Length; rule <= password.Entropy; rule++ {
			if r.Met(rule) == slices.Contains(row.unmet, rule) {
				t.Errorf("%q: Met(%d) is %v, unmet %v", row.typed, rule, r.Met(rule), r.Unmet())
			}
		}
	}
}

func TestLengthCountsCodePoints(t *testing.T) {
	for typed, want := range map[string]int{"": 0, "é": 1, "🦒": 1, "e\u0301": 2, " a ": 3, "\xff\xfe": 2} {
		if got := password.Check(typed, password.Context{}, nil).Length; got != want {
			t.Errorf("%q: length %d, want %d", typed, got, want)
		}
	}
}

func TestSpacesAtTheEndsCount(t *testing.T) {
	const typed = " kX7#pq2Lm  "
	if r := password.Check(typed, claire, list(t)); !r.OK() {
		t.Errorf("12 code points as typed: unmet %v", r.Unmet())
	}
	if r := password.Check(strings.TrimSpace(typed), claire, list(t)); r.Met(password.Length) {
		t.Error("9 code points are long enough")
	}
}

func TestTheLengthsAreInclusive(t *testing.T) {
	long := "k7#pQ2é" + strings.Repeat("x", password.MaxLength-7)
	if r := password.Check(long, claire, list(t)); !r.OK() || r.Length != password.MaxLength {
		t.Errorf("%d code points: unmet %v", r.Length, r.Unmet())
	}
	if r := password.Check(long+"x", claire, list(t)); r.Met(password.TooLong) {
		t.Errorf("%d code points are not too long", r.Length)
	}
}

func TestEntropyFollowsTheCNIL(t *testing.T) {
	for typed, want := range map[string]float64{
		"":                 0,
		"abcdefghijkl":     12 * math.Log2(26),
		"836105279418":     12 * math.Log2(10),
		"abc123":           6 * math.Log2(36),
		"Abc123":           6 * math.Log2(62),
		"Abc123!":          7 * math.Log2(99),
		"éé":               2 * math.Log2(37),
		"8361052794183625": 16 * math.Log2(10),
	} {
		if got := password.Check(typed, password.Context{}, nil).Bits; math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: %.3f bits, want %.3f", typed, got, want)
		}
	}
}

func TestFifteenDigitsAreBelowFiftyBitsAndSixteenAbove(t *testing.T) {
	const digits = "8361052794183625"
	if r := password.Check(digits[:15], password.Context{}, nil); r.Met(password.Entropy) {
		t.Errorf("15 digits: %.1f bits are enough", r.Bits)
	}
	if r := password.Check(digits, password.Context{}, nil); !r.Met(password.Entropy) {
		t.Errorf("16 digits: %.1f bits are not enough", r.Bits)
	}
}
