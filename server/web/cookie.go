package web

import (
	"net/http"
	"time"
)

// cookieName adds the prefix that ties a cookie to this host, its root path and https (RFC 6265bis §4.1.3.2).
func (s *site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie that scripts cannot read and that other sites' forms do not send. An age of 0 removes it.
func (s *site) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	seconds := int(age.Seconds())
	if seconds == 0 {
		seconds = -1
	}
	s.writeCookie(w, name, value, seconds)
}

// setWindowCookie sets one that ends with the window of the browser at the latest: it leads to what only who has shown a proof may see,
// and the next person at the same computer opens another window.
func (s *site) setWindowCookie(w http.ResponseWriter, name, value string) {
	s.writeCookie(w, name, value, 0)
}

func (s *site) writeCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true,
		Secure: s.secure(), SameSite: http.SameSiteLaxMode})
}
