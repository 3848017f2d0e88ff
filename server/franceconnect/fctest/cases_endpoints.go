package fctest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"moncompte/server/portal"
)

const discovery = "/.well-known/openid-configuration"

// on makes a case that changes the answer of one path.
func on(path, name string, want portal.FailureKind, change func(*Answer)) Case {
	endpoint := strings.TrimPrefix(path, "/")
	if path == discovery {
		endpoint = "discovery"
	}
	return Case{Name: endpoint + " " + name, Want: want, Answer: map[string]func(*Answer){path: change}}
}

// failures are what any endpoint may send in its trouble; the kinds are those of a broken and of an unbelievable answer.
func failures(path string, broken, unbelievable portal.FailureKind) []Case {
	hang := on(path, "never answers", portal.Unavailable, func(a *Answer) { a.Hang = true })
	drip := on(path, "stops half-way", portal.Unavailable, func(a *Answer) { a.Drip = true })
	hang.Hangs, drip.Hangs = true, true
	page := http.Header{"Content-Type": {"text/html"}}
	cases := []Case{
		hang, drip,
		on(path, "is cut short", broken, func(a *Answer) { a.Cut = true }),
		on(path, "answers a page", unbelievable, func(a *Answer) { *a = Answer{Status: 200, Header: page, Body: []byte("<html>")} }),
		on(path, "answers nothing", unbelievable, func(a *Answer) { a.Body = nil }),
		on(path, "answers too much", unbelievable, func(a *Answer) { a.Body = append(a.Body, bytes.Repeat([]byte(" "), 1<<20)...) }),
		on(path, "answers too much once unpacked", unbelievable, func(a *Answer) {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			w.Write(append(a.Body, bytes.Repeat([]byte(" "), 1<<20)...))
			w.Close()
			a.Header.Set("Content-Encoding", "gzip")
			a.Body = packed.Bytes()
		}),
	}
	for _, status := range []int{500, 502, 503, 429} {
		cases = append(cases, on(path, fmt.Sprintf("answers %d", status), portal.Unavailable, func(a *Answer) {
			*a = Answer{Status: status, Header: page, Body: []byte(Description)}
		}))
	}
	for _, status := range []int{302, 303, 307, 308} {
		cases = append(cases, on(path, fmt.Sprintf("redirects with %d", status), unbelievable, func(a *Answer) {
			*a = redirect(status, "?"+followed)
		}))
	}
	return cases
}

// endpointErrors are the errors that FranceConnect documents for its two endpoints.
func endpointErrors() []Case {
	refuse := func(status int, code string) func(*Answer) {
		return func(a *Answer) {
			*a = asJSON(status, map[string]any{
				"error": code, "error_description": Description,
				"error_uri": "https://docs.example.test/erreurs/?code=Y049E20B&id=" + ErrorID,
			})
		}
	}
	return []Case{
		on("/token", "invalid_client", portal.Misconfigured, refuse(401, "invalid_client")),
		on("/token", "invalid_grant", portal.Expired, refuse(400, "invalid_grant")),
		on("/token", "invalid_request", portal.Misconfigured, refuse(400, "invalid_request")),
		on("/token", "invalid_client_metadata", portal.Misconfigured, refuse(400, "invalid_client_metadata")),
		on("/token", "unauthorized_client", portal.Misconfigured, refuse(400, "unauthorized_client")),
		on("/token", "error of the future", portal.Refused, refuse(400, "Y999999")),
		on("/token", "error with status 200", portal.Expired, refuse(200, "invalid_grant")),
		on("/token", "403 without JSON", portal.Refused, func(a *Answer) { *a = Answer{Status: 403, Body: []byte(Description)} }),
		on("/userinfo", "invalid_token", portal.Expired, refuse(401, "invalid_token")),
		on("/userinfo", "401 without JSON", portal.Refused, func(a *Answer) { *a = Answer{Status: 401, Body: []byte(Description)} }),
	}
}

