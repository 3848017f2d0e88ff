package password

import (
	"errors"
	"sync"
	"unicode/utf8"

	"moncompte/app/password/internal/guess"
)

//go:generate go run ./gen -modules gen/node_modules -out common_gen.go

// ErrNoList says that the program was built before the list was generated. The
// server refuses to start on it: a missing list must not let "motdepasse123" in.
var ErrNoList = errors.New("password: the list of common passwords is missing: run `go tool -modfile=tools.mod task build`")

// ErrBadList says that the bytes are not a whole, sound list.
var ErrBadList = errors.New("password: the list of common passwords is damaged")

// guessBits is the logarithm of 10⁹ guesses, far beyond the 100 that one account
// ever allows on line (NIST SP 800-63B-4 §3.2.2). A password found earlier is
// common; three frequent words, or two rarer ones and a digit, are not.
const guessBits = 29.9

// A List is the offline list of common passwords: the hashes of words, and the
// rules by which people make passwords of them. It takes the place of far more
// than the 3,000 most common passwords of valid length that ASVS 5.0 V6.2.4
// and NIST SP 800-63B-4 §3.1.1.2 ask to refuse, in some 43 kB as it travels. Fewer than
// one good password in 10,000 is refused by chance. The nil List has no word.
type List struct{ words *guess.Set }

// ParseList reads the bytes of a generated list. It returns ErrBadList.
func ParseList(b []byte) (*List, error) {
	words, err := guess.Parse(b)
	if err != nil {
		return nil, ErrBadList
	}
	return &List{words}, nil
}

// generated is set by common_gen.go, which package gen writes. A string in Go
// and not go:embed, which would bring in io/fs and time.
var generated string

// DefaultList returns the list built into the program, the same in the server
// and the browser. It returns ErrNoList or ErrBadList.
func DefaultList() (*List, error) { return defaultList() }

var defaultList = sync.OnceValues(func() (*List, error) { return builtIn(generated) })

// builtIn refuses the absence of a list: without it, everything would look uncommon.
func builtIn(list string) (*List, error) {
	if list == "" {
		return nil, ErrNoList
	}
	return ParseList([]byte(list))
}

// Entries returns how many whole passwords of MinLength or more the generator
// drew from its sources and found refused.
func (l *List) Entries() int {
	if l == nil {
		return 0
	}
	return l.words.Entries()
}

// Contains reports whether typed is a common password or so near to one that
// fewer than 10⁹ guesses find it. Case, accents and leet signs (0 1 3 4 @ 5 $ 7)
// make no difference, a separator next to none. A word stays common with a
// year, a date, a few digits or signs around it, or repeated; two frequent words
// with a year or two digits; and so do runs on the keyboard. Above MaxLength
// code points typed is not judged and the answer is false.
func (l *List) Contains(typed string) bool { return l.guessed(typed, guessBits) }

// guessed is Contains for fewer guesses than those of so many bits.
func (l *List) guessed(typed string, bits float64) bool {
	if utf8.RuneCountInString(typed) > MaxLength {
		return false
	}
	var words *guess.Set
	if l != nil {
		words = l.words
	}
	return guess.Bits(words, typed, bits) < bits
}
