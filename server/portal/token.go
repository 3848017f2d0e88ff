package portal

import (
	"crypto/rand"
	"encoding/base64"

	"moncompte/server/keys"
)

// NewToken returns 256 random bits in base64url, 43 characters (OWASP ASVS 5.0 V7.2.3 asks for 128).
func NewToken() keys.Secret {
	var b [32]byte
	rand.Read(b[:])
	return keys.NewSecret(base64.RawURLEncoding.EncodeToString(b[:]))
}
