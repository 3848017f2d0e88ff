//go:build plainargon2

package passhash

import "golang.org/x/crypto/argon2"

// argon2idKey is argon2.IDKey: the way of a build that must not wait for argon2id_memory.go, such as one with a security release
// of x/crypto that names its steps otherwise. The hashes are the same ones, and take a third more memory.
func argon2idKey(password, salt []byte, p Params, keyLen uint32) []byte {
	return argon2.IDKey(password, salt, p.Time, p.MemoryKiB, p.Threads, keyLen)
}
