package nir

// Kind says which rule an identifier was judged by.
type Kind uint8

const (
	NoKind      Kind = iota // nothing was typed
	NIR                     // begins with a digit, or with no letter at least
	Provisional             // begins with a letter: a provisional identifier
)

// String is a short name for logs and tests, never a sentence for a person.
func (k Kind) String() string {
	return name(uint8(k), "none", "nir", "provisional")
}

// Problem is the one thing to tell the person first.
type Problem uint8

const (
	None             Problem = iota
	Empty                    // nothing but marks that are dropped
	Missing                  // fewer than 13 characters
	Surplus                  // 14 characters, or more than 15
	Character                // Report.Character cannot be there
	Corsica                  // A or B elsewhere than at position 7 after a 2
	FirstDigit               // begins with 0 or 9
	Month                    // 00 or 13-19
	Department               // 00
	Order                    // 000
	WrongKey                 // 15 characters whose key is not that of the first 13
	WrongProvisional         // begins with a letter and does not match the pattern
)

// String is a short name for logs and tests, never a sentence for a person.
func (p Problem) String() string {
	return name(uint8(p), "none", "empty", "missing", "surplus", "character", "corsica",
		"first digit", "month", "department", "order", "wrong key", "wrong provisional")
}

// Lookalike is another number that the person may have taken for the NIR.
type Lookalike uint8

const (
	NoLookalike Lookalike = iota
	CaseNumber            // numéro de dossier (once numéro allocataire): 7 digits, perhaps a letter
	TaxNumber             // numéro fiscal: 13 digits with a check of their own
)

// String is a short name for logs and tests, never a sentence for a person.
func (l Lookalike) String() string {
	return name(uint8(l), "none", "case number", "tax number")
}

// Report says what is wrong with a typed text. It holds no more of the text than
// one character, so that it may be logged. The zero Report is not OK.
type Report struct {
	Problem Problem
	Kind    Kind

	// Count is the number of characters after normalisation. A text that was not
	// read to its end (Surplus, over 128 bytes) has at least that many.
	Count int

	// Character is the first character that cannot be there, in upper case, and
	// Position its place in the normalised text, from 1. Both are 0 when there is
	// none. What cannot be shown (a control character, invalid UTF-8) is U+FFFD.
	Character rune
	Position  int

	// LetterForDigit: Character is O, I or L (typed o, i, l as well) where only a
	// digit can be. With Kind Provisional it concerns the first character, and is
	// information only if the Report is OK: the rest reads like a NIR that begins
	// with 1.
	LetterForDigit bool

	// LooksLike comes with Problem Missing for CaseNumber. TaxNumber comes with
	// any Problem and with none: one NIR in 511 passes the check of tax numbers
	// by chance, so it never refuses anything.
	LooksLike Lookalike

	// KeyDropped: 15 characters were typed and the last two are the right key.
	KeyDropped bool
}

// OK says whether the text is an acceptable identifier.
func (r Report) OK() bool { return r.Problem == None && r.Kind != NoKind }

func name(i uint8, names ...string) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}
