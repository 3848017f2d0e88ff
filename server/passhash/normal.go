package passhash

import (
	"slices"

	"golang.org/x/text/unicode/norm"
)

// Normal is the text that New hashes: an accent is one character with its letter, whichever way the keyboard writes it (NFC, as NIST SP
// 800-63B-4 §3.1.1.2 asks).
func Normal(password string) string { return norm.NFC.String(password) }

// spellings are the texts that may have been hashed for a password, without repetition: the normal one, and, since hashes made before
// and by other systems stay valid, the one that was typed and the decomposed one. An ASCII password has one.
func spellings(password string) []string {
	all := []string{Normal(password)}
	for _, other := range []string{password, norm.NFD.String(password)} {
		if !slices.Contains(all, other) {
			all = append(all, other)
		}
	}
	return all
}
