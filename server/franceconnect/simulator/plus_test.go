package simulator

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"moncompte/server/check"
)

func TestFranceConnectPlusEncryptsAndAsksForMore(t *testing.T) {
	var down atomic.Bool
	keys, private := encryptionKeys(t, func() bool { return !down.Load() })
	shared := start(t, Options{Profile: "franceconnect+", JWKSURI: keys})
	shared.key = private

	// First of all: the engine keeps the keys it has fetched once.
	t.Run("without the service's keys the token endpoint answers invalid_client_metadata", func(t *testing.T) {
		down.Store(true)
		defer down.Store(false)
		s := shared.on(t)
		answer := s.exchange(s.visit(Visit{Provider: "la-poste"}).Get("code"))
		if answer.status != 400 || answer.text("error") != "invalid_client_metadata" ||
			!strings.Contains(answer.text("error_description"), "client JSON Web Key Set failed to be refreshed") {
			t.Errorf("%d %v", answer.status, answer.keys)
		}
	})
	t.Run("both tokens are encrypted for the service's key and signed inside with ES256", func(t *testing.T) {
		s := shared.on(t)
		answer := s.tokens(Visit{Provider: "la-poste"})
		_, userinfo := s.userinfo(answer.text("access_token"))
		for _, token := range []string{answer.text("id_token"), userinfo} {
			encrypted, err := jose.ParseEncryptedCompact(token, []jose.KeyAlgorithm{jose.RSA_OAEP_256}, []jose.ContentEncryption{jose.A256GCM})
			check.OK(t, err)
			h := encrypted.Header
			if h.KeyID != "chiffrement-1" || h.ExtraHeaders["cty"] != "JWT" || h.ExtraHeaders["iss"] != s.Issuer || h.ExtraHeaders["aud"] != clientID {
				t.Errorf("header: kid %q, %v", h.KeyID, h.ExtraHeaders)
			}
			inner, claims := s.open(token)
			if _, err := jose.ParseSignedCompact(inner, []jose.SignatureAlgorithm{jose.ES256}); err != nil || claims["iss"] != s.Issuer {
				t.Errorf("inside: %v, iss %v", err, claims["iss"])
			}
		}
	})
	t.Run("accounts below the level asked for cannot be chosen", func(t *testing.T) {
		for level, want := range map[string]int{"eidas2": 2, "eidas3": 1} {
			s := shared.on(t)
			res, err := s.browser.Get(s.authorize("acr_values", level))
			check.OK(t, err)
			res.Body.Close()
			_, page := s.fetch(http.MethodGet, res.Request.URL.String(), nil)
			if got := strings.Count(page, `<a class="choix"`); got != want {
				t.Errorf("%s: %d accounts, want %d", level, got, want)
			}
			if _, err := s.SignIn(t.Context(), s.browser, s.authorize("acr_values", level), Visit{Provider: "impots"}); err == nil {
				t.Errorf("%s: signed in with impots.gouv.fr", level)
			}
		}
	})
	t.Run("acr is what the account reaches", func(t *testing.T) {
		for provider, want := range map[string]string{"la-poste": "eidas2", "france-identite": "eidas3"} {
			if claims, _ := shared.on(t).identity(Visit{Provider: provider}); claims["acr"] != want {
				t.Errorf("%s: acr is %v, want %s", provider, claims["acr"], want)
			}
		}
	})
	t.Run("eidas1 is of the other platform", func(t *testing.T) {
		s := shared.on(t)
		s.sentBack(s.visit(Visit{}, "acr_values", "eidas1"), "invalid_acr")
	})
	t.Run("the identity is the account's own, with the register's beside it", func(t *testing.T) {
		s := shared.on(t)
		_, userinfo := s.identity(Visit{Provider: "la-poste", Citizen: "oeuvrard"})
		if userinfo["family_name"] != "OEUVRARD-D'ETREPY" || userinfo["rnipp_family_name"] != "ŒUVRARD-D'ÉTRÉPY" {
			t.Errorf("family_name %v, rnipp_family_name %v", userinfo["family_name"], userinfo["rnipp_family_name"])
		}
		_, userinfo = s.on(t).identity(Visit{Provider: "france-identite", Citizen: "benali"})
		if userinfo["birthdate"] != "1991-09-00" || userinfo["rnipp_birthdate"] != "1991-09-01" || userinfo["given_name_array"] != nil {
			t.Errorf("birthdate %v, rnipp_birthdate %v, given_name_array %v", userinfo["birthdate"], userinfo["rnipp_birthdate"], userinfo["given_name_array"])
		}
	})
	t.Run("eidas3 is never served by the session, and another person may take over", func(t *testing.T) {
		s := shared.on(t)
		first, _ := s.identity(Visit{Provider: "france-identite", Citizen: "benali"})
		if !s.signedOn() {
			t.Error("eidas2: not signed on")
		}
		if s.signedOn("acr_values", "eidas3") {
			t.Error("eidas3: signed on")
		}
		second, _ := s.identity(Visit{Provider: "france-identite", Citizen: "nguyen"}, "acr_values", "eidas3")
		if first["sub"] == second["sub"] {
			t.Error("the same person came back")
		}
	})
	t.Run("the session ends after 10 idle minutes", func(t *testing.T) {
		s := shared.on(t)
		s.visit(Visit{Provider: "la-poste"})
		s.advance(11 * time.Minute)
		if s.signedOn() {
			t.Error("still on")
		}
	})
	t.Run("the hint of a sign-out is the decrypted token", func(t *testing.T) {
		s := shared.on(t)
		token := s.tokens(Visit{Provider: "la-poste"}).text("id_token")
		inner, _ := s.open(token)
		s.refusedWith("Y040001", s.logout(token))
		if back, err := s.SignOut(t.Context(), s.browser, s.logout(inner)); err != nil || back.Query().Get("state") != state {
			t.Errorf("came back at %v, %v", back, err)
		}
	})
}
