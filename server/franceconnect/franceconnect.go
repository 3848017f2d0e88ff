// Package franceconnect signs people in with FranceConnect or FranceConnect+: it is the relying party of OpenID Connect Core 1.0,
// narrowed to what FranceConnect accepts. No request leaves before a person asks for one: a provider that is down, slow or broken
// makes Start and Finish fail and touches nothing else.
package franceconnect

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"moncompte/server/keys"
)

// Profile is one of the two platforms.
type Profile string

const (
	Standard Profile = "franceconnect"  // signed tokens, eIDAS level low
	Plus     Profile = "franceconnect+" // signed then encrypted tokens, eIDAS level substantial or high
)

// Options are the settings of a Client. Issuer, ClientID, ClientSecret and RedirectURL are compulsory.
type Options struct {
	Issuer       string // https://HOST/api/v2, without a slash at the end; http is accepted on loopback only
	ClientID     string
	ClientSecret keys.Secret
	Profile      Profile // empty = Standard
	Alg          string  // of the signatures, as registered: ES256 or RS256; empty = ES256; Plus has ES256 only

	// Each empty one comes from the discovery document, read when it is first needed; where the provider serves none, from the
	// paths that FranceConnect documents.
	AuthorizeURL, TokenURL, UserinfoURL, JWKSURL, LogoutURL string

	RedirectURL    string // the callback, exactly as registered
	PostLogoutURL  string // where the browser comes back after LogoutAddress, as registered; needed for LogoutAddress only
	EncryptionKeys *EncryptionKeys

	HTTP    *http.Client     // its transport is used, its redirects and cookies are not; nil = one of our own
	Now     func() time.Time // nil = time.Now
	Log     *slog.Logger     // nil = discarded
	Timeout time.Duration    // of all the calls of one Finish; 0 = 8 s. Start has less: see asking
}

// defaultTimeout keeps a callback under 10 s in all: codes live 30 s, and a person waits.
const defaultTimeout = 8 * time.Second

// asking is how long a click on the way there, or out, may wait for what the provider publishes: whoever waits is told within three seconds
// that nothing comes. On the way back a code is in hand that works once, so that more is waited for.
func (c *Client) asking() time.Duration { return min(c.opts.Timeout/2, 2500*time.Millisecond) }

// Client is the relying party. It is safe for use by several goroutines.
type Client struct {
	opts      Options
	http      *http.Client
	endpoints *cached[endpoints]
	keys      *cached[signingKeys]
}

// New checks the settings and makes a Client; it sends nothing. An error names the setting that is wrong, never a secret.
func New(o Options) (*Client, error) {
	o.Profile = cmp.Or(o.Profile, Standard)
	o.Alg = cmp.Or(o.Alg, "ES256")
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Client{opts: o, http: boundedClient(o.HTTP)}
	c.endpoints = newCached(c.opts.Now, c.opts.Timeout/2, c.fetchEndpoints)
	c.keys = newCached(c.opts.Now, c.opts.Timeout/2, c.fetchKeys)
	return c, nil
}

// JWKS returns the public keys that FranceConnect+ encrypts to, as a JSON Web Key Set (RFC 7517 §5) to serve at the registered
// jwks_uri. Without encryption keys the set is empty.
func (c *Client) JWKS() []byte { return c.opts.EncryptionKeys.JWKS() }

// askedACR is the lowest assurance level that the profile accepts: FranceConnect keeps the lowest one it is asked for.
func (c *Client) askedACR() string {
	if c.opts.Profile == Plus {
		return "eidas2"
	}
	return "eidas1"
}

// scopes are what the portal needs and no more: the pivot identity, the used name and an address to write to. On FranceConnect+
// the identity is the provider's own, so the civil registry's is asked for instead.
func (c *Client) scopes() []string {
	if c.opts.Profile == Plus {
		return []string{"openid", "rnipp_identite_pivot", "preferred_username", "email"}
	}
	return []string{"openid", "identite_pivot", "preferred_username", "email", "idp_birthdate"}
}

func (c *Client) oauth(e endpoints) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     c.opts.ClientID,
		ClientSecret: c.opts.ClientSecret.Reveal(),
		RedirectURL:  c.opts.RedirectURL,
		Scopes:       c.scopes(),
		Endpoint: oauth2.Endpoint{
			AuthURL:  e.Authorize,
			TokenURL: e.Token,
			// The secret goes in the body: to try Basic first would spend the code, which works once.
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

func (c *Client) withHTTP(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, c.http)
}
