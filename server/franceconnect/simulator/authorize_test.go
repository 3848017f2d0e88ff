package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/check"
)

func TestAuthorizationRequestsAreTreatedAsFranceConnectTreatsThem(t *testing.T) {
	shared := start(t, Options{Hints: []string{"ameli"}})

	t.Run("a parameter outside the list is a page without return", func(t *testing.T) {
		s := shared.on(t)
		for _, name := range []string{"code_challenge", "code_challenge_method", "response_mode", "login_hint", "max_age", "display",
			"request", "id_token_hint", "utm_source"} {
			s.refusedWith("Y030007", s.authorize(name, "x"))
		}
	})
	t.Run("each required parameter is required", func(t *testing.T) {
		s := shared.on(t)
		for _, name := range []string{"client_id", "response_type", "scope", "redirect_uri", "acr_values", "state", "nonce"} {
			s.refusedWith("Y030007", s.authorize(name, ""))
		}
	})
	t.Run("a parameter given twice is refused", func(t *testing.T) {
		s := shared.on(t)
		s.refusedWith("Y030007", s.authorize()+"&state=another")
	})
	t.Run("a nonce under 22 characters is refused", func(t *testing.T) {
		s := shared.on(t)
		s.refusedWith("Y030007", s.authorize("nonce", strings.Repeat("n", 21)))
		s.visit(Visit{}, "nonce", strings.Repeat("n", 22))
	})
	t.Run("prompt none and select_account are refused, login is not", func(t *testing.T) {
		s := shared.on(t)
		for _, prompt := range []string{"none", "select_account", "login none"} {
			s.refusedWith("Y030007", s.authorize("prompt", prompt))
		}
		s.refusedWith("Y030007", s.authorize()+"&prompt=")
		s.visit(Visit{}, "prompt", "login")
	})
	t.Run("amr without being entitled to it is its own page", func(t *testing.T) {
		s := shared.on(t)
		s.refusedWith("Y100009", s.authorize("claims", `{"id_token":{"amr":{"essential":true}}}`))
		s.refusedWith("Y030007", s.authorize("claims", `{"userinfo":{"email":null}}`))
	})
	t.Run("an unknown redirect_uri and an unknown client are pages without return", func(t *testing.T) {
		s := shared.on(t)
		s.refusedWith("Y04C013C", s.authorize("redirect_uri", redirectURI+"/"))
		s.refusedWith("Y04EA6EF", s.authorize("client_id", "nobody"))
	})
	t.Run("return addresses of several hosts are fine", func(t *testing.T) {
		s := shared.on(t)
		back, err := s.SignIn(t.Context(), s.browser, s.authorize("redirect_uri", otherRedirectURI), Visit{})
		check.OK(t, err)
		if got, _, _ := strings.Cut(back.String(), "?"); got != otherRedirectURI || !back.Query().Has("code") {
			t.Errorf("called back at %s (code present: %t)", got, back.Query().Has("code"))
		}
	})
	t.Run("a POST is as good as a GET", func(t *testing.T) {
		s := shared.on(t)
		address, query, _ := strings.Cut(s.authorize(), "?")
		form, err := url.ParseQuery(query)
		check.OK(t, err)
		res, err := s.browser.PostForm(address, form)
		check.OK(t, err)
		res.Body.Close()
		if !strings.Contains(res.Request.URL.Path, "/interaction/") || res.StatusCode != http.StatusOK {
			t.Errorf("status %d at %s, want the choice of an account", res.StatusCode, res.Request.URL.Path)
		}
	})

	redirected := []struct {
		name    string
		changes []string
		err     string
		about   string
	}{
		{"a level of the other platform", []string{"acr_values", "eidas2"}, "invalid_acr", "expected eidas1, got eidas2"},
		{"a known scope that the service is not entitled to", []string{"scope", "openid idp_id"}, "invalid_scope", "requested scope is not allowed"},
		{"scope without openid", []string{"scope", "identite_pivot"}, "invalid_request", "openid scope must be requested"},
		{"a hint that is not allowed", []string{"idp_hint", "impots"}, "invalid_idp_hint", "An idp_hint was provided but is not allowed"},
	}
	for _, row := range redirected {
		t.Run(row.name+" is sent back as "+row.err, func(t *testing.T) {
			s := shared.on(t)
			back := s.visit(Visit{}, row.changes...)
			s.sentBack(back, row.err)
			if !strings.Contains(back.Get("error_description"), row.about) {
				t.Errorf("error_description is %q, want %q in it", back.Get("error_description"), row.about)
			}
		})
	}
	t.Run("an allowed hint leads straight to that account", func(t *testing.T) {
		s := shared.on(t)
		res, err := s.browser.Get(s.authorize("idp_hint", "ameli"))
		check.OK(t, err)
		res.Body.Close()
		if !strings.HasSuffix(res.Request.URL.Path, "/compte/ameli") {
			t.Errorf("at %s, want the account ameli", res.Request.URL.Path)
		}
	})
	t.Run("the lowest known level wins and an unknown one is the platform's own", func(t *testing.T) {
		s := shared.on(t)
		for _, asked := range []string{"eidas2 eidas1", "eidas9"} {
			if idToken, _ := s.identity(Visit{}, "acr_values", asked); idToken["acr"] != "eidas1" {
				t.Errorf("asked %q: acr is %v, want eidas1", asked, idToken["acr"])
			}
		}
	})
	t.Run("an unknown scope is ignored", func(t *testing.T) {
		s := shared.on(t)
		if _, userinfo := s.identity(Visit{}, "scope", "openid email phone"); userinfo["email"] == nil || userinfo["phone"] != nil {
			t.Errorf("want email alone, got %v", keysOf(userinfo))
		}
	})
	t.Run("success and errors name the issuer and give the state back", func(t *testing.T) {
		s := shared.on(t)
		for _, back := range []url.Values{s.visit(Visit{}), s.on(t).visit(Visit{Leave: "abandon"})} {
			if back.Get("iss") != s.Issuer || back.Get("state") != state {
				t.Errorf("iss %q, state %q", back.Get("iss"), back.Get("state"))
			}
		}
	})
}

