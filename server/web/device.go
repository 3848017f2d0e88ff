package web

import (
	"net/http"

	"moncompte/server/keys"
)

// deviceCookie holds the random token of a browser that signed in before. It opens nothing: it only gives the owner a
// count of attempts of their own.
const deviceCookie = "appareil"

// device returns the browser's token, zero when it has none. A token of another length cannot be ours.
func (s *site) device(r *http.Request) keys.Secret {
	c, err := r.Cookie(s.cookieName(deviceCookie))
	if err != nil || len(c.Value) != 43 {
		return keys.Secret{}
	}
	return keys.NewSecret(c.Value)
}

// keepDevice gives the browser its token; a zero one is none.
func (s *site) keepDevice(w http.ResponseWriter, token keys.Secret) {
	if token.IsZero() {
		return
	}
	s.setCookie(w, deviceCookie, token.Reveal(), s.Limits.Kept.Browsers)
}
