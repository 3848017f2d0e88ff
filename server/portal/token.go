package portal

import (
	"crypto/rand"
	"encoding/base64"

	"moncompte/server/keys"
)

// tokenLength is that of 32 bytes in unpadded base64url.
const tokenLength = 43

// NewToken returns 256 random bits in base64url, 43 characters (OWASP ASVS 5.0 V7.2.3 asks for 128).
func NewToken() keys.Secret {
	var b [32]byte
	rand.Read(b[:])
	return keys.NewSecret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// ParseToken returns the token that a browser brought back, zero when the text cannot be one of ours: nobody looks that up.
func ParseToken(text string) keys.Secret {
	if len(text) != tokenLength {
		return keys.Secret{}
	}
	if b, err := base64.RawURLEncoding.DecodeString(text); err != nil || len(b) != 32 {
		return keys.Secret{}
	}
	return keys.NewSecret(text)
}
