package words

// Identifier is the field of the identifier and what can be wrong with it. A number has the digits that `need` says, a character
// is one that was typed, a place is counted from 1.
type Identifier struct {
	Label string
	Hint  func(need int) string

	Empty            func(need int) string
	Missing          func(n, need int) string // n digits
	Surplus          func(n, need int) string // n digits
	TooLong          func(need int) string
	LetterForDigit   func(place int, letter, digit rune) string
	NotADigit        func(character rune, place int) string
	InvisibleSign    string
	Corsica          func(letter rune, place int) string
	FirstDigit       string
	Month            string
	Department       string
	Order            string
	Key              func(need int) string
	CaseNumber       func(need int) string
	TaxNumber        string
	ProvisionalBegin func(letter, digit rune) string
	ProvisionalSign  func(character rune) string
	Provisional      string
	Unforeseen       string

	// Doubts refuse nothing.
	PerhapsTaxNumber string
	PerhapsNumber    func(letter, digit rune) string
}
