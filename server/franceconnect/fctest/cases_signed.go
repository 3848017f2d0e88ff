package fctest

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"

	fc "moncompte/server/franceconnect"
	"moncompte/server/portal"
)

// signedCases are about the signature, the header and the claims that both tokens share. put says which token is changed.
func signedCases(which string, put func(*Case, func(*Token))) []Case {
	var cases []Case
	add := func(name string, change func(*Token)) {
		c := Case{Name: which + " " + name, Want: portal.Invalid}
		put(&c, change)
		cases = append(cases, c)
	}
	claim := func(claim string, value any) func(*Token) { return func(t *Token) { t.Claims[claim] = value } }
	none := func(claim string) func(*Token) { return func(t *Token) { delete(t.Claims, claim) } }

	add("is signed by a stranger under the honest key id", func(t *Token) { t.Key = stranger().of(t.Header["alg"].(string)) })
	add("is changed after it was signed", func(t *Token) {
		t.Tamper = func(s string) string {
			part := strings.Split(s, ".")
			claims, _ := base64.RawURLEncoding.DecodeString(part[1])
			part[1] = b64([]byte(strings.Replace(string(claims), "{", `{"x":1,`, 1)))
			return strings.Join(part, ".")
		}
	})
	add("has an empty signature", func(t *Token) { t.Key = nil })
	for _, alg := range []string{"none", "None", "NONE", ""} {
		add(fmt.Sprintf("has alg %q and no signature", alg), func(t *Token) { t.Header["alg"], t.Key = alg, nil })
	}
	add("is signed with the other algorithm of the provider", func(t *Token) {
		other := "RS256"
		if t.Header["alg"] == other {
			other = "ES256"
		}
		t.Header["alg"], t.Header["kid"], t.Key = other, kid(other), provider().of(other)
	})
	for form, secret := range publicForms() {
		add("has HS256 with the public key as "+form, func(t *Token) {
			t.Key = secret(t.Header["alg"].(string))
			t.Header["alg"] = "HS256"
		})
	}
	add("has HS256 with the client secret", func(t *Token) { t.Header["alg"], t.Key = "HS256", []byte(ClientSecret) })
	add("has an unknown key id", func(t *Token) { t.Header["kid"] = "unknown" })
	add("has no key id", func(t *Token) { delete(t.Header, "kid") })
	add("brings its own key", func(t *Token) {
		key := stranger().of(t.Header["alg"].(string))
		public := jose.JSONWebKey{Key: key, KeyID: "own"}
		t.Header["kid"], t.Header["jwk"], t.Key = "own", public.Public(), key
	})
	add("needs an extension that we do not know", func(t *Token) {
		t.Header["crit"], t.Header["exotic"] = []string{"exotic"}, true
	})
	add("is JSON and not a token", func(t *Token) { t.Plain, t.Tamper = true, func(string) string { return `{"sub":"` + ClientID + `"}` } })
	add("is a token in its JSON form", func(t *Token) {
		t.Tamper = func(s string) string {
			part := strings.Split(s, ".")
			return `{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}`
		}
	})
	add("is a token cut short", func(t *Token) { t.Tamper = func(s string) string { return s[:len(s)/2] } })
	add("is not even text", func(t *Token) { t.Plain, t.Tamper = true, func(string) string { return "\x00\xff\xfe.." } })

	add("aud is another client", claim("aud", "other-client"))
	add("aud is ours and another client's", claim("aud", []string{ClientID, "other-client"}))
	add("aud is missing", none("aud"))
	add("aud is a number", claim("aud", 12))
	add("iss is another provider", claim("iss", "https://other.example.test/api/v2"))
	add("iss is missing", none("iss"))
	add("exp is past", func(t *Token) { t.Claims["exp"] = t.Claims["iat"].(int64) - 61 })
	add("exp is missing", none("exp"))
	add("exp is a text", claim("exp", "tomorrow"))
	add("sub is missing", none("sub"))
	add("sub is empty", claim("sub", ""))
	add("sub is a number", claim("sub", 7))
	add("sub is too long", claim("sub", strings.Repeat("a", 300)))
	add("sub has a line break", claim("sub", "a\nb"))
	return cases
}

// publicForms are the texts that a careless library could take for the shared secret of HS256.
func publicForms() map[string]func(alg string) []byte {
	der := func(alg string) []byte {
		public := jose.JSONWebKey{Key: provider().of(alg)}
		text, err := x509.MarshalPKIXPublicKey(public.Public().Key)
		if err != nil {
			panic(err)
		}
		return text
	}
	return map[string]func(string) []byte{
		"DER": der,
		"PEM": func(alg string) []byte { return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der(alg)}) },
		"JWK": func(alg string) []byte {
			key := jose.JSONWebKey{Key: provider().of(alg), KeyID: kid(alg)}
			text, err := json.Marshal(key.Public())
			if err != nil {
				panic(err)
			}
			return text
		},
	}
}

// encryptedCases are about the envelope of FranceConnect+.
func encryptedCases(which string, put func(*Case, func(*Token))) []Case {
	var cases []Case
	add := func(name string, change func(*Token)) {
		c := Case{Name: which + " " + name, Want: portal.Invalid, Only: fc.Plus}
		put(&c, change)
		cases = append(cases, c)
	}
	add("is not encrypted", func(t *Token) { t.Plain = true })
	add("is encrypted to a stranger", func(t *Token) { t.Stranger = true })
	add("is encrypted to an unknown key id", func(t *Token) { t.KeyID = "unknown" })
	add("is encrypted in a way that was not registered", func(t *Token) {
		if t.KeyAlg == jose.ECDH_ES {
			t.KeyAlg = jose.ECDH_ES_A256KW
		} else {
			t.KeyAlg = jose.RSA_OAEP
		}
	})
	add("is encrypted with a cipher that was not registered", func(t *Token) { t.Enc = jose.A128GCM })
	add("is compressed", func(t *Token) { t.Compress = true })
	add("is encrypted and spoilt", func(t *Token) {
		t.Spoil = func(s string) string {
			part := strings.Split(s, ".")
			part[3] = strings.Map(func(r rune) rune {
				if r == 'A' {
					return 'B'
				}
				return 'A'
			}, part[3])
			return strings.Join(part, ".")
		}
	})
	add("is encrypted and cut short", func(t *Token) { t.Spoil = func(s string) string { return s[:len(s)-20] } })
	return cases
}
