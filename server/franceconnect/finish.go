package franceconnect

import (
	"context"
	"crypto/subtle"
	"net/url"
)

// Finish ends the sign-in that Start began. q is the query of the callback. find gives the Pending of a state from this browser's
// own session and removes it there; it returns false when there is none. It is called once at most.
//
// Every error is a *Failure, already in the log, and comes with an empty Identity. All calls together end within Options.Timeout.
func (c *Client) Finish(ctx context.Context, q url.Values, find func(state string) (Pending, bool)) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	id, f := c.finish(ctx, q, find)
	if f != nil {
		return Identity{}, c.logged(ctx, f)
	}
	return id, nil
}

func (c *Client) finish(ctx context.Context, q url.Values, find func(string) (Pending, bool)) (Identity, *Failure) {
	cb, ok := parseCallback(q)
	if !ok {
		return Identity{}, &Failure{Invalid, "callback: a parameter is there twice or too long"}
	}
	p, f := c.claim(cb.state, find)
	if f != nil {
		return Identity{}, f
	}
	// Another provider's answer is not used, or our code would go to the wrong one (RFC 9207, "mix-up"). An error may come without
	// it: nothing is given for an error.
	if cb.issuer != c.opts.Issuer && (cb.issuer != "" || cb.err == "") {
		return Identity{}, &Failure{Invalid, "callback: iss is missing or another issuer's"}
	}
	if cb.err != "" {
		return Identity{}, &Failure{callbackKind(cb.err), providerReason("callback", cb.err, cb.errURI)}
	}
	if cb.code == "" {
		return Identity{}, &Failure{Invalid, "callback: neither code nor error"}
	}
	e, err := c.endpoints.get(ctx)
	if err != nil {
		return Identity{}, &Failure{Unavailable, fetchCause(err)}
	}
	t, f := c.exchange(ctx, e, cb.code)
	if f != nil {
		return Identity{}, f
	}
	signedIn, f := c.readIDToken(ctx, t.idToken, p.Nonce)
	if f != nil {
		return Identity{}, f
	}
	return c.userinfo(ctx, e, t.accessToken, signedIn)
}

// claim takes the state: it must be ours, this browser's, fresh, and used for the first time.
func (c *Client) claim(state string, find func(string) (Pending, bool)) (Pending, *Failure) {
	if !plausibleState(state) {
		return Pending{}, &Failure{Expired, "callback: state is missing or not one of ours"}
	}
	if c.used.seen(state) {
		return Pending{}, &Failure{Duplicate, "callback: this state was used"}
	}
	p, ok := find(state)
	// The answer belongs to the browser that asked: without this, a link could sign a person in as somebody else.
	if !ok || subtle.ConstantTimeCompare([]byte(p.State), []byte(state)) != 1 {
		return Pending{}, &Failure{Expired, "callback: state is not of this browser"}
	}
	now := c.opts.Now()
	if !c.used.take(state, now) {
		return Pending{}, &Failure{Duplicate, "callback: this state was used"}
	}
	if now.Sub(p.At) > PendingFor {
		return Pending{}, &Failure{Expired, "callback: the sign-in began too long ago"}
	}
	return p, nil
}
