package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
)

func keysOf(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

func TestTokensAreAsFranceConnectMakesThem(t *testing.T) {
	shared := start(t, Options{AMR: true})

	t.Run("the token answer has five keys and lasts 60 seconds", func(t *testing.T) {
		answer := shared.on(t).tokens(Visit{})
		want := []string{"access_token", "expires_in", "id_token", "scope", "token_type"}
		if got := keysOf(answer.keys); !slices.Equal(got, want) {
			t.Errorf("keys %v, want %v", got, want)
		}
		if answer.keys["expires_in"] != 60.0 {
			t.Errorf("expires_in is %v, want 60", answer.keys["expires_in"])
		}
	})
	t.Run("the id_token holds no identity and lasts 60 seconds", func(t *testing.T) {
		claims, _ := shared.on(t).identity(Visit{})
		want := []string{"acr", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sub"}
		if got := keysOf(claims); !slices.Equal(got, want) {
			t.Errorf("claims %v, want %v", got, want)
		}
		if claims["aud"] != clientID || claims["nonce"] != nonce || claims["iss"] != shared.Issuer {
			t.Errorf("aud %v, nonce %v, iss %v", claims["aud"], claims["nonce"], claims["iss"])
		}
		if life := claims["exp"].(float64) - claims["iat"].(float64); life != 60 {
			t.Errorf("lasts %v seconds, want 60", life)
		}
	})
	t.Run("acr is eidas1 even from an account of level eidas3, and amr comes when asked for", func(t *testing.T) {
		claims, _ := shared.on(t).identity(Visit{Provider: "france-identite"}, "claims", `{"id_token":{"amr":{"essential":true}}}`)
		if claims["acr"] != "eidas1" {
			t.Errorf("acr is %v", claims["acr"])
		}
		if amr, _ := claims["amr"].([]any); len(amr) == 0 || amr[0] != "fc" {
			t.Errorf("amr is %v", claims["amr"])
		}
	})
	t.Run("userinfo is a signed token with aud, exp, iat, iss and the sub of the id_token", func(t *testing.T) {
		s := shared.on(t)
		answer := s.tokens(Visit{})
		res, body := s.userinfo(answer.text("access_token"))
		if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/jwt") {
			t.Errorf("content type %q", kind)
		}
		_, idToken := s.open(answer.text("id_token"))
		_, userinfo := s.open(body)
		if userinfo["sub"] != idToken["sub"] || userinfo["aud"] != clientID || userinfo["iss"] != s.Issuer {
			t.Errorf("sub, aud or iss differ: %v", userinfo)
		}
		if userinfo["exp"] == nil || userinfo["iat"] == nil {
			t.Errorf("claims %v", keysOf(userinfo))
		}
	})
	t.Run("sub has 66 characters, is one for all accounts of a person and changes with the civil status", func(t *testing.T) {
		sub := func(v Visit) string {
			claims, _ := shared.on(t).identity(v)
			return claims["sub"].(string)
		}
		first := sub(Visit{Citizen: "durand"})
		if !regexp.MustCompile(`^[0-9a-f]{64}v1$`).MatchString(first) {
			t.Errorf("sub is %q", first)
		}
		if sub(Visit{Citizen: "durand", Provider: "ameli"}) != first {
			t.Error("another account gives another sub")
		}
		if sub(Visit{Citizen: "durand-change"}) == first || sub(Visit{Citizen: "benali"}) == first {
			t.Error("another identity gives the same sub")
		}
	})
	t.Run("the code is for one use, 30 seconds and one redirect_uri", func(t *testing.T) {
		s := shared.on(t)
		code := s.visit(Visit{}).Get("code")
		if wrong := s.exchange(code, "redirect_uri", redirectURI+"x"); wrong.status != 400 || wrong.text("error") != "invalid_grant" {
			t.Errorf("another redirect_uri: %d %v", wrong.status, wrong.keys)
		}
		code = s.visit(Visit{}).Get("code")
		if first := s.exchange(code); first.status != 200 {
			t.Fatalf("first use: %d %v", first.status, first.keys)
		}
		if again := s.exchange(code); again.status != 400 || again.text("error") != "invalid_grant" {
			t.Errorf("second use: %d %v", again.status, again.keys)
		}
		code = s.visit(Visit{}).Get("code")
		s.advance(31 * time.Second)
		if late := s.exchange(code); late.status != 400 || late.text("error") != "invalid_grant" {
			t.Errorf("after 31 s: %d %v", late.status, late.keys)
		}
	})
	t.Run("a token error carries the address of its explanation", func(t *testing.T) {
		answer := shared.on(t).exchange("no-such-code")
		address, err := url.Parse(answer.text("error_uri"))
		if err != nil || address.Query().Get("code") != "Y049E20B" || address.Query().Get("id") == "" {
			t.Errorf("error_uri is %q", answer.text("error_uri"))
		}
	})
	t.Run("a wrong secret, and a secret in the header, are invalid_client", func(t *testing.T) {
		s := shared.on(t)
		if wrong := s.exchange("any", "client_secret", "wrong"); wrong.status != 401 || wrong.text("error") != "invalid_client" {
			t.Errorf("wrong secret: %d %v", wrong.status, wrong.keys)
		}
		code := s.visit(Visit{}).Get("code")
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Issuer+"/token", strings.NewReader(form.Encode()))
		check.OK(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(clientID, clientSecret)
		res, err := s.browser.Do(req)
		check.OK(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("right secret in the header: status %d, want 401", res.StatusCode)
		}
	})
	t.Run("userinfo refuses a POST, and an unknown or expired token with JSON", func(t *testing.T) {
		s := shared.on(t)
		token := s.tokens(Visit{}).text("access_token")
		if res, _ := s.fetch(http.MethodPost, s.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + token}}); res.StatusCode != 405 {
			t.Errorf("POST: status %d", res.StatusCode)
		}
		if res, _ := s.userinfo(token); res.StatusCode != 200 {
			t.Fatalf("fresh token: status %d", res.StatusCode)
		}
		s.advance(61 * time.Second)
		for _, bad := range []string{token, "unknown"} {
			res, body := s.userinfo(bad)
			if res.StatusCode != 401 || !strings.Contains(body, `"invalid_token"`) || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
				t.Errorf("status %d, %s", res.StatusCode, body)
			}
		}
	})
	t.Run("discovery promises PKCE, and keeps for ten minutes as the keys do", func(t *testing.T) {
		s := shared.on(t)
		res, body := s.fetch(http.MethodGet, s.Issuer+"/.well-known/openid-configuration", nil)
		var document map[string]any
		check.OK(t, json.Unmarshal([]byte(body), &document))
		if methods, _ := document["code_challenge_methods_supported"].([]any); len(methods) != 1 || methods[0] != "S256" {
			t.Errorf("code_challenge_methods_supported is %v", document["code_challenge_methods_supported"])
		}
		for name, path := range map[string]string{"authorization_endpoint": "/authorize", "token_endpoint": "/token",
			"userinfo_endpoint": "/userinfo", "jwks_uri": "/jwks", "end_session_endpoint": "/session/end"} {
			if document[name] != s.Issuer+path {
				t.Errorf("%s is %v", name, document[name])
			}
		}
		keys, _ := s.fetch(http.MethodGet, s.Issuer+"/jwks", nil)
		for _, got := range []*http.Response{res, keys} {
			if control := got.Header.Get("Cache-Control"); control != "public, max-age=600" {
				t.Errorf("cache-control is %q", control)
			}
		}
	})
	t.Run("two keys of two algorithms are published, without their private part", func(t *testing.T) {
		s := shared.on(t)
		_, body := s.fetch(http.MethodGet, s.Issuer+"/jwks", nil)
		var set struct{ Keys []map[string]any }
		check.OK(t, json.Unmarshal([]byte(body), &set))
		var algorithms []string
		for _, key := range set.Keys {
			algorithms = append(algorithms, key["alg"].(string))
			if key["d"] != nil {
				t.Error("a private key is published")
			}
		}
		if slices.Sort(algorithms); !slices.Equal(algorithms, []string{"ES256", "RS256"}) {
			t.Errorf("algorithms %v", algorithms)
		}
	})
}

