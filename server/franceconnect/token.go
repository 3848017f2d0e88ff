package franceconnect

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// leeway is how far the provider's clock may be from ours. Its tokens live 60 s.
const leeway = time.Minute

// openToken decrypts (FranceConnect+) and verifies a token of the provider: signature, algorithm, key, issuer, audience and expiry
// (OpenID Connect Core 1.0 §3.1.3.7, RFC 8725). It returns the signed token as it was inside, and its claims. what names the token
// in a failure.
func (c *Client) openToken(ctx context.Context, what, raw string) (signed string, t *oidc.IDToken, f *portal.ProviderError) {
	if c.opts.Profile == Plus {
		var err error
		if raw, err = c.opts.EncryptionKeys.decrypt(raw); err != nil {
			return "", nil, failed(portal.Invalid, what+": "+err.Error())
		}
	}
	// The algorithm is the registered one, whatever the token says: "none" needs no key, and HS256 would take a public key for a
	// shared secret.
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(c.opts.Alg)})
	if err != nil {
		return "", nil, failed(portal.Invalid, what+": not a token signed with "+c.opts.Alg)
	}
	kid := jws.Signatures[0].Protected.KeyID
	if kid == "" {
		return "", nil, failed(portal.Invalid, what+": names no key")
	}
	// By its id and from the provider's own set: a key that the token brings along (jwk, jku, x5c) proves nothing.
	public, err := c.keysOf(ctx, kid)
	if err != nil {
		return "", nil, failed(portal.Unavailable, what+": "+fetchCause(err))
	}
	if len(public) == 0 {
		return "", nil, failed(portal.Invalid, what+": signed with a key that is not the provider's")
	}
	t, err = oidc.NewVerifier(c.opts.Issuer, &oidc.StaticKeySet{PublicKeys: public}, &oidc.Config{
		ClientID:             c.opts.ClientID,
		SupportedSigningAlgs: []string{c.opts.Alg},
		Now:                  func() time.Time { return c.opts.Now().Add(-leeway) },
	}).Verify(ctx, raw)
	var late *oidc.TokenExpiredError
	switch {
	case errors.As(err, &late):
		return "", nil, failed(portal.Invalid, what+": expired, or without an expiry (are the clocks right?)")
	case err != nil:
		return "", nil, failed(portal.Invalid, what+": wrong signature, issuer or audience")
	case !slices.Equal(t.Audience, []string{c.opts.ClientID}):
		return "", nil, failed(portal.Invalid, what+": meant for others too")
	case !printable(t.Subject, 255): // OpenID Connect Core 1.0 §2
		return "", nil, failed(portal.Invalid, what+": no subject")
	}
	return raw, t, nil
}

// signedIn is what an id_token proved.
type signedIn struct {
	subject, acr string
	token        keys.Secret
}

func (c *Client) readIDToken(ctx context.Context, raw, nonce string) (signedIn, *portal.ProviderError) {
	signed, t, f := c.openToken(ctx, "id_token", raw)
	if f != nil {
		return signedIn{}, f
	}
	// The token answers this very request: one that was stolen elsewhere has another nonce.
	if nonce == "" || subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(nonce)) != 1 {
		return signedIn{}, failed(portal.Invalid, "id_token: nonce is not ours")
	}
	var claims struct {
		ACR string `json:"acr"`
	}
	if t.Claims(&claims) != nil {
		return signedIn{}, failed(portal.Invalid, "id_token: claims are not of the types expected")
	}
	// The provider may answer with less than was asked; a level that is not known is the lowest.
	if level(claims.ACR) < level(c.askedACR()) {
		return signedIn{}, failed(portal.Invalid, "id_token: acr is missing or lower than asked")
	}
	return signedIn{subject: t.Subject, acr: claims.ACR, token: keys.NewSecret(signed)}, nil
}

// level ranks the assurance levels of eIDAS (EU 2015/1502): 1 low, 2 substantial, 3 high, 0 for anything else.
func level(acr string) int { return slices.Index([]string{"eidas1", "eidas2", "eidas3"}, acr) + 1 }
