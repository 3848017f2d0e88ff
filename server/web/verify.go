package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"moncompte/server/portal"
)

// verifyRoute is asked by a proxy for every request to a service.
const verifyRoute = "GET /auth/verify"

// verify tells a reverse proxy who is signed in: 200 with the account's id in Remote-User, how the person signed in in Remote-Method and,
// after FranceConnect, how sure the identity is in Remote-Acr; or 401, with the address of the sign-in in Location when it is a page that
// somebody wants to see. With redirect=1 that is a 302, for proxies that hand an answer on. acr and max_age ask for more than a session:
// see assurance. An operator's proxy must drop these headers from what it receives itself; they are not read here.
func (s *site) verify(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	q := r.URL.Query()
	want, ok := readAssurance(q)
	if !ok || !s.reachable(want) {
		if s.misasked.Due(time.Now()) {
			s.Log.ErrorContext(r.Context(), "a proxy asks for an acr or a max_age that no sign-in here gives: its service is shut", "acr", want.acr)
		}
		return statusError(http.StatusForbidden)
	}
	row, who, err := s.vouched(r, s.Sessions.RecentSession)
	if err == nil && row.Token != "" && !who.gives(want) {
		// Only a yes may be a moment old: whoever has just shown who they are would be led round in circles.
		row, who, err = s.vouched(r, s.Sessions.Session)
	}
	if err != nil {
		return err
	}
	if !who.gives(want) {
		status := http.StatusUnauthorized
		if wanted, page := wantedPage(r); page {
			back := url.Values{}
			if to := s.mayLeadTo(wanted); to != "" {
				back.Set(fieldBack, to)
			} else if u, err := url.Parse(wanted); err == nil && u.Host != "" && u.Host != s.BaseURL.Host && s.unlisted.Due(time.Now()) {
				s.Log.WarnContext(r.Context(), "a proxy asks for a page of a host that MONCOMPTE_SERVICES does not list: nobody is led back there")
			}
			want.addTo(back)
			w.Header().Set("Location", s.BaseURL.String()+"/connexion?"+back.Encode())
			if q.Get("redirect") == "1" {
				status = http.StatusFound
			}
		}
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		w.WriteHeader(status)
		return nil
	}
	if err := s.prolong(r.Context(), row, who); err != nil {
		return err
	}
	w.Header().Set("Remote-User", string(who.account))
	w.Header().Set("Remote-Method", who.method)
	// A password vouches for no identity: its sessions have no acr, and no header that could be taken for one.
	if who.acr != "" {
		w.Header().Set("Remote-Acr", who.acr)
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// readSession returns the session under the hash of a token.
type readSession = func(ctx context.Context, token string) (portal.SessionRow, error)

// vouched is the session that a request to a service is in, by this host's cookie or by its pass, and whose it is.
func (s *site) vouched(r *http.Request, read readSession) (row portal.SessionRow, who visitor, err error) {
	if c, missing := r.Cookie(s.sessions.Cookie.Name); missing == nil {
		sum := sha256.Sum256([]byte(c.Value))
		row, err = read(r.Context(), base64.RawURLEncoding.EncodeToString(sum[:])) // as scs keeps it
	}
	if err == nil && row.Account == "" {
		row, err = s.passed(r, read)
	}
	if err == nil {
		who, err = visitorOf(row)
	}
	return row, who, err
}

// prolong moves the end of a session on, as a request to a page does.
func (s *site) prolong(ctx context.Context, row portal.SessionRow, who visitor) error {
	idle := s.Idle
	if who.shared {
		idle = min(idle, portal.SharedIdle)
	}
	until := time.Now().Add(idle)
	if who.end.Before(until) {
		until = who.end
	}
	if until.Sub(row.Expires) < touchEvery {
		return nil
	}
	return s.Sessions.ProlongSession(ctx, row.Token, until)
}

// wantedPage is the address that a proxy asks for on behalf of somebody, and whether it is a page that a browser would show: what a script
// fetches or a form sends cannot go on after a sign-in. Proxies have two ways of telling it; whoever forges one is led nowhere else than
// mayLeadTo allows.
func wantedPage(r *http.Request) (address string, page bool) {
	h := r.Header
	address, method := h.Get("X-Original-URL"), h.Get("X-Original-Method")
	if address == "" {
		address, method = h.Get("X-Forwarded-Proto")+"://"+h.Get("X-Forwarded-Host")+h.Get("X-Forwarded-Uri"), h.Get("X-Forwarded-Method")
	}
	if method != "" && method != http.MethodGet && method != http.MethodHead {
		return "", false
	}
	if mode := h.Get("Sec-Fetch-Mode"); mode != "" {
		return escapeRaw(address), mode == "navigate"
	}
	return escapeRaw(address), strings.Contains(h.Get("Accept"), "text/html")
}

// escapeRaw writes the letters that browsers leave as they are in a query, and that mayLeadTo refuses, as %XX.
func escapeRaw(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c > '~' || strings.IndexByte("\\\"<>^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