func TestClaimsHaveFranceConnectsFormats(t *testing.T) {
	shared := start(t, Options{Alg: "RS256"})
	rows := []struct {
		citizen string
		want    map[string]any // nil: absent
	}{
		{"durand", map[string]any{"family_name": "DURAND", "preferred_username": "", "gender": "female", "birthplace": "49007", "birthcountry": "99100"}},
		{"le-goff", map[string]any{"given_name": "Yann Marie", "family_name": "LE GOFF", "preferred_username": nil, "birthdate": "1985-05-03"}},
		{"casanova", map[string]any{"preferred_username": "ROSSI-LECLERC", "birthplace": "2A004"}},
		{"benali", map[string]any{"birthdate": "1991-09-01", "idp_birthdate": "1991-09-00", "birthplace": "", "birthcountry": "99352"}},
		{"diallo", map[string]any{"birthdate": "1992-01-01", "idp_birthdate": "1992-00-00", "birthplace": ""}},
		{"temauri", map[string]any{"birthplace": "98729", "birthcountry": "99100"}},
		{"morel", map[string]any{"gender": "unspecified"}},
		{"oeuvrard", map[string]any{"family_name": "ŒUVRARD-D'ÉTRÉPY", "given_name": "Hélène Zoë"}},
		{"durand-conjoint", map[string]any{"email": "nathalie.durand@example.org"}},
	}
	for _, row := range rows {
		t.Run(row.citizen, func(t *testing.T) {
			_, userinfo := shared.on(t).identity(Visit{Citizen: row.citizen})
			for name, want := range row.want {
				if userinfo[name] != want {
					t.Errorf("%s is %v, want %v", name, userinfo[name], want)
				}
			}
		})
	}
	t.Run("a first name of two words is told from two first names by the array", func(t *testing.T) {
		_, userinfo := shared.on(t).identity(Visit{Citizen: "prenom-compose"})
		names, _ := userinfo["given_name_array"].([]any)
		if userinfo["given_name"] != "Marie Claire Lucie" || len(names) != 2 || names[0] != "Marie Claire" {
			t.Errorf("given_name %v, given_name_array %v", userinfo["given_name"], names)
		}
	})
	t.Run("each account has its own e-mail address", func(t *testing.T) {
		_, one := shared.on(t).identity(Visit{Provider: "impots"})
		_, other := shared.on(t).identity(Visit{Provider: "ameli"})
		if one["email"] == other["email"] {
			t.Errorf("both are %v", one["email"])
		}
	})
	t.Run("only what was asked for is given", func(t *testing.T) {
		_, userinfo := shared.on(t).identity(Visit{}, "scope", "openid birth")
		want := []string{"aud", "birthcountry", "birthplace", "exp", "iat", "iss", "sub"}
		if got := keysOf(userinfo); !slices.Equal(got, want) {
			t.Errorf("claims %v, want %v", got, want)
		}
	})
}

// advance moves the simulator's clock on.
func (s *service) advance(d time.Duration) {
	s.t.Helper()
	check.OK(s.t, s.Advance(s.t.Context(), d))
}
