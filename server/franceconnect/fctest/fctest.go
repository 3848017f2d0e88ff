// Package fctest is a FranceConnect for tests that can be told to lie. It answers honestly until Play gives it a Case; Cases lists
// the lies that a relying party must see through.
package fctest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/franceconnect"
	"moncompte/server/keys"
)

// Options describe the one client that is registered. The zero value is FranceConnect with ES256.
type Options struct {
	Profile       franceconnect.Profile // empty = franceconnect.Standard
	Alg           string                // of the signatures: ES256 (also when empty) or RS256
	EncryptionAlg string                // FranceConnect+: RSA-OAEP-256 (also when empty) or ECDH-ES
	RedirectURL   string                // empty = http://127.0.0.1/franceconnect/retour
	PostLogoutURL string                // empty = http://127.0.0.1/franceconnect/deconnecte
	JWKS          func() []byte         // FranceConnect+: the client's public keys, as Client.JWKS returns them
	Person        map[string]any        // claims of userinfo; nil = a fictitious woman
	Subject       string                // empty = 64 hexadecimal digits and v1
	Now           func() time.Time      // nil = time.Now
}

// The client's registration, and texts that a test looks for where they must not be.
const (
	ClientID     = "moncompte-test"
	ClientSecret = "the-client-secret-never-shown"
	Description  = "<b>description of the provider</b>"
	ErrorID      = "5f0d2c3e-8a1b-4c55-9d6e-0123456789ab" // the reference in the error_uri of token errors
)

// Provider is a running provider. It stops with its test.
type Provider struct {
	Issuer string

	o    Options
	done chan struct{} // closed when the test ends, so that no answer hangs longer
	hung chan struct{}
	stop func()

	mu     sync.Mutex
	play   Case
	codes  map[string]grant
	access map[string]bool
	hits   map[string]int
}

type grant struct {
	nonce string
	at    time.Time
}

// New starts a provider on a free port of the loopback.
func New(t testing.TB, o Options) *Provider {
	t.Helper()
	o.Profile = cmp.Or(o.Profile, franceconnect.Standard)
	o.Alg = cmp.Or(o.Alg, "ES256")
	o.EncryptionAlg = cmp.Or(o.EncryptionAlg, "RSA-OAEP-256")
	o.RedirectURL = cmp.Or(o.RedirectURL, "http://127.0.0.1/franceconnect/retour")
	o.PostLogoutURL = cmp.Or(o.PostLogoutURL, "http://127.0.0.1/franceconnect/deconnecte")
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Subject = cmp.Or(o.Subject, strings.Repeat("5a", 32)+"v1")
	if o.Person == nil {
		o.Person = angela(o.Profile)
	}
	p := &Provider{
		o: o, done: make(chan struct{}), hung: make(chan struct{}, 100),
		codes: map[string]grant{}, access: map[string]bool{}, hits: map[string]int{},
	}
	server := httptest.NewServer(p.routes())
	p.Issuer = server.URL + "/api/v2"
	p.stop = sync.OnceFunc(func() {
		close(p.done)
		server.Close()
	})
	t.Cleanup(p.stop)
	return p
}

// Stop ends the provider: nobody answers any more.
func (p *Provider) Stop() { p.stop() }

// angela is a person who does not exist, as each profile describes people.
func angela(profile franceconnect.Profile) map[string]any {
	pivot := map[string]any{
		"given_name": "Angela Claire Louise", "family_name": "DUBOIS", "gender": "female",
		"birthdate": "1962-08-24", "birthplace": "75107", "birthcountry": "99100",
	}
	person := map[string]any{"email": "angela@example.test", "preferred_username": ""}
	for name, value := range pivot {
		if profile == franceconnect.Plus {
			name = "rnipp_" + name
		}
		person[name] = value
	}
	return person
}

// Client returns the settings of the client that is registered.
func (p *Provider) Client() franceconnect.Options {
	return franceconnect.Options{
		Issuer: p.Issuer, ClientID: ClientID, ClientSecret: keys.NewSecret(ClientSecret),
		Profile: p.o.Profile, Alg: p.o.Alg, RedirectURL: p.o.RedirectURL, PostLogoutURL: p.o.PostLogoutURL, Now: p.o.Now,
	}
}

// Play makes the provider lie as the case says, until the next Play; the zero Case is honest.
func (p *Provider) Play(c Case) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.play = c
}

// Hits returns how many requests came for a path under the issuer, such as "/token".
func (p *Provider) Hits(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hits[path]
}

// Hung receives once for each request that will have no answer, or only half of one.
func (p *Provider) Hung() <-chan struct{} { return p.hung }

// Visit plays the browser that goes to the address that Start returned: it returns the query that comes back to the callback.
func (p *Provider) Visit(ctx context.Context, address string) (url.Values, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Do(req)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		return nil, errors.New("fctest: an error page, nobody comes back from it")
	}
	back, err := resp.Location()
	if err != nil {
		return nil, err
	}
	return back.Query(), nil
}
