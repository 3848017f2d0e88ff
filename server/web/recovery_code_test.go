package web

import (
	"strings"
	"testing"
	"unicode/utf8"

	"moncompte/app/nir"
	"moncompte/components"
)

// FuzzReadCode looks for an input that gives a code of other than six digits, or one that the input does not hold.
func FuzzReadCode(f *testing.F) {
	for _, seed := range []string{"", "123456", "123 456", "１２３-４５６", "1.2.3.4.5.6", "code 123456", "1234567", "\u200b12\xff", "٠١٢٣٤٥"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, problem := readCode(typed, 6)
		if (problem == components.CodeOK) == code.IsZero() {
			t.Fatalf("code %v, problem %d", !code.IsZero(), problem)
		}
		if problem != components.CodeOK {
			return
		}
		digits := code.Reveal()
		if len(digits) != 6 || strings.Trim(digits, "0123456789") != "" {
			t.Fatalf("a code of %d characters, or not of digits", len(digits))
		}
		// Each digit of the code stands in the input, in the same order.
		rest := typed
		for _, digit := range digits {
			at := strings.IndexFunc(rest, func(r rune) bool { value, ok := nir.Digit(r); return ok && value == int(digit-'0') })
			if at < 0 {
				t.Fatalf("the code is not what was typed: %q", typed)
			}
			_, size := utf8.DecodeRuneInString(rest[at:])
			rest = rest[at+size:]
		}
	})
}
