package franceconnect

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// endpoints are the provider's addresses.
type endpoints struct {
	Issuer    string `json:"issuer"`
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
	Userinfo  string `json:"userinfo_endpoint"`
	JWKS      string `json:"jwks_uri"`
	Logout    string `json:"end_session_endpoint"`
}

// documented are the addresses by the paths that FranceConnect documents under its issuer.
func (c *Client) documented() endpoints {
	return c.override(endpoints{
		Issuer:    c.opts.Issuer,
		Authorize: c.opts.Issuer + "/authorize",
		Token:     c.opts.Issuer + "/token",
		Userinfo:  c.opts.Issuer + "/userinfo",
		JWKS:      c.opts.Issuer + "/jwks",
		Logout:    c.opts.Issuer + "/session/end",
	})
}

// override puts the settings in the place of what was found.
func (c *Client) override(e endpoints) endpoints {
	for _, o := range []struct {
		to   *string
		from string
	}{
		{&e.Authorize, c.opts.AuthorizeURL},
		{&e.Token, c.opts.TokenURL},
		{&e.Userinfo, c.opts.UserinfoURL},
		{&e.JWKS, c.opts.JWKSURL},
		{&e.Logout, c.opts.LogoutURL},
	} {
		if o.from != "" {
			*o.to = o.from
		}
	}
	return e
}

// Check reads the discovery document and returns why it cannot be used; nil where the settings leave nothing to discover.
func (c *Client) Check(ctx context.Context) error {
	_, err := c.fetchEndpoints(ctx)
	return err
}

// fetchEndpoints reads the discovery document (OpenID Connect Discovery 1.0 §4), unless the settings leave nothing to discover.
func (c *Client) fetchEndpoints(ctx context.Context) (endpoints, error) {
	e := c.override(endpoints{Issuer: c.opts.Issuer})
	if e.Authorize != "" && e.Token != "" && e.Userinfo != "" && e.JWKS != "" && e.Logout != "" {
		return e, nil
	}
	status, _, body, err := c.get(ctx, c.opts.Issuer+"/.well-known/openid-configuration", "application/json", "")
	if err != nil {
		return endpoints{}, fmt.Errorf("discovery: %s", cause(err))
	}
	switch status {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		// FranceConnect+ in production does not show its document to everybody; the provider is up all the same.
		c.opts.Log.Warn("FranceConnect serves no discovery document, the documented addresses are used", "status", status)
		return c.documented(), nil
	default:
		return endpoints{}, fmt.Errorf("discovery: status %d", status)
	}
	e = endpoints{}
	if json.Unmarshal(body, &e) != nil {
		return endpoints{}, fmt.Errorf("discovery: not the JSON expected")
	}
	// Another provider's document would send the code and the secret to it (Discovery §4.3).
	if e.Issuer != c.opts.Issuer {
		return endpoints{}, fmt.Errorf("discovery: the document is another issuer's")
	}
	e = c.override(e)
	if e.Logout == "" {
		e.Logout = c.documented().Logout
	}
	onLoopback := checkAddress(c.opts.Issuer, false) != nil
	for _, address := range []string{e.Authorize, e.Token, e.Userinfo, e.JWKS, e.Logout} {
		if checkAddress(address, onLoopback) != nil {
			return endpoints{}, fmt.Errorf("discovery: an address is missing or not https")
		}
	}
	return e, nil
}
