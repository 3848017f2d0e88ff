package franceconnect

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// check tells the first setting that is wrong, by its name in Options.
func (o *Options) check() error {
	if err := checkAddress(o.Issuer, true); err != nil {
		return fmt.Errorf("franceconnect: Issuer: %w", err)
	}
	if strings.HasSuffix(o.Issuer, "/") || strings.Contains(o.Issuer, "?") {
		return errors.New("franceconnect: Issuer: no slash at the end and no query, it is compared letter by letter")
	}
	switch {
	case o.ClientID == "":
		return errors.New("franceconnect: ClientID is empty")
	case o.ClientSecret.IsZero():
		return errors.New("franceconnect: ClientSecret is empty")
	case o.Profile != Standard && o.Profile != Plus:
		return fmt.Errorf("franceconnect: Profile is neither %q nor %q", Standard, Plus)
	case o.Alg != "ES256" && o.Alg != "RS256":
		return errors.New("franceconnect: Alg is neither ES256 nor RS256")
	case o.Profile == Plus && o.Alg != "ES256":
		return errors.New("franceconnect: Alg: FranceConnect+ signs with ES256 only")
	case o.Profile == Plus && o.EncryptionKeys == nil:
		return errors.New("franceconnect: EncryptionKeys: FranceConnect+ encrypts its tokens, it needs keys to encrypt to")
	}
	for _, a := range []struct {
		name, address string
		compulsory    bool
	}{
		{"RedirectURL", o.RedirectURL, true},
		{"PostLogoutURL", o.PostLogoutURL, false},
		{"AuthorizeURL", o.AuthorizeURL, false},
		{"TokenURL", o.TokenURL, false},
		{"UserinfoURL", o.UserinfoURL, false},
		{"JWKSURL", o.JWKSURL, false},
		{"LogoutURL", o.LogoutURL, false},
	} {
		if a.address == "" && !a.compulsory {
			continue
		}
		if err := checkAddress(a.address, true); err != nil {
			return fmt.Errorf("franceconnect: %s: %w", a.name, err)
		}
	}
	return nil
}

// checkAddress accepts https, and plain http on loopback where allowed: a secret and tokens travel over it.
func checkAddress(address string, loopback bool) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New("not an absolute address")
	}
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && loopback && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("not https (http is accepted on loopback only)")
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
