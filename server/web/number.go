package web

import (
	"context"
	"errors"
	"net/http"

	"moncompte/app/nir"
	"moncompte/server/portal"
)

// Whoever has typed their number in the form of the sign-in is not asked for it again by the steps that follow. It waits in a session of
// nobody's, sealed in the store as all are, and never in an address or in the browser, which holds the session's token. It goes with the
// window, with the sign-in that takes the session's place, and with the sign-out.
const (
	sessionNumber = "number"
	longestNumber = 64 // as somebody may space it out
)

// numberSubmit takes what stands in the form of the sign-in to the first of these steps, which asks for what is missing. Nothing is sent
// and nothing is judged. Who was about to give a code goes on with it.
func (v recovery) numberSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	v.keepWayBack(w, r)
	typed, shared := r.PostForm.Get("identifiant"), r.PostForm.Get("partage") == "1"
	flow, pending, err := v.pending(r)
	if err != nil {
		return err
	}
	if number, report := nir.Parse(typed, v.Provisional); pending && (typed == "" || report.OK() && number.Canonical() == flow.Identifier.Canonical()) {
		return redirect(w, r, v.base+v.stepOf(flow))
	}
	switch err := v.Recovery.MayKeep(r.Context(), v.clientAddress(r)); {
	case portal.ErrorKind(err) == portal.KindThrottled: // the page asks for it
	case err != nil:
		return err
	default:
		if err := v.keepNumber(r, typed, shared); err != nil {
			return err
		}
	}
	return redirect(w, r, v.start())
}

// keepNumber keeps the number for the steps that follow in this window. Of a computer of several people it keeps that alone.
func (s *site) keepNumber(r *http.Request, typed string, shared bool) error {
	know := about(r.Context())
	if shared || len(typed) > longestNumber {
		typed = ""
	}
	if know.account != "" || typed == know.number && shared == know.shared {
		return nil
	}
	return s.keepAnew(r, shared, sessionNumber, typed)
}

// keepAnew keeps a text in a session that takes the place of the one before.
func (s *site) keepAnew(r *http.Request, shared bool, name, text string) error {
	know := about(r.Context())
	made, err := s.prepareSession(shared, func(ctx context.Context) { s.sessions.Put(ctx, name, text) })
	if err != nil {
		return err
	}
	made.row.Replaces = know.loaded.Token
	if err := s.Sessions.SaveSession(r.Context(), made.row); err != nil {
		return err
	}
	know.opened = &made
	return nil
}

// unlessBegun answers who has typed their number, or asked for a code, by a page of their own. It is not compressed: the number is in it.
func (s *site) unlessBegun(h handlerFunc) handlerFunc {
	blank := s.constant(never, h)
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, none := r.Cookie(s.cookieName(recoveryCookie)); none == nil || about(r.Context()).number != "" {
			return h(w, r)
		}
		return blank(w, r)
	}
}

// pending is the flow of this way that is under way in this browser: its code may be given, or the password chosen. On a computer of several
// people it is not shown to who comes next.
func (v recovery) pending(r *http.Request) (portal.Flow, bool, error) {
	token := v.token(r)
	if token.IsZero() {
		return portal.Flow{}, false, nil
	}
	flow, err := v.Recovery.Flow(r.Context(), token)
	if errors.Is(err, portal.ErrNoFlow) {
		return portal.Flow{}, false, nil
	}
	if err != nil || flow.Purpose != v.purpose || flow.Shared {
		return portal.Flow{}, false, err
	}
	at := v.now()
	if flow.Consumed.IsZero() {
		return flow, flow.Open(at), nil
	}
	return flow, !v.linking() && at.Sub(flow.Consumed) <= portal.PasswordGrace, nil
}

// stepOf is where a pending flow stands.
func (v recovery) stepOf(flow portal.Flow) string {
	if flow.Consumed.IsZero() {
		return "/code"
	}
	return "/nouveau"
}

// start is the address of the first step.
func (v recovery) start() string {
	if v.linking() {
		return linkingPath + "?par=code"
	}
	return v.base
}
