package web

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/http"
)

// readCritical reads the style that stands in the sign-in page and makes the policy that allows it, by its hash alone (W3C CSP
// Level 3, 6.7.3.3): no other style in a page, and no other page with one. Assets without it are served without.
func (s *site) readCritical() error {
	name := "critical.css"
	if s.FranceConnect != nil {
		name = "critical-franceconnect.css"
	}
	style, err := s.Assets.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	hash := sha256.Sum256(style)
	s.critical = string(style)
	s.criticalPolicy = s.formPolicy() + "; style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
	return nil
}

// policy is that of an answer: the sign-in page may have that style, no other page any, and only forms of a sign-in may end on a service.
func (s *site) policy(r *http.Request) string {
	switch {
	case s.critical != "" && r.URL.Path == "/connexion":
		return s.criticalPolicy
	case signInForms[r.URL.Path]:
		return s.formsPolicy
	}
	return policy
}
