package franceconnect

import (
	"context"
	"errors"
	"net/url"

	"moncompte/server/portal"
)

// LogoutAddress returns where the browser itself must go, by GET, to end the session at FranceConnect (OpenID Connect RP-Initiated
// Logout 1.0 §2): a call from our server would end nothing. The local session is ended first. The browser comes back to
// Options.PostLogoutURL with the visit's state, which the caller checks.
//
// The id_token is in the address, because the protocol has it there: never log it. It may have expired. An error means that a
// setting or the token is missing; a provider that is down is none, its address is known all the same.
func (c *Client) LogoutAddress(ctx context.Context, v portal.Visit) (string, error) {
	switch {
	case v.IDToken.IsZero():
		return "", errors.New("franceconnect: a sign-out needs the id_token")
	case v.State.IsZero():
		return "", errors.New("franceconnect: a sign-out needs a state")
	case c.opts.PostLogoutURL == "":
		return "", errors.New("franceconnect: PostLogoutURL is empty")
	}
	ctx, cancel := context.WithTimeout(ctx, c.asking())
	defer cancel()
	e, err := c.endpoints.get(ctx)
	if err != nil {
		e = c.documented()
	}
	u, err := url.Parse(e.Logout)
	if err != nil {
		return "", errors.New("franceconnect: LogoutURL is not an address")
	}
	q := u.Query()
	q.Set("id_token_hint", v.IDToken.Reveal())
	q.Set("state", v.State.Reveal())
	q.Set("post_logout_redirect_uri", c.opts.PostLogoutURL)
	u.RawQuery = q.Encode()
	return u.String(), nil
}
