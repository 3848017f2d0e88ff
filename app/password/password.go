// Package password is the policy for a new password: Check says which rules
// it meets. It is pure, so that the browser answers with the server's own
// rules. The password is never trimmed or cut (ASVS 5.0 V6.2.8); any character
// is accepted. The caller gives it in Unicode's form NFC.
package password

import "unicode"

// Lengths in code points. The guide asks for 12; ASVS 5.0 V6.2.9 and NIST SP
// 800-63B-4 §3.1.1.2 ask to accept 64 or more; the upper bound only keeps the
// work of the password hash small.
const (
	MinLength = 12
	MaxLength = 256
)

// MinBits is the entropy of CNIL délibération 2022-100, second case: a
// password alone, on a service that slows repeated attempts.
const MinBits = 50

// PhraseWords is how many words need no digit. Each has two letters or more; five are what the CNIL asks of a phrase in the same case.
const PhraseWords = 5

// A Rule is one thing asked of a password. The order is that of display.
type Rule uint8

const (
	Length   Rule = iota // at least MinLength code points
	TooLong              // at most MaxLength code points
	Letter               // at least one letter, of any script
	Digit                // at least one decimal digit, of any script, or PhraseWords words
	Common               // not common, and not made of common pieces
	Personal             // holds nothing known of the person
	Entropy              // at least MinBits
	rules
)

// Context is what is known of the person who chooses the password. Every field
// may be empty.
type Context struct {
	Identifier string   // in canonical form
	BirthDate  string   // YYYY-MM-DD
	Names      []string // birth name, used name, given names
}

// An Item is the personal item that a password holds.
type Item uint8

const (
	NoItem Item = iota
	IdentifierItem
	BirthDateItem
	NameItem
)

// A Report is the answer of Check. It holds no part of the password.
type Report struct {
	Length int     // code points
	Bits   float64 // entropy by the CNIL's formula
	Which  Item    // the first personal item found, NoItem when Personal is met

	unmet uint8 // one bit a rule
}

// OK reports whether every rule is met.
func (r Report) OK() bool { return r.unmet == 0 }

// Met reports whether the rule is met.
func (r Report) Met(rule Rule) bool { return r.unmet>>rule&1 == 0 }

// Unmet returns the rules that are not met, in their order; nil when OK.
func (r Report) Unmet() []Rule {
	var unmet []Rule
	for rule := range rules {
		if !r.Met(rule) {
			unmet = append(unmet, rule)
		}
	}
	return unmet
}

func (r *Report) require(rule Rule, met bool) {
	if !met {
		r.unmet |= 1 << rule
	}
}

// Check judges a password as typed. With a nil list, Common knows no word and
// refuses only runs, repetitions and dates: the server never runs without the
// list, the browser may until it has fetched it. Of a password over MaxLength,
// which is refused anyway, Common and Personal are not judged.
func Check(typed string, c Context, list *List) Report {
	var r Report
	var letter, digit bool
	for _, char := range typed {
		r.Length++
		letter = letter || unicode.IsLetter(char)
		digit = digit || unicode.IsDigit(char)
	}
	r.Bits = bits(typed, r.Length)
	r.require(Length, r.Length >= MinLength)
	r.require(TooLong, r.Length <= MaxLength)
	r.require(Letter, letter)
	phrase := !digit && words(typed) >= PhraseWords
	r.require(Digit, digit || phrase)
	r.require(Entropy, r.Bits >= MinBits)
	if r.Length <= MaxLength {
		r.Which = c.heldBy(typed)
		r.require(Personal, r.Which == NoItem)
		limit := guessBits
		if phrase { // strong without a digit, whatever its words
			limit = MinBits
		}
		r.require(Common, !list.guessed(typed, limit))
	}
	return r
}

// words counts the words of two letters or more, whatever stands between them.
func words(typed string) (n int) {
	letters := 0
	for _, char := range typed {
		switch {
		case unicode.IsLetter(char):
			if letters++; letters == 2 {
				n++
			}
		case !unicode.IsMark(char):
			letters = 0
		}
	}
	return n
}
