package web

import (
	"context"
	"log/slog"
	"net/netip"

	"moncompte/server/portal"
)

// request is what is known of a request while it is answered.
type request struct {
	id        string // links a person's call for help with the log; random
	client    netip.Addr
	route     string
	account   portal.AccountID   // of the session, "" when signed out
	session   string             // its id in the list of open sessions
	token     string             // the hash of the token that the browser brought, whatever it opens
	loaded    portal.SessionRow  // as it was found
	unsaved   *portal.SessionRow // as scs would have it, where that differs; nil = nothing to save
	opened    *newSession        // the one that takes its place, once that is kept
	number    string             // that its person typed on the way in, "" when none is kept
	shared    bool               // it is on a computer of several people
	forgotten bool               // the browser is to forget its session, which could not be ended
	// impersonal says that the page holds nothing of a person's: see constant.
	impersonal bool
}

type requestKey struct{}

// about returns what is known of the request. Outside one it returns an empty record.
func about(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// ClientAddress is where the request that ctx is of comes from, the zero Addr outside one and where a proxy does not say.
func ClientAddress(ctx context.Context) netip.Addr { return about(ctx).client }

// LogHandler adds the id of the request and the account that is signed in to the lines logged while answering it.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

type logHandler struct{ slog.Handler }

func (h logHandler) Handle(ctx context.Context, line slog.Record) error {
	r := about(ctx)
	if r.id != "" {
		line.AddAttrs(slog.String("request", r.id))
	}
	if r.account != "" {
		line.AddAttrs(slog.String("session_account", string(r.account)))
	}
	return h.Handler.Handle(ctx, line)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }
