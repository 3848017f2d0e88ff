// Package cipher stands for crypto/cipher in the WASM, where nothing is encrypted: it refuses.
package cipher

import "errors"

// A Block encrypts one block.
type Block interface {
	BlockSize() int
	Encrypt(dst, src []byte)
	Decrypt(dst, src []byte)
}

// An AEAD seals and opens.
type AEAD interface {
	NonceSize() int
	Overhead() int
	Seal(dst, nonce, plaintext, additionalData []byte) []byte
	Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error)
}

// NewGCM returns an error.
func NewGCM(Block) (AEAD, error) { return nil, errors.New("crypto/cipher is not in the WASM") }
