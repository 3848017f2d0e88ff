package simulator

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"moncompte/server/check"
)

const (
	clientID         = "moncompte-essai"
	clientSecret     = "secret-du-simulateur"
	otherRedirectURI = "http://localhost:8080/franceconnect/retour"
	redirectURI      = "http://127.0.0.1:8080/franceconnect/retour"
	postLogoutURI    = "http://127.0.0.1:8080/franceconnect/deconnecte"
	state            = "etat-0123456789abcdefghijklmnopqrstuvwxyzAB"
	nonce            = "nonce-0123456789abcdefghijklmnopqrstuvwxyzA"
)

// service is a relying party reduced to its requests, with the browser of one person.
type service struct {
	*Simulator
	t       *testing.T
	browser *http.Client
	acr     string
	scope   string
	key     *rsa.PrivateKey // FranceConnect+ only
}

// start runs a simulator for the life of the test.
func start(t *testing.T, o Options) *service {
	t.Helper()
	o.ClientID, o.ClientSecret = clientID, clientSecret
	o.RedirectURIs, o.PostLogoutURIs = []string{redirectURI, otherRedirectURI}, []string{postLogoutURI}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	sim, err := Start(ctx, o)
	check.OK(t, err)
	t.Cleanup(sim.Stop)
	s := &service{Simulator: sim, acr: "eidas1", scope: "openid identite_pivot preferred_username email idp_birthdate"}
	if o.Profile == "franceconnect+" {
		s.acr, s.scope = "eidas2", "openid identite_pivot rnipp_identite_pivot preferred_username email"
	}
	return s.on(t)
}

// on is the same service for another test, with a browser without cookies.
func (s *service) on(t *testing.T) *service {
	t.Helper()
	jar, err := cookiejar.New(nil)
	check.OK(t, err)
	other := *s
	other.t, other.browser = t, &http.Client{Jar: jar, Timeout: 20 * time.Second}
	return &other
}

// encryptionKeys serves the public encryption key of a service; available is asked at each request.
func encryptionKeys(t *testing.T, available func() bool) (string, *rsa.PrivateKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check.OK(t, err)
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "chiffrement-1", Algorithm: "RSA-OAEP-256", Use: "enc"}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !available() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		json.NewEncoder(w).Encode(set)
	}))
	t.Cleanup(server.Close)
	return server.URL, key
}

// authorize is the address of a good request with some parameters changed: name, value, name, value… An empty value removes one.
func (s *service) authorize(changes ...string) string {
	q := url.Values{"client_id": {clientID}, "response_type": {"code"}, "scope": {s.scope}, "redirect_uri": {redirectURI},
		"acr_values": {s.acr}, "state": {state}, "nonce": {nonce}}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return s.Issuer + "/authorize?" + q.Encode()
}

// visit signs in and returns the query that the service is called back with.
func (s *service) visit(v Visit, changes ...string) url.Values {
	s.t.Helper()
	back, err := s.SignIn(s.t.Context(), s.browser, s.authorize(changes...), v)
	check.OK(s.t, err)
	if got, _, _ := strings.Cut(back.String(), "?"); got != redirectURI {
		s.t.Fatalf("called back at %s, want %s", got, redirectURI)
	}
	return back.Query()
}

// tokenAnswer is what the token endpoint says, good or bad.
type tokenAnswer struct {
	status int
	keys   map[string]any
}

func (a tokenAnswer) text(name string) string { value, _ := a.keys[name].(string); return value }

// exchange sends a code to the token endpoint, with some fields changed as in authorize.
func (s *service) exchange(code string, changes ...string) tokenAnswer {
	s.t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI},
		"client_id": {clientID}, "client_secret": {clientSecret}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	res, err := http.PostForm(s.Issuer+"/token", form)
	check.OK(s.t, err)
	defer res.Body.Close()
	answer := tokenAnswer{status: res.StatusCode}
	check.OK(s.t, json.NewDecoder(res.Body).Decode(&answer.keys))
	return answer
}

// tokens signs in, whole, and returns the good answer of the token endpoint.
func (s *service) tokens(v Visit, changes ...string) tokenAnswer {
	s.t.Helper()
	answer := s.exchange(s.visit(v, changes...).Get("code"))
	if answer.status != http.StatusOK {
		s.t.Fatalf("token endpoint: status %d, %v", answer.status, answer.keys)
	}
	return answer
}

// fetch sends a request without following redirects.
func (s *service) fetch(method, address string, header http.Header) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, address, nil)
	check.OK(s.t, err)
	for name, values := range header {
		req.Header[name] = values
	}
	client := *s.browser
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	check.OK(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check.OK(s.t, err)
	return res, string(body)
}

func (s *service) userinfo(accessToken string) (*http.Response, string) {
	s.t.Helper()
	return s.fetch(http.MethodGet, s.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + accessToken}})
}

// identity signs in and returns the claims of the id_token and of userinfo.
func (s *service) identity(v Visit, changes ...string) (idToken, userinfo map[string]any) {
	s.t.Helper()
	answer := s.tokens(v, changes...)
	res, body := s.userinfo(answer.text("access_token"))
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("userinfo: status %d", res.StatusCode)
	}
	_, idToken = s.open(answer.text("id_token"))
	_, userinfo = s.open(body)
	return idToken, userinfo
}

// open decrypts a token when it is encrypted, verifies it with the published key of its kid, and returns the signed token inside and
// its claims.
func (s *service) open(token string) (string, map[string]any) {
	s.t.Helper()
	if strings.Count(token, ".") == 4 {
		encrypted, err := jose.ParseEncryptedCompact(token, []jose.KeyAlgorithm{jose.RSA_OAEP_256}, []jose.ContentEncryption{jose.A256GCM})
		check.OK(s.t, err)
		inner, err := encrypted.Decrypt(s.key)
		check.OK(s.t, err)
		token = string(inner)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	check.OK(s.t, err)
	_, body := s.fetch(http.MethodGet, s.Issuer+"/jwks", nil)
	var set jose.JSONWebKeySet
	check.OK(s.t, json.Unmarshal([]byte(body), &set))
	keys := set.Key(signed.Signatures[0].Header.KeyID)
	if len(keys) != 1 {
		s.t.Fatalf("%d keys for the token's kid, want 1", len(keys))
	}
	payload, err := signed.Verify(keys[0])
	check.OK(s.t, err)
	var claims map[string]any
	check.OK(s.t, json.Unmarshal(payload, &claims))
	return token, claims
}

// logout is the address of a good logout request, with some parameters changed as in authorize.
func (s *service) logout(idToken string, changes ...string) string {
	q := url.Values{"id_token_hint": {idToken}, "state": {state}, "post_logout_redirect_uri": {postLogoutURI}}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return s.Issuer + "/session/end?" + q.Encode()
}
