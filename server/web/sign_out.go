package web

import "net/http"

// logout ends the session in any case, and what was begun in this browser: where the database does not answer, the browser forgets it at least. What the browser
// cached goes too, but not its storage, which holds the help that reads offline (W3C Clear Site Data).
func (s *site) logout(w http.ResponseWriter, r *http.Request) error {
	hint, notice := s.signOutHint(r), noticeSignedOut
	if hint.IsZero() {
		hint = s.linkingHint(r)
	}
	if begun, err := s.giveUp(w, r); err != nil {
		s.Log.ErrorContext(r.Context(), "steps under way not ended", "reason", err) // the browser has forgotten them at least
	} else if begun && s.account(r) == "" {
		notice = noticeGivenUp
	}
	s.forgetWayBack(w, r)
	if err := s.sessions.Destroy(r.Context()); err != nil {
		about(r.Context()).forgotten = true
		w.Header().Set("Clear-Site-Data", `"cache"`)
		return err
	}
	if id := s.account(r); id != "" {
		s.Log.InfoContext(r.Context(), "signed out", "event", "sign-out", "account", id)
	}
	w.Header().Set("Clear-Site-Data", `"cache"`)
	if !hint.IsZero() {
		return s.franceConnectLeave(w, r, hint)
	}
	s.leaveNotice(w, notice)
	return redirect(w, r, "/")
}
