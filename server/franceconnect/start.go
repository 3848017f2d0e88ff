package franceconnect

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"golang.org/x/oauth2"
)

// Pending is a sign-in under way at the provider. The caller keeps it in the browser's own session, one for each tab, for
// PendingFor at most, and gives it back to Finish once. State and Nonce are 43 characters.
type Pending struct {
	State, Nonce string
	At           time.Time
}

// PendingFor is how long a person may stay at the provider: FranceConnect's own session lasts as long.
const PendingFor = 30 * time.Minute

// stateLength is that of 32 bytes in unpadded base64url; FranceConnect asks for 32 characters or more.
const stateLength = 43

// NewState returns 43 characters that cannot be guessed (256 bits): a state, a nonce, or the state of a sign-out.
func NewState() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Start returns the address to send the browser to, in the same tab and by GET. Every error is ErrUnavailable, within half of
// Options.Timeout.
func (c *Client) Start(ctx context.Context) (address string, p Pending, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout/2)
	defer cancel()
	e, err := c.endpoints.get(ctx)
	if err != nil {
		return "", Pending{}, c.logged(ctx, &Failure{Unavailable, "start: " + fetchCause(err)})
	}
	p = Pending{State: NewState(), Nonce: NewState(), At: c.opts.Now()}
	// These parameters and no others: FranceConnect answers any more of them, PKCE (RFC 7636) too, with an error page of its own
	// from which nobody comes back. What PKCE protects is protected by the client's secret and the nonce here.
	address = c.oauth(e).AuthCodeURL(p.State,
		oauth2.SetAuthURLParam("nonce", p.Nonce),
		oauth2.SetAuthURLParam("acr_values", c.askedACR()))
	return address, p, nil
}
