package franceconnect

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

// signingKeys are the provider's keys that fit the registered algorithm, by key id.
type signingKeys map[string][]crypto.PublicKey

func (c *Client) fetchKeys(ctx context.Context) (signingKeys, error) {
	e, err := c.endpoints.get(ctx)
	if err != nil {
		return nil, errors.New(fetchCause(err))
	}
	status, _, body, err := c.get(ctx, e.JWKS, "application/jwk-set+json, application/json", "")
	if err != nil {
		return nil, fmt.Errorf("jwks: %s", cause(err))
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("jwks: status %d", status)
	}
	return parseSigningKeys(body, c.opts.Alg)
}

// parseSigningKeys reads a JWK Set. Keys for other algorithms or uses, of kinds we do not know, too weak or without an id are left
// out: RFC 7517 §5 asks for that, and a key that is not there cannot be used by mistake.
func parseSigningKeys(body []byte, alg string) (signingKeys, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil || set.Keys == nil {
		return nil, errors.New("jwks: not a set of keys")
	}
	found := signingKeys{}
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || k.KeyID == "" || k.Use == "enc" || (k.Algorithm != "" && k.Algorithm != alg) {
			continue
		}
		switch public := k.Key.(type) {
		case *ecdsa.PublicKey:
			if alg == "ES256" && public.Curve == elliptic.P256() {
				found[k.KeyID] = append(found[k.KeyID], public)
			}
		case *rsa.PublicKey:
			if alg == "RS256" && public.N.BitLen() >= 2048 { // RFC 7518 §3.3
				found[k.KeyID] = append(found[k.KeyID], public)
			}
		}
	}
	return found, nil
}

// keysOf returns the provider's keys with this id. An id that is not known is looked up once more at the provider, which may have
// new keys since.
func (c *Client) keysOf(ctx context.Context, id string) ([]crypto.PublicKey, error) {
	known, err := c.keys.get(ctx)
	if err != nil {
		return nil, err
	}
	if len(known[id]) > 0 {
		return known[id], nil
	}
	c.opts.Log.Info("FranceConnect signs with a key that is not known yet, its keys are read again")
	known, err = c.keys.refetch(ctx)
	return known[id], err
}