func tokenCases() []Case {
	change := func(name string, value any) func(*Answer) {
		return func(a *Answer) {
			var answer map[string]any
			if err := json.Unmarshal(a.Body, &answer); err != nil {
				panic(err)
			}
			answer[name] = value
			a.Body = marshal(answer)
		}
	}
	return append(failures("/token", portal.Invalid, portal.Invalid),
		on("/token", "gives no id_token", portal.Invalid, change("id_token", nil)),
		on("/token", "gives a number as id_token", portal.Invalid, change("id_token", 1)),
		on("/token", "gives no access_token", portal.Invalid, change("access_token", "")),
		on("/token", "gives an access_token with a line break", portal.Invalid, change("access_token", "a\r\nX-Evil: 1")),
		on("/token", "gives a token that is not bearer", portal.Invalid, change("token_type", "mac")),
	)
}

func userinfoCases() []Case {
	typed := func(contentType string) func(*Answer) {
		return func(a *Answer) { a.Header = http.Header{"Content-Type": {contentType}} }
	}
	claim := func(name string, value any) func(*Token) { return func(t *Token) { t.Claims[name] = value } }
	return append(failures("/userinfo", portal.Unavailable, portal.Invalid),
		on("/userinfo", "answers unsigned JSON", portal.Invalid, func(a *Answer) {
			*a = asJSON(200, map[string]any{"sub": "x", "family_name": "DUBOIS"})
		}),
		on("/userinfo", "answers unsigned JSON called a token", portal.Invalid, func(a *Answer) { a.Body = []byte(`{"sub":"x"}`) }),
		on("/userinfo", "answers a token called JSON", portal.Invalid, typed("application/json")),
		on("/userinfo", "answers a token called text", portal.Invalid, typed("text/plain; x=application/jwt")),
		on("/userinfo", "answers a token without a type", portal.Invalid, typed("")),
		Case{Name: "userinfo sub of another person", Want: portal.Invalid, Userinfo: claim("sub", "other")},
		Case{Name: "userinfo is an id_token", Want: portal.Invalid, Userinfo: claim("nonce", "any")},
		Case{Name: "userinfo name is a number", Want: portal.Invalid, Userinfo: claim("preferred_username", 1)},
		Case{Name: "userinfo name is a list", Want: portal.Invalid, Userinfo: claim("preferred_username", []string{"A"})},
		Case{Name: "userinfo name has a null character", Want: portal.Invalid, Userinfo: claim("preferred_username", "A\x00B")},
		Case{Name: "userinfo name is endless", Want: portal.Invalid, Userinfo: claim("preferred_username", strings.Repeat("A", 9999))},
	)
}

// documentCases are about discovery and the keys: nothing can be believed without them, so the provider counts as down.
func documentCases() []Case {
	jwks := "/jwks"
	change := func(name string, value any) func(*Answer) {
		return func(a *Answer) {
			var doc map[string]any
			if err := json.Unmarshal(a.Body, &doc); err != nil {
				panic(err)
			}
			doc[name] = value
			a.Body = marshal(doc)
		}
	}
	cases := append(failures(discovery, portal.Unavailable, portal.Unavailable), failures(jwks, portal.Unavailable, portal.Unavailable)...)
	return append(cases,
		on(discovery, "of another provider", portal.Unavailable, change("issuer", "https://other.example.test/api/v2")),
		on(discovery, "without an issuer", portal.Unavailable, change("issuer", nil)),
		on(discovery, "with a plain http address", portal.Unavailable, change("token_endpoint", "http://other.example.test/token")),
		on(discovery, "without a token address", portal.Unavailable, change("token_endpoint", "")),
		on(discovery, "with an odd address", portal.Unavailable, change("userinfo_endpoint", "file:///etc/passwd")),
		on(jwks, "answers 404", portal.Unavailable, func(a *Answer) { a.Status = 404 }),
		on(jwks, "has no keys", portal.Invalid, change("keys", []any{})),
		on(jwks, "has only shared secrets", portal.Invalid, change("keys", []any{
			map[string]any{"kty": "oct", "kid": kid("ES256"), "k": "AAAA"}, map[string]any{"kty": "oct", "kid": kid("RS256"), "k": "AAAA"},
		})),
		on(jwks, "has no set", portal.Unavailable, change("keys", nil)),
	)
}
