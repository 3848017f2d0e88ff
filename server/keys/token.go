package keys

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
)

// Tokens that we gave to a browser are 256 random bits, and the database does not hold them. They need no key of the file: what is
// found or sealed by a token outlives every change of keys.

// TokenIndex returns the SHA-256 (32 bytes) of purpose and token, to find a row without storing the token. Nobody who has a copy of
// the database can guess what it is of (OWASP ASVS 5.0 V6.5.2: a plain hash is enough from 112 bits on).
func TokenIndex(purpose string, token Secret) []byte {
	sum := sha256.Sum256([]byte("moncompte/token/" + purpose + "/" + token.Reveal()))
	return sum[:]
}

// SealUnder encrypts plaintext with AES-256-GCM under a key drawn from the token for the purpose, a word of the program: only the
// browser that holds the token brings it back. A token seals few values, so that random nonces never meet.
func SealUnder(token Secret, purpose string, plaintext []byte) []byte {
	return tokenAEAD(token, purpose).Seal(nil, nil, plaintext, nil)
}

// OpenUnder is the inverse of SealUnder; ErrSealed for what this token did not seal for this purpose.
func OpenUnder(token Secret, purpose string, sealed []byte) ([]byte, error) {
	// The empty token is refused: its key is everybody's.
	if token.IsZero() {
		return nil, ErrSealed
	}
	plaintext, err := tokenAEAD(token, purpose).Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

func tokenAEAD(token Secret, purpose string) cipher.AEAD {
	key, err := hkdf.Key(sha256.New, []byte(token.Reveal()), nil, "moncompte/token/"+purpose, keySize)
	if err != nil {
		panic(err) // only for a length beyond 255 hashes
	}
	return newAEAD(key)
}
