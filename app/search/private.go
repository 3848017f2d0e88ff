package search

import (
	"strings"

	"moncompte/app/nir"
)

// enoughDigits make a number that names a person, reaches one or lets one in: the code of a sign-in has six.
const enoughDigits = 6

// Private reports whether a text looks like something that must not travel in the address of a page, where questions do
// (OWASP ASVS 5.0 V14.2.1): a number of six digits or more, whatever stands between them, a provisional identifier, or an
// e-mail address. A year, an error's number and the number of a helpline are none. All of the text is read, since all of it would
// travel. The pattern is that of provisional identifiers, nil for the usual one.
func Private(text string, provisional *nir.Pattern) bool {
	if hasNumber(text) {
		return true
	}
	// Words have the usual pattern, which is wide; what was configured is taken at its word.
	enough := 2
	if provisional.String() != nir.DefaultPattern {
		enough = 1
	}
	for part := range strings.FieldsSeq(text) {
		r := nir.Check(part, provisional)
		if r.OK() && r.Kind == nir.Provisional && digits(part) >= enough || isAddress(part) {
			return true
		}
	}
	return false
}

// hasNumber looks for digits that only marks, or the letter of a birth in Corsica, keep apart.
func hasNumber(text string) bool {
	n, before := 0, rune(0)
	for _, c := range text {
		switch {
		case isDigit(c):
			n++
			if n == enoughDigits {
				return true
			}
		case isLetter(c) && !(strings.ContainsRune("aAbB", c) && before == '2'):
			n = 0
		}
		before = c
	}
	return false
}

func digits(text string) (n int) {
	for _, c := range text {
		if isDigit(c) {
			n++
		}
	}
	return n
}

// isDigit reports every digit that the identifier and the codes accept.
func isDigit(c rune) bool {
	_, ok := nir.Digit(c)
	return ok
}

// isAddress reports something on both sides of an @.
func isAddress(part string) bool {
	at := strings.IndexAny(part, "@＠")
	return at > 0 && at < len(part)-1
}
