package franceconnect

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// EncryptionKeys are the keys that FranceConnect+ encrypts its tokens to: an RSA key (RSA-OAEP-256) and a P-256 key (ECDH-ES), so
// that either can be registered, and the older ones, which still decrypt. It does not print.
type EncryptionKeys struct {
	keys []jose.JSONWebKey // private, newest first, each with its id (RFC 7638) and its one algorithm
}

const (
	rsaBits = 3072 // NIST SP 800-57 part 1 rev. 5: good after 2030
	// keptPerAlg is how many keys of each algorithm a rotation leaves: FranceConnect+ encrypts to an old one for as long as it has
	// our JWKS in its cache.
	keptPerAlg = 3
)

var encryptionAlgs = []jose.KeyAlgorithm{jose.RSA_OAEP_256, jose.ECDH_ES}

// String returns "[keys]".
func (k *EncryptionKeys) String() string { return "[keys]" }

// GoString returns "[keys]", for %#v.
func (k *EncryptionKeys) GoString() string { return "[keys]" }

// JWKS returns the newest public key of each algorithm as a JSON Web Key Set; nil keys give an empty set.
func (k *EncryptionKeys) JWKS() []byte {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	if k != nil {
		for _, alg := range encryptionAlgs {
			newest := slices.IndexFunc(k.keys, func(key jose.JSONWebKey) bool { return key.Algorithm == string(alg) })
			if newest >= 0 {
				set.Keys = append(set.Keys, k.keys[newest].Public())
			}
		}
	}
	text, err := json.Marshal(set)
	if err != nil {
		panic("franceconnect: public keys that were read cannot be written: " + err.Error())
	}
	return text
}

// decrypt opens a compact JWE (RFC 7516) and returns the text inside. An error holds nothing of the token.
func (k *EncryptionKeys) decrypt(raw string) (string, error) {
	token, err := jose.ParseEncryptedCompact(raw, encryptionAlgs, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return "", errors.New("not encrypted, or not in a way that was registered")
	}
	if compressed(raw) {
		return "", errors.New("compressed") // a small token could grow large, and nothing honest is compressed here
	}
	i := slices.IndexFunc(k.keys, func(key jose.JSONWebKey) bool { return key.KeyID == token.Header.KeyID })
	if i < 0 {
		return "", errors.New("encrypted to a key that is not ours (was our JWKS changed?)")
	}
	text, err := token.Decrypt(k.keys[i].Key)
	if err != nil {
		return "", errors.New("does not decrypt")
	}
	return string(text), nil
}

// compressed tells whether the protected header asks for decompression, or cannot be read.
func compressed(raw string) bool {
	head, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	var header map[string]json.RawMessage
	if err != nil || json.Unmarshal(text, &header) != nil {
		return true
	}
	_, zip := header["zip"]
	return zip
}

// newEncryptionKeys makes one key of each algorithm.
func newEncryptionKeys() ([]jose.JSONWebKey, error) {
	forRSA, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return nil, err
	}
	forEC, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	made := []jose.JSONWebKey{
		{Key: forRSA, Algorithm: string(jose.RSA_OAEP_256), Use: "enc"},
		{Key: forEC, Algorithm: string(jose.ECDH_ES), Use: "enc"},
	}
	for i := range made {
		if made[i].KeyID, err = thumbprint(made[i]); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func thumbprint(k jose.JSONWebKey) (string, error) {
	sum, err := k.Thumbprint(crypto.SHA256)
	return base64.RawURLEncoding.EncodeToString(sum), err
}

// parseEncryptionKeys reads a private JWK Set. It accepts only what newEncryptionKeys makes: errors give the place of a key, not
// the key.
func parseEncryptionKeys(text []byte) (*EncryptionKeys, error) {
	var set jose.JSONWebKeySet
	if json.Unmarshal(text, &set) != nil || len(set.Keys) == 0 {
		return nil, errors.New("not a JSON Web Key Set with keys")
	}
	for i, key := range set.Keys {
		if !fits(key) {
			return nil, fmt.Errorf("key %d is not a private key for RSA-OAEP-256 (RSA, 2048 bits or more) or ECDH-ES (P-256), with its use, "+
				"alg and thumbprint as kid", i+1)
		}
	}
	return &EncryptionKeys{keys: set.Keys}, nil
}

func fits(key jose.JSONWebKey) bool {
	if kid, err := thumbprint(key); err != nil || key.KeyID != kid || key.Use != "enc" {
		return false
	}
	switch private := key.Key.(type) {
	case *rsa.PrivateKey:
		return key.Algorithm == string(jose.RSA_OAEP_256) && private.N.BitLen() >= 2048
	case *ecdsa.PrivateKey:
		return key.Algorithm == string(jose.ECDH_ES) && private.Curve == elliptic.P256()
	}
	return false
}
