package franceconnect

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"moncompte/server/check"
)

func TestOnlyKeysThatFitAreKept(t *testing.T) {
	curve := func(c elliptic.Curve) any {
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		check.OK(t, err)
		return key.Public()
	}
	modulus := func(bits int) any {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		check.OK(t, err)
		return key.Public()
	}
	p256, rsa2048 := curve(elliptic.P256()), modulus(2048)
	for _, row := range []struct {
		name string
		key  jose.JSONWebKey
		alg  string
		kept bool
	}{
		{"P-256", jose.JSONWebKey{Key: p256, KeyID: "k", Algorithm: "ES256", Use: "sig"}, "ES256", true},
		{"P-256 that says nothing more", jose.JSONWebKey{Key: p256, KeyID: "k"}, "ES256", true},
		{"RSA of 2048 bits", jose.JSONWebKey{Key: rsa2048, KeyID: "k", Algorithm: "RS256"}, "RS256", true},
		{"P-256 where RS256 is registered", jose.JSONWebKey{Key: p256, KeyID: "k"}, "RS256", false},
		{"RSA where ES256 is registered", jose.JSONWebKey{Key: rsa2048, KeyID: "k"}, "ES256", false},
		{"without an id", jose.JSONWebKey{Key: p256}, "ES256", false},
		{"for encryption", jose.JSONWebKey{Key: p256, KeyID: "k", Use: "enc"}, "ES256", false},
		{"for another algorithm", jose.JSONWebKey{Key: rsa2048, KeyID: "k", Algorithm: "PS256"}, "RS256", false},
		{"P-384", jose.JSONWebKey{Key: curve(elliptic.P384()), KeyID: "k"}, "ES256", false},
		{"RSA of 1024 bits", jose.JSONWebKey{Key: modulus(1024), KeyID: "k"}, "RS256", false},
		{"a shared secret", jose.JSONWebKey{Key: []byte("secret"), KeyID: "k"}, "ES256", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{row.key}})
			check.OK(t, err)
			found, err := parseSigningKeys(set, row.alg)
			check.OK(t, err)
			if kept := len(found) > 0; kept != row.kept {
				t.Errorf("kept: %t", kept)
			}
		})
	}
}
