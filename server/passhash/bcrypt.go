package passhash

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Bounds on bcrypt. Cost 14 is about a second of one core; OWASP asks for 10 at least, and lower ones are made again at sign-in.
const (
	minBcryptCost = bcrypt.MinCost
	maxBcryptCost = 14
)

const (
	bcryptTailLen  = 22 + 31 // salt and key, in characters
	bcryptMaxBytes = 72
	bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

type bcryptHash struct {
	cost int
	text []byte // the whole hash
}

// parseBcrypt reads version, cost, and salt with key.
func parseBcrypt(fields []string) (*bcryptHash, error) {
	if len(fields) != 3 || len(fields[1]) != 2 || len(fields[2]) != bcryptTailLen {
		return nil, ErrFormat
	}
	for _, c := range []byte(fields[2]) {
		if strings.IndexByte(bcryptAlphabet, c) < 0 {
			return nil, ErrFormat
		}
	}
	cost, ok := number(strings.TrimPrefix(fields[1], "0"), 99)
	if !ok {
		return nil, ErrFormat
	}
	if cost < minBcryptCost || cost > maxBcryptCost {
		return nil, ErrCost
	}
	return &bcryptHash{cost, []byte("$" + strings.Join(fields, "$"))}, nil
}

func decoyBcrypt(cost string) (*bcryptHash, error) {
	n, ok := number(cost, 99)
	if !ok {
		return nil, ErrFormat
	}
	tail := randomBytes(bcryptTailLen)
	for i, b := range tail {
		tail[i] = bcryptAlphabet[b%byte(len(bcryptAlphabet))] // 64 letters: no bias
	}
	return parseBcrypt([]string{"2b", fmt.Sprintf("%02d", n), string(tail)})
}

func (b *bcryptHash) scheme() string { return fmt.Sprintf("bcrypt %d", b.cost) }

// verify looks at the first 72 bytes of the password only: bcrypt mixes in no more, and the systems these hashes come from cut
// longer passwords there without a word, so that refusing them would shut their owners out. The hash is made again at that sign-in,
// with argon2id over the whole password.
func (b *bcryptHash) verify(password string) bool {
	if len(password) > bcryptMaxBytes {
		password = password[:bcryptMaxBytes]
	}
	return bcrypt.CompareHashAndPassword(b.text, []byte(password)) == nil // constant time
}

func (b *bcryptHash) weaker(Params) bool { return true }