func TestAPersonWhoLeavesOrIsRefusedComesBackWithAnError(t *testing.T) {
	shared := start(t, Options{})
	ways := []struct{ way, err, description string }{
		{"abandon", "access_denied", "User auth aborted"},
		{"annulation", "access_denied", "user authentication aborted"},
		{"echec", "server_error", "authentication aborted due to a technical error on the authorization server"},
		{"indisponible", "temporarily_unavailable", "authentication aborted due to a technical error on the authorization server"},
	}
	for _, row := range ways {
		t.Run(row.way, func(t *testing.T) {
			s := shared.on(t)
			back := s.visit(Visit{Leave: row.way})
			s.sentBack(back, row.err)
			if back.Get("error_description") != row.description {
				t.Errorf("error_description is %q", back.Get("error_description"))
			}
		})
	}
	t.Run("the register refuses with FranceConnect's own page and a way back", func(t *testing.T) {
		for citizen, code := range map[string]string{"inconnu": "Y010004", "homonyme": "Y010006", "decede": "Y010015",
			"sans-mail": "Y600006", "mois-00": "Y600006"} {
			s := shared.on(t)
			_, err := s.SignIn(t.Context(), s.browser, s.authorize(), Visit{Citizen: citizen})
			if refused, ok := errors.AsType[*Refused](err); !ok || refused.Code != code {
				t.Errorf("%s: %v, want %s", citizen, err, code)
			}
		}
	})
	t.Run("a wrong password asks again", func(t *testing.T) {
		s := shared.on(t)
		res, err := s.browser.Get(s.authorize())
		check.OK(t, err)
		res.Body.Close()
		res, err = s.browser.PostForm(res.Request.URL.String()+"/compte/msa", url.Values{"citoyen": {"durand"}, "mot_de_passe": {"1234"}})
		check.OK(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("status %d, want 401", res.StatusCode)
		}
	})
	t.Run("the six accounts are offered", func(t *testing.T) {
		s := shared.on(t)
		res, err := s.browser.Get(s.authorize())
		check.OK(t, err)
		res.Body.Close()
		_, page := s.fetch(http.MethodGet, res.Request.URL.String(), nil)
		for _, name := range []string{"impots.gouv.fr", "ameli.fr", "L’Identité Numérique La Poste", "MSA", "Yris", "France Identité"} {
			if !strings.Contains(page, ">"+name+"</a>") {
				t.Errorf("%s cannot be chosen", name)
			}
		}
	})
}

// refusedWith wants a page with status 400, that code, and no redirect.
func (s *service) refusedWith(code, address string) {
	s.t.Helper()
	res, body := s.fetch(http.MethodGet, address, http.Header{"Accept": {"text/html"}})
	if res.StatusCode != http.StatusBadRequest || !strings.Contains(body, ">"+code+"<") {
		s.t.Errorf("status %d without %s in the page, want 400 with it", res.StatusCode, code)
	}
}

// sentBack wants an error and no code.
func (s *service) sentBack(back url.Values, want string) {
	s.t.Helper()
	if back.Get("error") != want || back.Has("code") {
		s.t.Errorf("error is %q (code present: %t), want %q", back.Get("error"), back.Has("code"), want)
	}
	if back.Get("state") != state || back.Get("iss") != s.Issuer {
		s.t.Errorf("state %q, iss %q", back.Get("state"), back.Get("iss"))
	}
}
