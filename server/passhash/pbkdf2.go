package passhash

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

// maxIterations bounds iterations × blocks of 32 bytes of key: about a second of one core.
const maxIterations = 2_000_000

// passlib is base64 with "." in the place of "+", without padding.
var passlib = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

type pbkdf2SHA256 struct {
	iterations int
	salt, key  []byte
}

func parsePBKDF2(fields []string) (*pbkdf2SHA256, error) {
	if len(fields) != 3 {
		return nil, ErrFormat
	}
	encoding := passlib
	iterations, ok := number(fields[0], maxIterations)
	stated := -1
	if strings.HasPrefix(fields[0], "i=") {
		var n []int
		if n, ok = costs(fields[0], "i", "l"); ok {
			encoding, iterations, stated = base64.RawStdEncoding, n[0], n[1]
		}
	}
	if !ok {
		return nil, ErrFormat
	}
	salt, key, err := saltAndKey(encoding, fields[1], fields[2])
	if err != nil {
		return nil, err
	}
	if stated >= 0 && stated != len(key) {
		return nil, ErrFormat
	}
	return newPBKDF2(iterations, salt, key)
}

func newPBKDF2(iterations int, salt, key []byte) (*pbkdf2SHA256, error) {
	blocks := (len(key) + sha256.Size - 1) / sha256.Size
	if iterations < 1 || iterations > maxIterations/blocks {
		return nil, ErrCost
	}
	return &pbkdf2SHA256{iterations, salt, key}, nil
}

func decoyPBKDF2(text string) (*pbkdf2SHA256, error) {
	length := newKeyLen
	count, long, found := strings.Cut(text, ",")
	if found {
		n, ok := costs(long, "l")
		if !ok {
			return nil, ErrFormat
		}
		if n[0] <= sha256.Size || n[0] > maxKeyLen {
			return nil, ErrCost
		}
		length = n[0]
	}
	iterations, ok := number(count, maxIterations)
	if !ok {
		return nil, ErrFormat
	}
	return newPBKDF2(iterations, randomBytes(newSaltLen), randomBytes(length))
}

func (h *pbkdf2SHA256) scheme() string {
	if len(h.key) > sha256.Size {
		return fmt.Sprintf("pbkdf2-sha256 %d,l=%d", h.iterations, len(h.key))
	}
	return fmt.Sprintf("pbkdf2-sha256 %d", h.iterations)
}

func (h *pbkdf2SHA256) verify(password string) bool {
	key, err := pbkdf2.Key(sha256.New, password, h.salt, h.iterations, len(h.key))
	return err == nil && subtle.ConstantTimeCompare(key, h.key) == 1
}

func (h *pbkdf2SHA256) weaker(Params) bool { return true }
