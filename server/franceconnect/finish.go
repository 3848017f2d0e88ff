package franceconnect

import (
	"context"
	"crypto/subtle"
	"net/url"

	"moncompte/server/portal"
)

// Finish ends the sign-in that Start began. q is the query of the callback; v is the visit that this browser began with the state in
// it and has not come back from, zero when there is none.
//
// Every error is a *portal.ProviderError, already in the log, and comes with the zero Identity. All calls together end within
// Options.Timeout.
func (c *Client) Finish(ctx context.Context, q url.Values, v portal.Visit) (portal.Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	id, f := c.finish(ctx, q, v)
	if f != nil {
		return portal.Identity{}, c.logged(ctx, f)
	}
	return id, nil
}

func (c *Client) finish(ctx context.Context, q url.Values, v portal.Visit) (portal.Identity, *portal.ProviderError) {
	cb, ok := parseCallback(q)
	if !ok {
		return portal.Identity{}, failed(portal.Invalid, "callback: a parameter is there twice or too long")
	}
	if portal.ParseToken(cb.state).IsZero() { // FranceConnect may answer with the word "undefined"
		return portal.Identity{}, failed(portal.Expired, "callback: state is missing or not one of ours")
	}
	// The answer belongs to the browser that asked: without this, a link could sign a person in as somebody else.
	if v.State.IsZero() || subtle.ConstantTimeCompare([]byte(v.State.Reveal()), []byte(cb.state)) != 1 {
		return portal.Identity{}, failed(portal.Expired, "callback: state is not of this browser, or too old")
	}
	// Another provider's answer is not used, or our code would go to the wrong one (RFC 9207, "mix-up"). An error may come without
	// it: nothing is given for an error.
	if cb.issuer != c.opts.Issuer && (cb.issuer != "" || cb.err == "") {
		return portal.Identity{}, failed(portal.Invalid, "callback: iss is missing or another issuer's")
	}
	if cb.err != "" {
		return portal.Identity{}, failed(callbackKind(cb.err), providerReason("callback", cb.err, cb.errURI))
	}
	if cb.code == "" {
		return portal.Identity{}, failed(portal.Invalid, "callback: neither code nor error")
	}
	e, err := c.endpoints.get(ctx)
	if err != nil {
		return portal.Identity{}, failed(portal.Unavailable, fetchCause(err))
	}
	t, f := c.exchange(ctx, e, cb.code)
	if f != nil {
		return portal.Identity{}, f
	}
	signedIn, f := c.readIDToken(ctx, t.idToken, v.Nonce.Reveal())
	if f != nil {
		return portal.Identity{}, f
	}
	return c.userinfo(ctx, e, t.accessToken, signedIn)
}
