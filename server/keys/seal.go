package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"math"
)

// ErrSealed is the one error of Open: altered, foreign, truncated and sealed under an unknown version look the same, so that the
// answer teaches nothing about how to forge.
var ErrSealed = errors.New("keys: sealed data cannot be opened")

// A sealed value is: format (1 byte) | version (uint32, big endian) | nonce (12) | ciphertext | tag (16).
const (
	sealFormat     = 1
	sealHeaderSize = 1 + 4
	sealOverhead   = sealHeaderSize + 12 + 16
)

// Seal encrypts plaintext with AES-256-GCM under the current version's subkey for the purpose, and binds it to purpose, binding (the
// account id) and version: a value copied to another row or column does not open. The result is 33 bytes longer than plaintext.
//
// Nonces are random, 96 bits: NIST SP 800-38D §8.3 allows at most 2^32 values sealed under one subkey, that is per version and
// purpose. For ten million accounts that is over 400 changes of each value of each of them before a new version is due.
func (r *Ring) Seal(purpose, binding string, plaintext []byte) []byte {
	v := r.state().current
	sealed := make([]byte, 0, sealOverhead+len(plaintext))
	sealed = append(sealed, SealedPrefix(v.number)...)
	// The AEAD draws the nonce itself and puts it before the ciphertext.
	return v.aead(purpose).Seal(sealed, nil, plaintext, additionalData(v.number, purpose, binding))
}

// Open returns what Seal was given, under whichever version it was sealed, or ErrSealed.
func (r *Ring) Open(purpose, binding string, sealed []byte) ([]byte, error) {
	number, ok := SealedVersion(sealed)
	if !ok {
		return nil, ErrSealed
	}
	v := r.find(number)
	if v == nil {
		return nil, ErrSealed
	}
	plaintext, err := v.aead(purpose).Open(nil, nil, sealed[sealHeaderSize:], additionalData(number, purpose, binding))
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

// SealedVersion returns the version a value says it was sealed under, to find what is to be sealed again, and false for what does
// not have the shape of a sealed value. Only Open tells whether it is true.
func SealedVersion(sealed []byte) (int, bool) {
	if len(sealed) < sealOverhead || sealed[0] != sealFormat {
		return 0, false
	}
	number := binary.BigEndian.Uint32(sealed[1:])
	if number == 0 || number > math.MaxInt32 {
		return 0, false
	}
	return int(number), true
}

// SealedPrefix is what every value that is sealed under that version begins with, so that a database can tell those that are not.
func SealedPrefix(number int) []byte {
	return binary.BigEndian.AppendUint32([]byte{sealFormat}, uint32(number))
}

// additionalData is version, purpose and binding, each of a fixed or stated length: no two triples give the same bytes.
func additionalData(number int, purpose, binding string) []byte {
	data := binary.BigEndian.AppendUint32(nil, uint32(number))
	for _, part := range []string{purpose, binding} {
		data = binary.BigEndian.AppendUint64(data, uint64(len(part)))
		data = append(data, part...)
	}
	return data
}

func newAEAD(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key that is not 16, 24 or 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only for a cipher that is not AES
	}
	return aead
}
