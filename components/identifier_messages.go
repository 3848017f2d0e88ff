package components

import (
	"unicode"

	"moncompte/app/nir"
	"moncompte/app/words"
)

// The length of a social security number without its key (décret 82-103, article 4).
const nirLength = 13

// IdentifierSentence says what to correct in the identifier and how.
// It is empty when the report is OK. It repeats one character at most, never the number.
func IdentifierSentence(w *words.Identifier, r nir.Report) string {
	if r.OK() {
		return ""
	}
	switch r.LooksLike {
	case nir.CaseNumber:
		return w.CaseNumber(nirLength)
	case nir.TaxNumber:
		return w.TaxNumber
	}
	switch r.Problem {
	case nir.Empty:
		return w.Empty(nirLength)
	case nir.Missing:
		return w.Missing(nirLength-r.Count, nirLength)
	case nir.Surplus:
		if r.Count > 2*nirLength {
			return w.TooLong(nirLength)
		}
		return w.Surplus(r.Count-nirLength, nirLength)
	case nir.Character:
		return character(w, r)
	case nir.Corsica:
		return w.Corsica(r.Character, r.Position)
	case nir.FirstDigit:
		return w.FirstDigit
	case nir.Month:
		return w.Month
	case nir.Department:
		return w.Department
	case nir.Order:
		return w.Order
	case nir.WrongKey:
		return w.Key(nirLength)
	case nir.WrongProvisional:
		return provisional(w, r)
	}
	return w.Unforeseen
}

// identifierNote is a doubt about an identifier that was not refused for its shape.
func identifierNote(w *words.Identifier, r nir.Report) string {
	switch {
	case !r.OK():
		return ""
	case r.LooksLike == nir.TaxNumber:
		return w.PerhapsTaxNumber
	case r.Kind == nir.Provisional && r.LetterForDigit:
		return w.PerhapsNumber(r.Character, digitFor(r.Character))
	}
	return ""
}

func character(w *words.Identifier, r nir.Report) string {
	if r.LetterForDigit {
		return w.LetterForDigit(r.Position, r.Character, digitFor(r.Character))
	}
	if !unicode.IsGraphic(r.Character) {
		return w.InvisibleSign
	}
	return w.NotADigit(r.Character, r.Position)
}

func provisional(w *words.Identifier, r nir.Report) string {
	switch {
	case r.LetterForDigit:
		return w.ProvisionalBegin(r.Character, digitFor(r.Character))
	case r.Character != 0 && unicode.IsGraphic(r.Character):
		return w.ProvisionalSign(r.Character)
	}
	return w.Provisional
}

func digitFor(letter rune) rune {
	if letter == 'O' {
		return '0'
	}
	return '1'
}
