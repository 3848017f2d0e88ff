package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"

	"moncompte/server/franceconnect"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/web"
)

// federation is what the settings say of FranceConnect. Without an issuer it is not offered.
type federation struct {
	Issuer, ClientID                         string
	ClientSecret                             keys.Secret
	Profile, Alg                             string
	Authorize, Token, Userinfo, JWKS, Logout string // "" = by discovery
	KeysFile                                 string // of FranceConnect+
}

func (f federation) offered() bool { return f.Issuer != "" }

func (f federation) plus() bool { return f.Profile == string(franceconnect.Plus) }

// federation reads those settings and refuses what is wrong by the name of its setting.
func (s *settings) federation() federation {
	f := federation{
		Issuer:       s.endpoint("FC_ISSUER"),
		ClientID:     s.text("FC_CLIENT_ID", ""),
		ClientSecret: s.secret("FC_CLIENT_SECRET", ""),
		Profile:      s.text("FC_PROFILE", string(franceconnect.Standard)),
		Alg:          s.text("FC_ALG", "ES256"),
		Authorize:    s.endpoint("FC_AUTHORIZE_URL"),
		Token:        s.endpoint("FC_TOKEN_URL"),
		Userinfo:     s.endpoint("FC_USERINFO_URL"),
		JWKS:         s.endpoint("FC_JWKS_URL"),
		Logout:       s.endpoint("FC_LOGOUT_URL"),
		KeysFile:     s.text("FC_KEYS_FILE", "franceconnect.keys"),
	}
	if f.Profile != string(franceconnect.Standard) && !f.plus() {
		s.refuse("FC_PROFILE", "must be %s or %s", franceconnect.Standard, franceconnect.Plus)
	}
	switch {
	case f.Alg != "ES256" && f.Alg != "RS256":
		s.refuse("FC_ALG", "must be ES256 or RS256")
	case f.plus() && f.Alg != "ES256":
		s.refuse("FC_ALG", "FranceConnect+ signs with ES256 only")
	}
	if !f.offered() {
		// Half of the settings is a mistake that would only show as a missing button.
		if f.ClientID != "" || !f.ClientSecret.IsZero() {
			s.refuse("FC_ISSUER", "must be given together with MONCOMPTE_FC_CLIENT_ID and MONCOMPTE_FC_CLIENT_SECRET")
		}
		return f
	}
	if f.ClientID == "" {
		s.refuse("FC_CLIENT_ID", "must be given together with MONCOMPTE_FC_ISSUER")
	}
	if f.ClientSecret.IsZero() {
		s.refuse("FC_CLIENT_SECRET", "must be given together with MONCOMPTE_FC_ISSUER")
	}
	return f
}

// endpoint is an address of FranceConnect's, "" when it is not given: a secret and tokens travel over it.
func (s *settings) endpoint(name string) string {
	address := s.text(name, "")
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || address[len(address)-1] == '/' ||
		u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		s.refuse(name, "must be https://HOST/PATH without a slash at the end; http:// is for this machine only")
	}
	return address
}

// newFederation wires FranceConnect to the site; nil when it is not offered. It sends nothing: FranceConnect may be down.
func newFederation(c config, s *store.Store, login *portal.Login, recovery *portal.Recovery, mail *post, log *slog.Logger) (*web.FranceConnect, error) {
	f := c.FranceConnect
	if !f.offered() {
		return nil, nil
	}
	client, err := newProvider(c, log)
	if err != nil {
		return nil, err
	}
	return &web.FranceConnect{
		Provider: client,
		Linking: &portal.Linking{Store: s, Login: login, Recovery: recovery, Composer: mail.composer,
			Reach: mail.reach(), Log: log},
		Issuer: f.Issuer,
		Plus:   f.plus(),
	}, nil
}

// newProvider is the client of FranceConnect by the settings.
func newProvider(c config, log *slog.Logger) (*franceconnect.Client, error) {
	f := c.FranceConnect
	o := franceconnect.Options{
		Issuer:        f.Issuer,
		ClientID:      f.ClientID,
		ClientSecret:  f.ClientSecret,
		Profile:       franceconnect.Profile(f.Profile),
		Alg:           f.Alg,
		AuthorizeURL:  f.Authorize,
		TokenURL:      f.Token,
		UserinfoURL:   f.Userinfo,
		JWKSURL:       f.JWKS,
		LogoutURL:     f.Logout,
		RedirectURL:   c.BaseURL.String() + "/franceconnect/retour",
		PostLogoutURL: c.BaseURL.String() + "/franceconnect/deconnecte",
		Log:           log,
	}
	if f.plus() {
		var err error
		if o.EncryptionKeys, err = c.openEncryptionKeys(); err != nil {
			return nil, err
		}
	}
	client, err := franceconnect.New(o)
	if err != nil {
		return nil, fmt.Errorf("MONCOMPTE_FC_ISSUER and the settings that go with it: %w", err)
	}
	return client, nil
}

// openEncryptionKeys loads the keys of FranceConnect+. Only in dev mode is a missing file made: elsewhere each server would
// make its own, and FranceConnect+ reads one of them.
func (c config) openEncryptionKeys() (*franceconnect.EncryptionKeys, error) {
	path := c.FranceConnect.KeysFile
	ring, err := franceconnect.LoadEncryptionKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !c.Dev {
			return nil, fmt.Errorf("MONCOMPTE_FC_KEYS_FILE: %s does not exist: run `moncompte keys franceconnect`", path)
		}
		ring, err = franceconnect.CreateEncryptionKeys(path)
	}
	if err != nil {
		return nil, fmt.Errorf("MONCOMPTE_FC_KEYS_FILE: %w", err)
	}
	return ring, nil
}

type encryptionKeysCommand struct{}

// Run makes the keys file of FranceConnect+, or puts new keys before those that it has.
func (encryptionKeysCommand) Run(p program) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	path, done := c.FranceConnect.KeysFile, "created"
	_, err = franceconnect.CreateEncryptionKeys(path)
	if errors.Is(err, fs.ErrExist) {
		done = "has new keys: restart every server with it"
		_, err = franceconnect.RotateEncryptionKeys(path)
	}
	if err != nil {
		return fmt.Errorf("MONCOMPTE_FC_KEYS_FILE: %w", err)
	}
	_, err = fmt.Fprintln(p.out, path, done)
	return err
}
