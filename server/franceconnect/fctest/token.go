package fctest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"github.com/go-jose/go-jose/v4"

	"moncompte/server/franceconnect"
)

// Token is a token before it is signed. A Case changes it.
type Token struct {
	Header, Claims map[string]any
	Key            any                 // *ecdsa.PrivateKey, *rsa.PrivateKey, []byte for HS256, nil for an empty signature
	Tamper         func(string) string // on the signed token; nil = nothing

	// FranceConnect+ only.
	Plain    bool                   // not encrypted
	KeyAlg   jose.KeyAlgorithm      // how the key is wrapped
	Enc      jose.ContentEncryption // how the token is encrypted
	KeyID    string                 // of the recipient; empty = the honest one
	Compress bool
	Stranger bool                // encrypted to somebody else's key, under the honest id
	Spoil    func(string) string // on the encrypted token; nil = nothing
}

// The key ids have colons, as those of FranceConnect's hardware.
func kid(alg string) string { return "pkcs11:" + alg + ":hsm" }

// provider are the honest keys, stranger those of somebody else.
var provider, stranger = sync.OnceValue(newPair), sync.OnceValue(newPair)

type pair struct {
	ec  *ecdsa.PrivateKey
	rsa *rsa.PrivateKey
}

func newPair() pair {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return pair{ec, r}
}

func (p pair) of(alg string) any {
	if alg == "RS256" {
		return p.rsa
	}
	return p.ec
}

// publicKeys are those of both algorithms, and one that this library does not know, as a provider with new hardware would have.
func publicKeys() map[string]any {
	return map[string]any{"keys": []any{
		map[string]any{"kty": "OKP", "crv": "X448", "kid": "new", "use": "sig", "x": "AA"},
		jose.JSONWebKey{Key: provider().rsa.Public(), KeyID: kid("RS256"), Algorithm: "RS256", Use: "sig"},
		jose.JSONWebKey{Key: provider().ec.Public(), KeyID: kid("ES256"), Algorithm: "ES256", Use: "sig"},
	}}
}

// idToken holds what FranceConnect's does, and no identity.
func (p *Provider) idToken(nonce string) string {
	acr := "eidas1"
	if p.o.Profile == franceconnect.Plus {
		acr = "eidas2"
	}
	t := p.honest(map[string]any{"acr": acr, "nonce": nonce, "auth_time": p.o.Now().Unix()})
	p.mu.Lock()
	change := p.play.IDToken
	p.mu.Unlock()
	return p.seal(t, change)
}

func (p *Provider) userinfoToken() string {
	t := p.honest(maps.Clone(p.o.Person))
	p.mu.Lock()
	change := p.play.Userinfo
	p.mu.Unlock()
	return p.seal(t, change)
}

func (p *Provider) honest(claims map[string]any) *Token {
	now := p.o.Now().Unix()
	maps.Copy(claims, map[string]any{"sub": p.o.Subject, "iss": p.Issuer, "aud": ClientID, "iat": now, "exp": now + 60})
	return &Token{
		Header: map[string]any{"alg": p.o.Alg, "kid": kid(p.o.Alg), "typ": "JWT"},
		Claims: claims, Key: provider().of(p.o.Alg), KeyAlg: jose.KeyAlgorithm(p.o.EncryptionAlg), Enc: jose.A256GCM,
	}
}

// seal changes, signs and, for FranceConnect+, encrypts.
func (p *Provider) seal(t *Token, change func(*Token)) string {
	if change != nil {
		change(t)
	}
	signed := t.sign()
	if t.Tamper != nil {
		signed = t.Tamper(signed)
	}
	if p.o.Profile != franceconnect.Plus || t.Plain {
		return signed
	}
	sealed := p.encrypt(t, signed)
	if t.Spoil != nil {
		sealed = t.Spoil(sealed)
	}
	return sealed
}

// sign is by hand, because no library signs as badly as some cases need.
func (t *Token) sign() string {
	input := b64(marshal(t.Header)) + "." + b64(marshal(t.Claims))
	sum := sha256.Sum256([]byte(input))
	var signature []byte
	switch key := t.Key.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			panic(err)
		}
		signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	case *rsa.PrivateKey:
		var err error
		if signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]); err != nil {
			panic(err)
		}
	case []byte:
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(input))
		signature = mac.Sum(nil)
	}
	return input + "." + b64(signature)
}

func (p *Provider) encrypt(t *Token, signed string) string {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(p.o.JWKS(), &set); err != nil {
		panic(err)
	}
	for _, key := range set.Keys {
		if key.Algorithm != p.o.EncryptionAlg {
			continue
		}
		to := jose.Recipient{Algorithm: t.KeyAlg, Key: key.Key, KeyID: key.KeyID}
		if t.KeyID != "" {
			to.KeyID = t.KeyID
		}
		if t.Stranger && p.o.EncryptionAlg == string(jose.ECDH_ES) {
			to.Key = stranger().ec.Public()
		} else if t.Stranger {
			to.Key = stranger().rsa.Public()
		}
		options := (&jose.EncrypterOptions{}).WithContentType("JWT").WithHeader("iss", p.Issuer).WithHeader("aud", ClientID)
		if t.Compress {
			options.Compression = jose.DEFLATE
		}
		encrypter, err := jose.NewEncrypter(t.Enc, to, options)
		if err != nil {
			panic(err)
		}
		sealed, err := encrypter.Encrypt([]byte(signed))
		if err != nil {
			panic(err)
		}
		text, err := sealed.CompactSerialize()
		if err != nil {
			panic(err)
		}
		return text
	}
	panic("fctest: the client publishes no key for " + p.o.EncryptionAlg)
}

func marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("fctest: %v", err))
	}
	return text
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
