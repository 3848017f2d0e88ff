package franceconnect

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"mime"
	"net/http"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// userinfo asks who the person is, and believes the answer only when it is signed, meant for us and about the person of the
// id_token (OpenID Connect Core 1.0 §5.3.2, §5.3.4).
func (c *Client) userinfo(ctx context.Context, e endpoints, accessToken string, s signedIn) (portal.Identity, *portal.ProviderError) {
	status, contentType, body, err := c.get(ctx, e.Userinfo, "application/jwt", accessToken)
	switch {
	case errors.Is(err, errTooLarge):
		return portal.Identity{}, failed(portal.Invalid, "userinfo: "+cause(err))
	case err != nil:
		return portal.Identity{}, failed(portal.Unavailable, "userinfo: "+cause(err))
	case status != http.StatusOK:
		var refusal struct {
			Error string `json:"error"`
			URI   string `json:"error_uri"`
		}
		_ = json.Unmarshal(body, &refusal) // without JSON there is no code to read, and the status says enough
		return portal.Identity{}, failed(endpointKind(status, refusal.Error), endpointReason("userinfo", status, refusal.Error, refusal.URI))
	}
	// Unsigned JSON is refused by its type already: nothing in it could be believed.
	if mediaType, _, err := mime.ParseMediaType(contentType); err != nil || mediaType != "application/jwt" {
		return portal.Identity{}, failed(portal.Invalid, "userinfo: not application/jwt")
	}
	_, t, f := c.openToken(ctx, "userinfo", string(body))
	if f != nil {
		return portal.Identity{}, f
	}
	// About the same person: an answer to another access token would sign in somebody else (§5.3.2).
	if subtle.ConstantTimeCompare([]byte(t.Subject), []byte(s.subject)) != 1 {
		return portal.Identity{}, failed(portal.Invalid, "userinfo: about another person than the id_token")
	}
	// An id_token passes every check above, and says nothing of the person: one kind of token never stands for the other
	// (RFC 8725 §3.12).
	if t.Nonce != "" {
		return portal.Identity{}, failed(portal.Invalid, "userinfo: an id_token in its place")
	}
	var claims json.RawMessage
	if t.Claims(&claims) != nil {
		return portal.Identity{}, failed(portal.Invalid, "userinfo: no claims")
	}
	civil, ok := parseCivil(claims)
	if !ok {
		return portal.Identity{}, failed(portal.Invalid, "userinfo: a claim is not a plain text of a plausible length")
	}
	return portal.Identity{Issuer: c.opts.Issuer, Subject: keys.NewSecret(s.subject), ACR: s.acr, Civil: civil, IDToken: s.token}, nil
}
