package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"moncompte/components"
	"moncompte/server/portal"
)

// A person who comes from a service, or from a page of ours that asked for a sign-in, is led back there after any way of signing in. The
// address waits in the form or in a cookie of this browser, and is judged anew when it is used: whoever sets the cookie can choose among
// addresses that anybody may be led to.
const (
	fieldBack     = "retour"
	backCookie    = "retour"
	backAgainLife = time.Minute
	longestBack   = 2000
	arrivingPath  = "/connexion/retour"
)

// noWayBack are the ways in and out, which would lead round in circles, and what is no page.
var noWayBack = []string{"/connexion", "/deconnexion", "/franceconnect", "/mot-de-passe-oublie", "/premiere-connexion", "/ce-n-etait-pas-moi",
	"/auth", "/s", "/_dev", "/.well-known", "/sw.js", "/healthz", "/readyz"}

// mayLeadTo returns the address when a sign-in may lead there, "" otherwise (OWASP ASVS 5.0 V3.7.2): to a service, letter by letter as the
// operator has listed its origin, or to a path of this host, and then as the path alone. An address that two programs could read in two
// ways is nobody's.
func (s *site) mayLeadTo(address string) string {
	if len(address) > longestBack || strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("\\\"<>^`{|}", c) }) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Opaque != "" {
		return ""
	}
	own := s.BaseURL.Scheme + "://" + s.BaseURL.Host
	if rest, ok := strings.CutPrefix(address, own); ok && strings.HasPrefix(rest, "/") {
		address = rest
	}
	if strings.HasPrefix(address, "/") {
		return ownPath(address)
	}
	if _, ok := s.service(address); !ok {
		return ""
	}
	return address
}

// ownPath returns the address when it is one of this host's in its simplest form, "" otherwise.
func ownPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || u.Fragment != "" {
		return ""
	}
	clean := path.Clean(u.Path)
	if u.Path != clean && u.Path != clean+"/" || strings.Count(u.Path, "/") != strings.Count(u.EscapedPath(), "/") ||
		strings.ContainsFunc(u.Path, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' || c == '%' }) {
		return ""
	}
	for _, no := range noWayBack {
		if clean == no || strings.HasPrefix(clean, no+"/") {
			return ""
		}
	}
	return address
}

// wayBack is where the person came from, "" when from nowhere else. What the request says goes before what the browser has kept: there may
// be other tabs.
func (s *site) wayBack(r *http.Request) string {
	said, ok := r.PostForm[fieldBack]
	if !ok && r.URL.Path == "/connexion" {
		said, ok = r.URL.Query()[fieldBack]
	}
	if ok {
		return s.mayLeadTo(said[0])
	}
	c, err := r.Cookie(s.cookieName(backCookie))
	if err != nil {
		return ""
	}
	kept, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return ""
	}
	return s.mayLeadTo(string(kept))
}

// keepWayBack keeps what the request says for the steps that follow; a way back that is none ends the one before.
func (s *site) keepWayBack(w http.ResponseWriter, r *http.Request) {
	if r.PostForm.Has(fieldBack) || r.URL.Path == "/connexion" && r.URL.Query().Has(fieldBack) {
		s.setWayBack(w, s.wayBack(r), portal.WayLife)
	}
}

func (s *site) setWayBack(w http.ResponseWriter, address string, life time.Duration) {
	if address == "" {
		life = 0
	}
	s.setCookie(w, backCookie, base64.RawURLEncoding.EncodeToString([]byte(address)), life)
}

// forgetWayBack is for a sign-out: the next person here comes from nowhere.
func (s *site) forgetWayBack(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(s.cookieName(backCookie)); err == nil {
		s.setWayBack(w, "", 0)
	}
}

// arrival is where who is signed in goes on: back, or to Mon Compte. The way stays for a moment, so that the slower one of two clicks leads
// to the same place.
func (s *site) arrival(w http.ResponseWriter, r *http.Request) string {
	back := s.wayBack(r)
	if back == "" {
		return "/mon-compte"
	}
	s.setWayBack(w, back, backAgainLife)
	return back
}

// arrive answers who has just signed in by a form of ours.
func (s *site) arrive(w http.ResponseWriter, r *http.Request) error {
	return redirect(w, r, s.arrival(w, r))
}

// arriveFromAway answers who has just signed in at FranceConnect. The form that was sent there is not ours, and whatever its page allows
// binds our redirects too (see formPolicy): a service is led to by a page of its own.
func (s *site) arriveFromAway(w http.ResponseWriter, r *http.Request) error {
	if _, foreign := s.service(s.wayBack(r)); foreign {
		return redirect(w, r, arrivingPath)
	}
	return s.arrive(w, r)
}

// arrivingShow leads on by itself, with a Refresh header, or by its button.
func (s *site) arrivingShow(w http.ResponseWriter, r *http.Request) error {
	if s.account(r) == "" {
		return redirect(w, r, "/connexion")
	}
	back := s.arrival(w, r)
	service, foreign := s.service(back)
	if !foreign {
		return redirect(w, r, back)
	}
	w.Header().Set("Refresh", "0; url="+back)
	return s.render(w, r, http.StatusOK, components.Arriving(components.ArrivingView{Page: s.page(r), Service: components.Service{Name: service.Name, HRef: back}}))
}
