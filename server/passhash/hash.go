// Package passhash makes and verifies password hashes, and bounds the work they cost.
//
// It verifies argon2id, and bcrypt and PBKDF2 that other systems left behind; it makes argon2id only. A password is neither cut nor
// trimmed (OWASP ASVS 5.0 V6.2.8); what keyboards write in two ways is one password (Normal).
package passhash

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"slices"
	"strings"
)

// The errors of Parse, Decoy and Params.Check. They never contain the hash.
var (
	// ErrFormat is for what is no hash of a kind that is verified here, or not in its exact form.
	ErrFormat = errors.New("passhash: unknown or malformed password hash")
	// ErrCost is for a hash that is well formed and whose costs or lengths are outside the accepted bounds.
	ErrCost = errors.New("passhash: password hash with a cost or a length outside the accepted bounds")
)

// Bounds on salts and keys, in bytes. A key under 128 bits could be matched by guessing it.
const (
	maxTextLen = 512
	minSaltLen = 8
	maxSaltLen = 64
	minKeyLen  = 16
	maxKeyLen  = 64
)

// Hash is a parsed password hash. Holding one from Parse or Decoy means that its costs are acceptable: at most about a second of one
// core. The zero Hash matches no password. A Hash prints as its Scheme.
type Hash struct {
	// Two pointers away: where fmt may call no method it follows one and prints what is there, salt and key.
	kind *kind
}

// kind is one algorithm with its costs, salt and key.
type kind interface {
	scheme() string
	verify(password string) bool
	weaker(p Params) bool
}

// Parse reads a stored hash in one of these forms, where salt and key are base64 without padding:
//
//	$argon2id$v=19$m=19456,t=2,p=1$salt$key        the reference implementation's form, parameters in this order
//	$2a$12$… $2b$12$… $2y$12$…                     bcrypt, 60 characters
//	$pbkdf2-sha256$i=600000,l=32$salt$key          the PHC form
//	$pbkdf2-sha256$600000$salt$key                 Passlib's form, with "." for "+"
//
// The costs are bounded, so that a hostile row, imported or written, cannot stop the server; the error is ErrCost then, and ErrFormat
// for any other text.
func Parse(phc string) (Hash, error) {
	if len(phc) > maxTextLen {
		return Hash{}, ErrFormat
	}
	var k kind
	err := ErrFormat
	fields := strings.Split(phc, "$")
	if len(fields) < 4 || fields[0] != "" {
		return Hash{}, ErrFormat
	}
	switch fields[1] {
	case "argon2id":
		k, err = parseArgon2id(fields[2:])
	case "pbkdf2-sha256":
		k, err = parsePBKDF2(fields[2:])
	case "2a", "2b", "2y": // not 2x: it marks hashes of a broken implementation
		k, err = parseBcrypt(fields[1:])
	}
	if err != nil {
		return Hash{}, err
	}
	return Hash{&k}, nil
}

// Decoy returns a hash of the given scheme (what Scheme returned) with a random salt and key: verifying it does the work of a real
// one, and no password will match. It is for identifiers that nobody has (OWASP ASVS 5.0 V6.3.8: not to be told apart by the time).
// Make one per scheme and keep it. The errors are those of Parse.
func Decoy(scheme string) (Hash, error) {
	if len(scheme) > maxTextLen {
		return Hash{}, ErrFormat
	}
	name, costs, _ := strings.Cut(scheme, " ")
	var k kind
	err := ErrFormat
	switch name {
	case "argon2id":
		k, err = decoyArgon2id(costs)
	case "bcrypt":
		k, err = decoyBcrypt(costs)
	case "pbkdf2-sha256":
		k, err = decoyPBKDF2(costs)
	}
	if err != nil {
		return Hash{}, err
	}
	return Hash{&k}, nil
}

// Scheme returns all that decides the cost of verifying and nothing secret, such as "argon2id m=19456,t=2,p=1", "bcrypt 12" or
// "pbkdf2-sha256 600000" (with ",l=64" when the key is longer than one block of 32 bytes, which multiplies the work). The zero Hash
// has the scheme "".
func (h Hash) Scheme() string {
	if h.kind == nil {
		return ""
	}
	return (*h.kind).scheme()
}

// Verify tells whether the password is that of the hash. It is where the processor and memory go: call it in a Pool. The keys are
// compared in constant time. How much is hashed for a password that does not match depends on its spellings alone, for a decoy as
// for a real hash (OWASP ASVS 5.0 V6.3.8).
func (h Hash) Verify(password string) bool {
	return h.kind != nil && slices.ContainsFunc(spellings(password), (*h.kind).verify)
}

// Weaker tells whether the hash is to be made again with p once the password is known: another algorithm, less memory, less work
// (memory × passes), or a salt or key shorter than New makes. More memory in fewer passes is not weaker: the OWASP Password Storage
// Cheat Sheet counts 46 MiB in one pass as much as 19 MiB in two.
func (h Hash) Weaker(p Params) bool {
	return h.kind == nil || (*h.kind).weaker(p.orDefault())
}

// String returns Scheme, so that a hash that is printed or logged shows neither salt nor key.
func (h Hash) String() string { return h.Scheme() }

// LogValue returns Scheme, for slog.
func (h Hash) LogValue() slog.Value { return slog.StringValue(h.Scheme()) }

// number reads a decimal number as the PHC string format wants it: digits only, no leading zero. It returns max+1 for
// any larger one, and false for what is no number.
func number(text string, max int) (int, bool) {
	if text == "" || (text[0] == '0' && text != "0") {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
		if n > max {
			n = max + 1 // and on to the end: too much and malformed are different errors
		}
	}
	return n, true
}

// tooMuch is over every bound on a cost.
const tooMuch = 1 << 24

// costs reads "a=1,b=2" with exactly these names in this order. Numbers over tooMuch are read as one more than it.
func costs(text string, names ...string) ([]int, bool) {
	fields := strings.Split(text, ",")
	if len(fields) != len(names) {
		return nil, false
	}
	numbers := make([]int, len(names))
	for i, field := range fields {
		value, ok := strings.CutPrefix(field, names[i]+"=")
		if !ok {
			return nil, false
		}
		if numbers[i], ok = number(value, tooMuch); !ok {
			return nil, false
		}
	}
	return numbers, true
}

// saltAndKey decodes and bounds the last two fields of a hash.
func saltAndKey(encoding *base64.Encoding, salt, key string) (s, k []byte, err error) {
	s, err = encoding.Strict().DecodeString(salt)
	if err != nil || strings.ContainsAny(salt, "\r\n") { // the decoder passes over line ends
		return nil, nil, ErrFormat
	}
	k, err = encoding.Strict().DecodeString(key)
	if err != nil || strings.ContainsAny(key, "\r\n") {
		return nil, nil, ErrFormat
	}
	if len(s) < minSaltLen || len(s) > maxSaltLen || len(k) < minKeyLen || len(k) > maxKeyLen {
		return nil, nil, ErrCost
	}
	return s, k, nil
}

// randomBytes is for decoys; crypto/rand.Read never fails.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
