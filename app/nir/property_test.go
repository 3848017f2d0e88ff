package nir_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"moncompte/app/nir"

	"pgregory.net/rapid"
)

// numbers draws 13 characters of every kind that must be accepted.
var numbers = rapid.Custom(func(t *rapid.T) string {
	first := rapid.IntRange(1, 8).Draw(t, "first")
	if first > 2 {
		rest := rapid.StringMatching(`[0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}`).Draw(t, "rest")
		return fmt.Sprint(first) + rest
	}
	year := rapid.IntRange(0, 99).Draw(t, "year")
	month := rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(20, 99)).Draw(t, "month")
	place := rapid.OneOf(
		rapid.StringMatching(`(0[1-9]|[1-8][0-9]|9[0-6])[0-9]{3}`), // with 20, Corsica before 1976, and 96, Tunisia
		rapid.StringMatching(`2[AB][0-9]{3}`),
		rapid.StringMatching(`97[1-8][0-9]{2}`),
		rapid.StringMatching(`98[4-8][0-9]{2}`),
		rapid.StringMatching(`99[0-9]{3}`),
	).Draw(t, "place")
	order := rapid.IntRange(1, 999).Draw(t, "order")
	return fmt.Sprintf("%d%02d%02d%s%03d", first, year, month, place, order)
})

// referenceKey uses the other published wording: A and B read as 0, then one or
// two millions less.
func referenceKey(number string) int64 {
	n, ok := new(big.Int).SetString(strings.NewReplacer("A", "0", "B", "0").Replace(number), 10)
	if !ok {
		panic("no number")
	}
	switch number[6] {
	case 'A':
		n.Sub(n, big.NewInt(1_000_000))
	case 'B':
		n.Sub(n, big.NewInt(2_000_000))
	}
	return 97 - n.Mod(n, big.NewInt(97)).Int64()
}

// typing draws a way in which people type or paste the text.
func typing(t *rapid.T, text string) string {
	separators := rapid.SampledFrom([]string{"", " ", ".", "-", "/", "|", " | ", "'", "’", "\t", "\r\n",
		"\u00a0", "\u202f", "\u2009", "\u3000", "\u200b", "\ufeff", "\u00ad", "\u2010", "\u2011", "\u2015", "\u2212"})
	var b strings.Builder
	b.WriteString(separators.Draw(t, "before"))
	for _, c := range text {
		if rapid.Bool().Draw(t, "lower") {
			c = []rune(strings.ToLower(string(c)))[0]
		}
		if rapid.Bool().Draw(t, "full width") {
			c += '！' - '!'
		}
		b.WriteRune(c)
		b.WriteString(separators.Draw(t, "separator"))
	}
	return b.String()
}

func TestEveryNumberIsAcceptedInEveryWayOfTyping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := numbers.Draw(t, "number")
		text, withKey := number, rapid.Bool().Draw(t, "with key")
		if withKey {
			text += fmt.Sprintf("%02d", referenceKey(number))
		}
		n, r := nir.Parse(typing(t, text), nil)
		if !r.OK() || r.Kind != nir.NIR || r.KeyDropped != withKey || r.Count != len(text) {
			t.Fatalf("%+v", r)
		}
		if n.Canonical() != number {
			t.Fatalf("canonical form %q", n.Canonical())
		}
	})
}

func TestEveryWrongKeyIsRefusedAsAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := numbers.Draw(t, "number")
		for key := range int64(100) {
			n, r := nir.Parse(fmt.Sprintf("%s%02d", number, key), nil)
			if key == referenceKey(number) {
				if !r.OK() {
					t.Fatalf("key %02d: %+v", key, r)
				}
			} else if r.Problem != nir.WrongKey || !n.IsZero() {
				t.Fatalf("key %02d: %+v", key, r)
			}
		}
	})
}

func TestTheKeyFindsEveryWrongDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := numbers.Draw(t, "number")
		text := fmt.Sprintf("%s%02d", number, referenceKey(number))
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		wrong := rapid.ByteRange('0', '9').Draw(t, "wrong")
		if wrong == text[at] {
			return
		}
		if r := nir.Check(text[:at]+string(wrong)+text[at+1:], nil); r.OK() {
			t.Fatalf("%q with %c at %d is accepted", text, wrong, at+1)
		}
	})
}

func TestTheKeyAgreesWithTheOtherPublishedWording(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := numbers.Draw(t, "number")
		if key, ok := nir.Key(number); !ok || int64(key) != referenceKey(number) {
			t.Fatalf("%d, %t", key, ok)
		}
	})
}

func TestTheKeyIsRightWhereTheDigitsBeforeTheLetterAreAMultipleOf97(t *testing.T) {
	for number, want := range map[string]int{"177122A000001": 26, "177122B000001": 53} {
		if key, ok := nir.Key(number); !ok || key != want {
			t.Errorf("%s: key %d", number, key)
		}
	}
}

func TestTheKeyOfWhatIsNoNumberIsRefused(t *testing.T) {
	for _, s := range []string{"", "185057800604", "18505780060483", "1850578O06048", "185052b033048", "18505782A6048", "185051A033048", "185052C033048"} {
		if key, ok := nir.Key(s); ok || key != 0 {
			t.Errorf("%q has the key %d", s, key)
		}
	}
}
