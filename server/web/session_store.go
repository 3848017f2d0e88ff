package web

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"moncompte/server/portal"
)

// Sessions keeps sessions. A sign-in keeps its own: see portal.Login.Enter.
type Sessions interface {
	// Session returns the session that is open under the hash of a token, the zero SessionRow when there is none.
	Session(ctx context.Context, token string) (portal.SessionRow, error)
	// RecentSession is the same as it was at most a second ago, without what this program has ended since.
	RecentSession(ctx context.Context, token string) (portal.SessionRow, error)
	SaveSession(ctx context.Context, row portal.SessionRow) error
	// ProlongSession moves the end of a session on to that time, and nothing else of it.
	ProlongSession(ctx context.Context, token string, until time.Time) error
	// EndSession ends the session under the hash of a token.
	EndSession(ctx context.Context, token string) error
}

// touchEvery is how old a session's end in the database may get before a request moves it on. Without it, every page view
// would be a write.
const touchEvery = time.Minute

// sessionStore is the store of scs. The one that scs ships writes a whole row whenever a request ends, so a request that is
// still running when the person signs out brings the session back to life. This one leaves the row in what is known of the
// request, as new or as loaded, and whoever keeps it does so explicitly.
type sessionStore struct {
	scs.Store // its methods without a context are never called
	Sessions
}

// FindCtx implements scs.CtxStore. scs hands over the SHA-256 of the token, never the token.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	row, err := s.Session(ctx, token)
	about(ctx).token, about(ctx).loaded = token, row
	return row.Data, row.Token != "", err
}

// CommitCtx implements scs.CtxStore. It writes nothing.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	know := about(ctx)
	if soon := time.Now().Add(portal.SharedIdle); know.shared && soon.Before(expires) {
		expires = soon // scs knows one idle time, that of the others
	}
	row, err := portal.NewSessionRow(token, data, expires)
	row.New = know.loaded.Token != token
	if row.New || !bytes.Equal(data, know.loaded.Data) || expires.Sub(know.loaded.Expires) >= touchEvery {
		know.unsaved = &row
	}
	return err
}

// DeleteCtx implements scs.CtxStore.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.EndSession(ctx, token)
}

// sessionWriter keeps the session of a request before its answer begins. When that fails, the answer says so instead.
type sessionWriter struct {
	http.ResponseWriter
	site         *site
	r            *http.Request
	kept, failed bool
}

func (w *sessionWriter) keep() {
	if w.kept {
		return
	}
	w.kept = true
	if err := w.site.keepSession(w.ResponseWriter, w.r); err != nil {
		w.failed = true
		w.site.sessionFailed(w.ResponseWriter, w.r, err)
	}
}

func (w *sessionWriter) WriteHeader(status int) {
	if w.keep(); !w.failed {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *sessionWriter) Write(b []byte) (int, error) {
	if w.keep(); w.failed {
		return len(b), nil // of the answer that there was
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (w *sessionWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// keepSession saves what has changed of the session, and sets the cookie of one that is opened or removes that of one that has ended.
func (s *site) keepSession(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	know := about(ctx)
	if know.forgotten {
		s.setPass(w, newSession{})
		s.sessions.WriteSessionCookie(ctx, w, "", time.Time{})
		return nil
	}
	if know.opened != nil {
		s.sessions.WriteSessionCookie(ctx, w, know.opened.token, know.opened.expires)
		s.setPass(w, *know.opened)
		return nil
	}
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		// Without a cookie: the browser that sent it has it, and a slow answer must not bring it back after a sign-out.
		if _, _, err := s.sessions.Commit(ctx); err != nil {
			return err
		}
		if know.unsaved != nil {
			return s.Sessions.SaveSession(ctx, *know.unsaved)
		}
	case scs.Destroyed:
		s.setPass(w, newSession{})
		s.sessions.WriteSessionCookie(ctx, w, "", time.Time{})
	}
	return nil
}

// sessionFailed answers when the session cannot be loaded or kept.
func (s *site) sessionFailed(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.ErrorContext(r.Context(), "session failed", "reason", err)
	for _, ofTheOther := range []string{"Location", "HX-Redirect", "Content-Encoding"} {
		w.Header().Del(ofTheOther)
	}
	s.errorPage(w, r, http.StatusServiceUnavailable, 5*time.Second)
}
