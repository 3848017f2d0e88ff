package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// The values of a session that the pages alone read.
const (
	sessionACR  = "acr"  // after FranceConnect alone, as the next one
	sessionHint = "hint" // the id_token, sealed, for the sign-out
)

// newSessions configures scs: the database holds a hash of the token, the cookie is for this host only, and nothing
// outlives 30 minutes without a request or 8 hours in all (OWASP ASVS 5.0 V7.1.1).
func (s *site) newSessions() *scs.SessionManager {
	m := &scs.SessionManager{} // scs.New would start a store of its own, in memory, and sweep it for ever
	m.Store = sessionStore{Sessions: s.Sessions}
	m.Codec = portal.SessionCodec{}
	m.HashTokenInStore = true
	m.IdleTimeout = s.Idle
	m.Lifetime = s.Lifetime
	m.Cookie.Name = s.cookieName("session")
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = s.secure()
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Persist = false // closing the browser of a shared computer ends it there
	return m
}

// withSession loads the request's session and keeps it before the first byte of the answer.
func (s *site) withSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		token := ""
		if c, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
			token = c.Value
		}
		ctx, err := s.sessions.Load(r.Context(), token)
		if err != nil {
			s.sessionFailed(w, r, err)
			return
		}
		know := about(ctx)
		know.account = portal.AccountID(s.sessions.GetString(ctx, portal.SessionAccount))
		know.shared = s.sessions.GetString(ctx, portal.SessionShared) != ""
		know.number = s.sessions.GetString(ctx, sessionNumber)
		know.session = s.sessions.GetString(ctx, portal.SessionID)
		answer := &sessionWriter{ResponseWriter: w, site: s, r: r.WithContext(ctx)}
		next.ServeHTTP(answer, answer.r)
		answer.keep()
	})
}

// account is who is signed in, "" when nobody is.
func (s *site) account(r *http.Request) portal.AccountID { return about(r.Context()).account }

// newSession is a session that is not kept yet. openSession hands it to the browser once it is.
type newSession struct {
	row     portal.SessionRow
	token   string
	expires time.Time
	shared  bool
	pass    string // its secret; "" = it has none
}

// newSession prepares a session under a new token: a token known from before the sign-in is worth nothing after it (OWASP
// ASVS 5.0 V7.2.4), and the session that it opened ends with the keeping of this one.
func (s *site) newSession(r *http.Request, p portal.Proven) (newSession, error) {
	made, err := s.prepareSession(p.Shared, func(ctx context.Context) {
		s.sessions.Put(ctx, portal.SessionAccount, string(p.Account))
		s.sessions.Put(ctx, portal.SessionEpoch, strconv.FormatInt(p.Epoch, 10))
		s.sessions.Put(ctx, portal.SessionID, rand.Text())
		s.sessions.Put(ctx, portal.SessionBrowser, browserName(r.UserAgent()))
		s.sessions.Put(ctx, portal.SessionMethod, string(p.Method))
		s.sessions.Put(ctx, sessionProved, provedAt(p.At))
		if p.Offer && !p.Shared {
			s.sessions.Put(ctx, sessionOffer, "1")
		}
		if p.Renew {
			s.sessions.Put(ctx, sessionRenew, string(p.Account))
		}
		if p.Method == portal.FranceConnect {
			s.sessions.Put(ctx, sessionACR, p.Identity.ACR)
			s.sessions.Put(ctx, sessionHint, sealHint(keys.NewSecret(s.sessions.Token(ctx)), p.Identity.IDToken))
		}
	})
	made.row.Replaces = about(r.Context()).loaded.Token
	return made, err
}

// prepareSession is a session under a new token, with what put has put into it.
func (s *site) prepareSession(shared bool, put func(ctx context.Context)) (newSession, error) {
	made := &request{shared: shared}
	ctx, err := s.sessions.Load(context.WithValue(context.Background(), requestKey{}, made), "")
	if err != nil {
		return newSession{}, err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return newSession{}, err
	}
	if shared {
		s.sessions.Put(ctx, portal.SessionShared, "1")
	}
	put(ctx)
	pass := ""
	if s.sessions.Exists(ctx, portal.SessionAccount) {
		pass = s.putPass(ctx)
	}
	token, expires, err := s.sessions.Commit(ctx)
	if err != nil {
		return newSession{}, err
	}
	return newSession{*made.unsaved, token, expires, shared, pass}, nil
}

// renewSession prepares the session that takes the place of the request's own, with the same values under a new token, for the account's
// epoch.
func (s *site) renewSession(r *http.Request, epoch int64) (newSession, error) {
	return s.prepareSession(about(r.Context()).shared, func(ctx context.Context) {
		for _, key := range s.sessions.Keys(r.Context()) {
			if key == sessionCoded || key == sessionRenew {
				continue // a code is good for one new password, and here it is
			}
			s.sessions.Put(ctx, key, s.sessions.GetString(r.Context(), key))
		}
		s.sessions.Put(ctx, portal.SessionEpoch, strconv.FormatInt(epoch, 10))
		if hint := s.signOutHint(r); !hint.IsZero() {
			s.sessions.Put(ctx, sessionHint, sealHint(keys.NewSecret(s.sessions.Token(ctx)), hint))
		}
	})
}

// openSession hands a session that is kept to the browser, and the browser's token unless the computer is shared.
func (s *site) openSession(w http.ResponseWriter, r *http.Request, opened newSession, device keys.Secret) {
	about(r.Context()).opened = &opened
	if !opened.shared {
		s.keepDevice(w, device)
	}
}

// signedIn returns the account that is signed in. Without one it leads to the sign-in page and returns false; a browser
// that still holds the cookie of an ended session is told that it has ended. Whose password is too weak gets to no other page than that of
// the change.
func (s *site) signedIn(w http.ResponseWriter, r *http.Request) (portal.AccountID, bool, error) {
	if id := s.account(r); id != "" {
		if s.renewing(r) && r.URL.Path != passwordPath {
			return "", false, redirect(w, r, passwordPath)
		}
		return id, true, nil
	}
	return "", false, s.signedOut(w, r)
}

// signedOut answers who is not signed in, or not any more: also whose session ended while the request was read.
func (s *site) signedOut(w http.ResponseWriter, r *http.Request) error {
	loaded := about(r.Context()).loaded
	nobodys := loaded.Token != "" && loaded.Account == "" // that of a number: see keepNumber
	if _, err := r.Cookie(s.sessions.Cookie.Name); err == nil && !nobodys {
		s.leaveNotice(w, noticeSessionEnded)
	}
	return redirect(w, r, "/connexion")
}
