package fctest

import (
	"net/url"
	"slices"
	"strings"

	fc "moncompte/server/franceconnect"
	"moncompte/server/portal"
)

// Case is one way to lie or to fail. Each must end without an identity, with a failure of the kind wanted.
type Case struct {
	Name string
	Want portal.FailureKind
	Only fc.Profile // empty = both

	Callback          func(url.Values)         // changes what the browser brings back
	IDToken, Userinfo func(*Token)             // changes a token before it is signed
	Answer            map[string]func(*Answer) // changes an answer before it is sent, by path under the issuer: "/token"
	Hangs             bool                     // some answer never comes to its end: see Provider.Hung
}

// Cases returns every case for a profile: what a hostile provider may try, and every error that FranceConnect documents.
func Cases(profile fc.Profile) []Case {
	all := slices.Concat(
		callbackErrors(), callbackCases(), endpointErrors(), tokenCases(), userinfoCases(), documentCases(),
		signedCases("id_token", func(c *Case, f func(*Token)) { c.IDToken = f }),
		signedCases("userinfo", func(c *Case, f func(*Token)) { c.Userinfo = f }),
		encryptedCases("id_token", func(c *Case, f func(*Token)) { c.IDToken = f }),
		encryptedCases("userinfo", func(c *Case, f func(*Token)) { c.Userinfo = f }),
		idTokenCases(),
	)
	return slices.DeleteFunc(all, func(c Case) bool { return c.Only != "" && c.Only != profile })
}

// callbackErrors are what comes back by the browser with an error.
func callbackErrors() []Case {
	var cases []Case
	for _, e := range []struct {
		code string
		want portal.FailureKind
	}{
		{"access_denied", portal.Cancelled},
		{"server_error", portal.Unavailable},
		{"temporarily_unavailable", portal.Unavailable},
		{"invalid_request", portal.Misconfigured},
		{"invalid_scope", portal.Misconfigured},
		{"invalid_acr", portal.Misconfigured},
		{"invalid_idp_hint", portal.Misconfigured},
		{"unsupported_response_type", portal.Misconfigured},
		{"unauthorized_client", portal.Misconfigured},
		{"Y010004", portal.Refused},
		{"E000023", portal.Refused},
		{"login_required", portal.Refused},
		{"<script>alert(1)</script>", portal.Refused},
	} {
		cases = append(cases, Case{Name: "callback error " + e.code, Want: e.want, Callback: func(q url.Values) {
			q.Del("code")
			q.Set("error", e.code)
			q.Set("error_description", Description)
			q.Set("error_uri", "https://docs.example.test/?code=Y049E20B&id="+ErrorID)
		}})
	}
	return cases
}

func callbackCases() []Case {
	set := func(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }
	del := func(name string) func(url.Values) { return func(q url.Values) { q.Del(name) } }
	return []Case{
		{Name: "state is the word undefined", Want: portal.Expired, Callback: set("state", "undefined")},
		{Name: "state is missing", Want: portal.Expired, Callback: del("state")},
		{Name: "state is empty", Want: portal.Expired, Callback: set("state", "")},
		{Name: "state is nobody's", Want: portal.Expired, Callback: set("state", portal.NewToken().Reveal())},
		{Name: "error with the state undefined", Want: portal.Expired, Callback: func(q url.Values) {
			q.Set("state", "undefined")
			q.Set("error", "access_denied")
		}},
		{Name: "state is there twice", Want: portal.Invalid, Callback: func(q url.Values) { q.Add("state", portal.NewToken().Reveal()) }},
		{Name: "code is there twice", Want: portal.Invalid, Callback: func(q url.Values) { q.Add("code", "other") }},
		{Name: "code is too long", Want: portal.Invalid, Callback: set("code", string(make([]byte, 5000)))},
		{Name: "code was never given", Want: portal.Expired, Callback: set("code", "made-up")},
		{Name: "neither code nor error", Want: portal.Invalid, Callback: del("code")},
		{Name: "code and error", Want: portal.Cancelled, Callback: set("error", "access_denied")},
		{Name: "mix-up: iss of another provider", Want: portal.Invalid, Callback: set("iss", "https://other.example.test/api/v2")},
		{Name: "mix-up: iss with a slash more", Want: portal.Invalid, Callback: func(q url.Values) { q.Set("iss", q.Get("iss")+"/") }},
		{Name: "mix-up: iss is missing", Want: portal.Invalid, Callback: del("iss")},
		{Name: "mix-up: error of another provider", Want: portal.Invalid, Callback: func(q url.Values) {
			q.Set("error", "access_denied")
			q.Set("iss", "https://other.example.test/api/v2")
		}},
	}
}

// idTokenCases are about what only the id_token says.
func idTokenCases() []Case {
	claim := func(name string, value any) func(*Token) { return func(t *Token) { t.Claims[name] = value } }
	none := func(name string) func(*Token) { return func(t *Token) { delete(t.Claims, name) } }
	long := strings.Repeat("a", 300)
	return []Case{
		{Name: "id_token nonce is another one", Want: portal.Invalid, IDToken: claim("nonce", portal.NewToken().Reveal())},
		{Name: "id_token nonce is missing", Want: portal.Invalid, IDToken: none("nonce")},
		{Name: "id_token nonce is empty", Want: portal.Invalid, IDToken: claim("nonce", "")},
		{Name: "id_token acr is missing", Want: portal.Invalid, IDToken: none("acr")},
		{Name: "id_token acr is unknown", Want: portal.Invalid, IDToken: claim("acr", "eidas9")},
		{Name: "id_token acr is a number", Want: portal.Invalid, IDToken: claim("acr", 3)},
		{Name: "id_token acr is lower than asked", Want: portal.Invalid, Only: fc.Plus, IDToken: claim("acr", "eidas1")},
		{Name: "id_token sub of another person", Want: portal.Invalid, IDToken: claim("sub", "other")},
		// The same in both, so that they agree.
		{Name: "both tokens: sub is missing", Want: portal.Invalid, IDToken: none("sub"), Userinfo: none("sub")},
		{Name: "both tokens: sub is too long", Want: portal.Invalid, IDToken: claim("sub", long), Userinfo: claim("sub", long)},
		{Name: "both tokens: sub has a null character", Want: portal.Invalid, IDToken: claim("sub", "a\x00"), Userinfo: claim("sub", "a\x00")},
	}
}
