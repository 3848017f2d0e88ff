package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"

	"moncompte/server/portal"
)

// A service on another host of the operator's domain is sent no session cookie: that one is for this host alone. It is sent a pass, which
// names the session by the hash under which it is kept, and holds a secret of which the session has the hash. A pass opens nothing but the
// answer of /auth/verify, and ends with its session.
const (
	passCookie  = "service"
	sessionPass = "pass" // the hash of the secret
)

func passHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// putPass gives the session in ctx a pass, in place of the one that it had, and returns its secret; "" where there are none.
func (s *site) putPass(ctx context.Context) (secret string) {
	if s.ServicesDomain != "" {
		secret = rand.Text()
		s.sessions.Put(ctx, sessionPass, passHash(secret))
	}
	return secret
}

// setPass hands the pass of a session to the browser, for every host of the domain; that of the zero session removes it.
func (s *site) setPass(w http.ResponseWriter, opened newSession) {
	if s.ServicesDomain == "" {
		return
	}
	c := &http.Cookie{Name: s.passName(), Value: opened.row.Token + "." + opened.pass, Path: "/", Domain: s.ServicesDomain, HttpOnly: true,
		Secure: s.secure(), SameSite: http.SameSiteLaxMode}
	if opened.pass == "" {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(w, c)
}

// passName has the prefix that ties a cookie to https; the one that ties it to a host would defeat its purpose (RFC 6265bis §4.1.3).
func (s *site) passName() string {
	if s.secure() {
		return "__Secure-" + passCookie
	}
	return passCookie
}

// passed returns the session that the request has a pass for, the zero SessionRow without one.
func (s *site) passed(r *http.Request, read readSession) (portal.SessionRow, error) {
	c, err := r.Cookie(s.passName())
	if err != nil || s.ServicesDomain == "" {
		return portal.SessionRow{}, nil
	}
	hash, secret, _ := strings.Cut(c.Value, ".")
	if len(hash) > 100 || len(secret) > 100 {
		return portal.SessionRow{}, nil
	}
	row, err := read(r.Context(), hash)
	if err != nil || row.Token == "" {
		return portal.SessionRow{}, err
	}
	_, values, err := row.Read()
	if err != nil || values[sessionPass] == "" || subtle.ConstantTimeCompare([]byte(values[sessionPass]), []byte(passHash(secret))) == 0 {
		return portal.SessionRow{}, err
	}
	return row, nil
}
