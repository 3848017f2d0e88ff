package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"moncompte/server/portal"
)

// assurance is what a service asks of a sign-in beyond that there is one.
type assurance struct {
	acr    string        // the least level of the identity; "" = any, a password too
	within time.Duration // how long ago the person may have shown who they are; 0 = at any time of the session
}

// acrs are the levels that FranceConnect knows, the lowest first.
var acrs = []string{"eidas1", "eidas2", "eidas3"}

// The least max_age leaves time to go on after the sign-in; the longest is that of any session.
const (
	leastMaxAge = 60
	mostMaxAge  = 24 * 60 * 60
)

// readAssurance reads acr and max_age, and returns false for what it does not understand: an operator's slip must not open a service to
// less than was meant.
func readAssurance(q url.Values) (assurance, bool) {
	var a assurance
	if q.Has("acr") {
		if a.acr = q.Get("acr"); !slices.Contains(acrs, a.acr) {
			return a, false
		}
	}
	if q.Has("max_age") {
		seconds, err := strconv.Atoi(q.Get("max_age"))
		if err != nil || seconds < leastMaxAge || seconds > mostMaxAge {
			return a, false
		}
		a.within = time.Duration(seconds) * time.Second
	}
	return a, true
}

// addTo is the inverse of readAssurance.
func (a assurance) addTo(q url.Values) {
	if a.acr != "" {
		q.Set("acr", a.acr)
	}
	if a.within != 0 {
		q.Set("max_age", strconv.Itoa(int(a.within/time.Second)))
	}
}

// reachable reports whether any way of signing in that is offered gives it.
func (s *site) reachable(a assurance) bool {
	switch {
	case a.acr == "":
		return true
	case s.FranceConnect == nil:
		return false
	}
	return s.FranceConnect.Plus || a.acr == acrs[0]
}

// asked is what the service wants that sent the person to the sign-in page; nothing when it is not to be had.
func (s *site) asked(r *http.Request) assurance {
	if a, ok := readAssurance(r.URL.Query()); ok && s.reachable(a) {
		return a
	}
	return assurance{}
}

// visitor is who is signed in, and how.
type visitor struct {
	account     portal.AccountID // "" = nobody
	method, acr string
	proved      time.Time
	end         time.Time // of the session, when nothing moves it on any more
	shared      bool      // on a computer of several people
}

func (v visitor) gives(a assurance) bool {
	return v.account != "" && slices.Index(acrs, v.acr) >= slices.Index(acrs, a.acr) && (a.within == 0 || time.Since(v.proved) <= a.within)
}

// visitorOf is whoever a session is of.
func visitorOf(row portal.SessionRow) (visitor, error) {
	if row.Account == "" {
		return visitor{}, nil
	}
	deadline, values, err := row.Read()
	if err != nil || values[sessionRenew] != "" { // a password that is too weak opens no service
		return visitor{}, err
	}
	v := visitor{account: row.Account, method: values[portal.SessionMethod], acr: values[sessionACR],
		end: deadline, shared: values[portal.SessionShared] != ""}
	if at, err := strconv.ParseInt(values[sessionProved], 10, 64); err == nil {
		v.proved = time.UnixMicro(at)
	}
	return v, nil
}
