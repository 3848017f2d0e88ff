package franceconnect

import (
	"context"

	"golang.org/x/oauth2"

	"moncompte/server/portal"
)

// Start returns the address to send the browser to, in the same tab and by GET, and the visit to keep until it comes back. Every
// error is a *portal.ProviderError of kind Unavailable, within half of Options.Timeout, and 2.5 s.
func (c *Client) Start(ctx context.Context) (address string, v portal.Visit, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.asking())
	defer cancel()
	e, err := c.endpoints.get(ctx)
	if err != nil {
		return "", portal.Visit{}, c.logged(ctx, failed(portal.Unavailable, "start: "+fetchCause(err)))
	}
	// FranceConnect asks for 32 characters or more: a token has 43.
	v = portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken()}
	// These parameters and no others: FranceConnect answers any more of them, PKCE (RFC 7636) too, with an error page of its own
	// from which nobody comes back. What PKCE protects is protected by the client's secret and the nonce here.
	address = c.oauth(e).AuthCodeURL(v.State.Reveal(),
		oauth2.SetAuthURLParam("nonce", v.Nonce.Reveal()),
		oauth2.SetAuthURLParam("acr_values", c.askedACR()))
	return address, v, nil
}
