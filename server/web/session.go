package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"

	"moncompte/server/portal"
	"moncompte/server/store"
)

// The values of a session beside those that the store reads.
const sessionMethod = "method"

// newSessions configures scs: the database holds a hash of the token, the cookie is for this host only, and nothing
// outlives 30 minutes without a request or 8 hours in all (OWASP ASVS 5.0 V7.1.1).
func (s *site) newSessions() *scs.SessionManager {
	m := &scs.SessionManager{} // scs.New would start a store of its own, in memory, and sweep it for ever
	m.Store = scsStore{s.Sessions}
	m.Codec = store.SessionCodec{}
	m.HashTokenInStore = true
	m.IdleTimeout = s.Idle
	m.Lifetime = s.Lifetime
	m.Cookie.Name = s.cookieName("session")
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = s.secure()
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Persist = false // closing the browser of a shared computer ends it there
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.Log.ErrorContext(r.Context(), "session failed", "reason", err)
		// The handler may have meant to lead on, as after a sign-in whose session cannot be saved.
		w.Header().Del("Location")
		w.Header().Del("HX-Redirect")
		s.errorPage(w, r, http.StatusServiceUnavailable, 5*time.Second)
	}
	return m
}

// scsStore is the part of scs.Store that scs never calls when the methods with a context are there.
type scsStore struct{ scs.CtxStore }

// withSession loads the request's session and saves it with the answer.
func (s *site) withSession(next http.Handler) http.Handler {
	loaded := s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		know := about(r.Context())
		know.account = portal.AccountID(s.sessions.GetString(r.Context(), store.SessionAccount))
		know.session = s.sessions.GetString(r.Context(), store.SessionID)
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		loaded.ServeHTTP(w, r.WithContext(store.WithVisit(r.Context())))
	})
}

// account is who is signed in, "" when nobody is.
func (s *site) account(r *http.Request) portal.AccountID { return about(r.Context()).account }

// open begins a session under a new token: a token known from before the sign-in is worth nothing after it (OWASP ASVS
// 5.0 V7.2.4).
func (s *site) open(r *http.Request, signedIn portal.Session) error {
	ctx := r.Context()
	if err := s.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, store.SessionAccount, string(signedIn.Account))
	s.sessions.Put(ctx, store.SessionEpoch, strconv.FormatInt(signedIn.Epoch, 10))
	s.sessions.Put(ctx, store.SessionID, rand.Text())
	s.sessions.Put(ctx, store.SessionBrowser, browserName(r.UserAgent()))
	s.sessions.Put(ctx, sessionMethod, string(signedIn.Method))
	return nil
}

// openWithin is open, and saves the session in the transaction that ctx is within instead of one of its own when the request ends.
func (s *site) openWithin(ctx context.Context, r *http.Request, signedIn portal.Session) error {
	if err := s.open(r.WithContext(ctx), signedIn); err != nil {
		return err
	}
	_, _, err := s.sessions.Commit(ctx)
	return err
}

// signedIn returns the account that is signed in. Without one it leads to the sign-in page and returns false; a browser
// that still holds the cookie of an ended session is told that it has ended.
func (s *site) signedIn(w http.ResponseWriter, r *http.Request) (portal.AccountID, bool, error) {
	if id := s.account(r); id != "" {
		return id, true, nil
	}
	if _, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		s.leaveNotice(w, noticeSessionEnded)
	}
	return "", false, redirect(w, r, "/connexion")
}
