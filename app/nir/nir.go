// Package nir judges the identifier that a person types to sign in: the French
// social security number (NIR), or a provisional identifier that a Caf gave out.
//
// It looks at the shape only. Thirteen characters carry no checksum and a wrong
// refusal locks a person out, while a wrong acceptance costs one failed attempt:
// when in doubt the package accepts. The rules:
//
//  1. A label that was pasted with the number ("N° de sécurité sociale : ", "clé")
//     and marks that people put between the digits are dropped, digits of other
//     scripts and full-width forms become ASCII, letters become upper case.
//  2. A NIR has 13 characters, or 15 with its key. The first is 1 to 8. Positions
//     6-7 may be 2A or 2B (Corsica); every other character is a digit
//     (décret 82-103 of 22 January 1982, art. 4).
//  3. Numbers that begin with 1 or 2: the month is 01-12 or 20-99 (codes for an
//     unknown month), the department is not 00, the order number is not 000.
//     Numbers that begin with 3 to 8 are provisional ones (NIA, NNP, "migrant de
//     passage") whose other digits follow no published rule: no further check.
//  4. The key is 97 - (N mod 97). A right one is dropped, a wrong one is refused.
//  5. What begins with a letter is a provisional identifier and only has to match
//     the configured [Pattern].
//
// The package is pure and small, because the browser runs it as WebAssembly: it
// never imports fmt, regexp, net/http or time.
package nir

import (
	"strings"
	"unicode/utf8"
)

// Lengths of a NIR, in characters.
const (
	length        = 13
	lengthWithKey = 15
)

// Check judges a whole typed text. A nil pattern means [DefaultPattern].
func Check(typed string, p *Pattern) Report {
	_, r := judge(typed, p)
	return r
}

// Parse judges a whole typed text and gives the number in its canonical form.
// The Number is the zero Number unless Report.OK. A nil pattern means
// [DefaultPattern].
func Parse(typed string, p *Pattern) (Number, Report) {
	canonical, r := judge(typed, p)
	if !r.OK() {
		return Number{}, r
	}
	return newNumber(canonical, r.Kind), r
}

// judge returns the canonical form, which means nothing unless the report is OK.
func judge(typed string, p *Pattern) (string, Report) {
	text, whole := normalise(typed)
	if text == "" {
		return "", Report{Problem: Empty}
	}
	r := Report{Kind: NIR, Count: utf8.RuneCountInString(text)}
	if isLetter(rune(text[0])) {
		r.Kind = Provisional
	}
	switch {
	case !whole:
		r.Problem = Surplus
		return "", r
	case r.Kind == Provisional:
		judgeProvisional(text, p, &r)
		return text, r
	default:
		judgeNIR(text, &r)
		return text[:min(len(text), length)], r
	}
}

func judgeProvisional(text string, p *Pattern, r *Report) {
	if !p.Match(text) {
		r.Problem = WrongProvisional
		position := 0
		for _, c := range text {
			position++
			if !isDigit(c) && !isLetter(c) {
				r.Character, r.Position = c, position
				return
			}
		}
	}
	// "l 85 05 78…": told, not refused, when it also matches the pattern, because
	// nobody publishes what a provisional identifier looks like.
	if len(text) > 1 && (text[0] == 'I' || text[0] == 'L') {
		var meant Report
		judgeNIR("1"+text[1:], &meant)
		if meant.Problem == None || r.Problem != None && meant.Problem == Missing {
			r.Character, r.Position, r.LetterForDigit = rune(text[0]), 1, true
		}
	}
}

// judgeNIR finds the first problem, in the order that helps most: what the person
// took for a NIR, then a character to correct, then the length, then the fields.
func judgeNIR(text string, r *Report) {
	if looksLikeCaseNumber(text) {
		r.Problem, r.LooksLike = Missing, CaseNumber
		return
	}
	if looksLikeTaxNumber(text) {
		r.LooksLike = TaxNumber
	}
	findCharacter(text, r)
	switch {
	case r.Problem != None:
		return
	// From here on every character is one ASCII byte.
	case text[0] == '0' || text[0] == '9':
		r.Problem = FirstDigit
	case len(text) < length:
		r.Problem = Missing
	case len(text) != length && len(text) != lengthWithKey:
		r.Problem = Surplus
	case text[0] <= '2':
		r.Problem = judgeFields(text)
	}
	if r.Problem != None || len(text) == length {
		return
	}
	key, _ := Key(text[:length])
	if key != int(text[13]-'0')*10+int(text[14]-'0') {
		r.Problem = WrongKey
		return
	}
	r.KeyDropped = true
}

// findCharacter reports the first character that cannot be where it is.
func findCharacter(text string, r *Report) {
	position := 0
	for i, c := range text {
		position++
		corsican := c == 'A' || c == 'B'
		if isDigit(c) || corsican && i == 6 && text[5] == '2' {
			continue
		}
		r.Problem, r.Character, r.Position = Character, c, position
		if corsican {
			r.Problem = Corsica
		}
		// Never read as a digit in silence: the person could not see what was changed.
		r.LetterForDigit = c == 'O' || c == 'I' || c == 'L'
		return
	}
}

// judgeFields looks at the month, department and order of a number that begins
// with 1 or 2. Months 20-99 stand for an unknown month; published lists of them
// differ, so all are accepted. No official source knows 00 and 13-19.
func judgeFields(text string) Problem {
	month := text[3:5]
	switch {
	case month == "00" || "13" <= month && month <= "19":
		return Month
	case strings.HasPrefix(text[5:], "00"):
		return Department
	case text[10:13] == "000":
		return Order
	}
	return None
}

func isDigit(c rune) bool  { return '0' <= c && c <= '9' }
func isLetter(c rune) bool { return 'A' <= c && c <= 'Z' }
