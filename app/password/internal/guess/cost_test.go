package guess

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var words = NewSet(0, []string{"soleil", "lune"}, []string{"parapluie"})

const noLimit = 10000

func TestTheCheapestWayIsCounted(t *testing.T) {
	for _, row := range []struct {
		typed string
		want  float64
	}{
		{"", 0},
		{"x", letterBits},
		{"soleil", frequentBits},
		{"S0l€il", 5*letterBits - letterBits + digitBits + otherSignBits}, // € is no leet sign
		{"S0L31L", frequentBits},
		{"parapluie", knownBits},
		{"para-pluie", knownBits + splitBits},
		{"soleillune", 2 * frequentBits},
		{"soleil lune", 2*frequentBits + usualSignBits},
		{"soleilsoleil", frequentBits + repeatBits},
		{"soleil-soleil7", frequentBits + repeatBits + digitBits},
		{"soleil2024", frequentBits + yearBits},
		{"soleil1405", frequentBits + dayMonthBits},
		{"soleil051985", frequentBits + monthYearBits},
		{"soleil14051985", frequentBits + dateBits},
		{"soleil19850514", frequentBits + dateBits},
		{"soleil140585", frequentBits + dateBits},
		{"soleil9274", frequentBits + 4*digitBits},
		{"azertyuiop", runBits},
		{"poiuytreza", runBits},
		{"azerty123", 2 * runBits},
		{"1qaz2wsx", runBits},
		{"abcdefghijk", runBits},
		{"aaaaaaaa", repeatBits + letterBits},
		{"ssssoleil", frequentBits + letterBits + sameBits},
		{"aaaaaaaab", 2*letterBits + sameBits},
		{"x7kqx7kqx7k", 3*letterBits + digitBits + repeatBits},
	} {
		if got := Bits(words, row.typed, noLimit); math.Abs(got-row.want) > 1e-9 {
			t.Errorf("%q: %.2f bits, want %.2f", row.typed, got, row.want)
		}
	}
}

func TestTheLimitChangesNoAnswerBelowIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`(soleil|lune|parapluie|azerty|2024|[a-z0-9!]){0,8}`).Draw(t, "typed")
		limit := rapid.Float64Range(0, 60).Draw(t, "limit")
		whole, limited := Bits(words, typed, noLimit), Bits(words, typed, limit)
		if whole < limit && whole != limited || whole >= limit && limited < limit {
			t.Fatalf("%q: %.2f bits, %.2f with limit %.2f", typed, whole, limited, limit)
		}
	})
}

func TestAWordMoreInTheSetNeverMakesAPasswordDearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "typed")
		if with, without := Bits(words, typed, noLimit), Bits(nil, typed, noLimit); with > without {
			t.Fatalf("%q: %.2f bits with words, %.2f without", typed, with, without)
		}
	})
}

func TestFoldingThatLengthensStaysWithinTheTable(t *testing.T) {
	if got := Bits(nil, strings.Repeat("œ", 400)+"kx7", noLimit); math.IsInf(got, 0) || got <= 0 {
		t.Errorf("%v bits", got)
	}
}

func TestThePeriodIsTheShortestPieceRepeated(t *testing.T) {
	for s, want := range map[string]int{"": 0, "a": 1, "aa": 1, "abab": 2, "ababa": 2, "abcab": 5, "abcabc": 3, "abcd": 4} {
		if got := period([]rune(s)); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}
