package password_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"moncompte/app/password"
)

func TestMoreCharactersNeverBreakARuleTheyServe(t *testing.T) {
	l := list(t)
	rapid.Check(t, func(t *rapid.T) {
		typed, more := rapid.String().Draw(t, "typed"), rapid.String().Draw(t, "more")
		before, after := password.Check(typed, claire, l), password.Check(typed+more, claire, l)
		for _, rule := range []password.Rule{password.Length, password.Letter, password.Digit, password.Entropy} {
			if before.Met(rule) && !after.Met(rule) {
				t.Fatalf("rule %d is met by %q and not by %q", rule, typed, typed+more)
			}
		}
	})
}

func TestACommonPasswordStaysCommonInItsOtherWritings(t *testing.T) {
	l, passwords := list(t), commonPasswords(t)
	accents := strings.NewReplacer("e", "é", "a", "à", "o", "ô", "c", "ç", "u", "u\u0308")
	leet := strings.NewReplacer("o", "0", "e", "3", "a", "@", "s", "$", "t", "7", "i", "1")
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SampledFrom(passwords[:10]).Draw(t, "typed")
		if rapid.Bool().Draw(t, "leet") {
			typed = leet.Replace(typed)
		}
		if rapid.Bool().Draw(t, "accents") {
			typed = accents.Replace(typed)
		}
		upper := rapid.SliceOfN(rapid.Bool(), 64, 64).Draw(t, "upper")
		i := 0
		typed = strings.Map(func(r rune) rune {
			i++
			if upper[i%64] {
				return unicode.ToUpper(r)
			}
			return r
		}, typed)
		if !l.Contains(typed) {
			t.Fatalf("%q is let in", typed)
		}
	})
}

func TestAPasswordThatHoldsTheIdentifierOrAnyNameIsRefused(t *testing.T) {
	l := list(t)
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[a-zà-ü0-9 !]{0,20}`).Draw(t, "before")
		item := rapid.SampledFrom([]string{claire.Identifier, "LEFEVRE", "lefèvre", " Zoé ", "07/05/1985"}).Draw(t, "item")
		after := rapid.StringMatching(`[a-zà-ü0-9 !]{0,20}`).Draw(t, "after")
		if r := password.Check(before+item+after, claire, l); r.Met(password.Personal) {
			t.Fatalf("%q is let in", before+item+after)
		}
	})
}

func TestTheWhitespaceAroundChangesTheLengthOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringN(0, 50, -1).Draw(t, "typed")
		a, b := password.Check(typed, claire, nil), password.Check(" "+typed+" ", claire, nil)
		if b.Length != a.Length+2 || a.Met(password.Letter) != b.Met(password.Letter) || a.Met(password.Digit) != b.Met(password.Digit) {
			t.Fatalf("%q: %+v, with spaces %+v", typed, a, b)
		}
	})
}
