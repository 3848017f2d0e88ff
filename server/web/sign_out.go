package web

import "net/http"

// logout ends the session first and in any case: where the database does not answer, the browser forgets it at least. What the browser
// cached goes too, but not its storage, which holds the help that reads offline (W3C Clear Site Data).
func (s *site) logout(w http.ResponseWriter, r *http.Request) error {
	hint := s.signOutHint(r)
	if err := s.sessions.Destroy(r.Context()); err != nil {
		about(r.Context()).forgotten = true
		w.Header().Set("Clear-Site-Data", `"cache"`)
		return err
	}
	w.Header().Set("Clear-Site-Data", `"cache"`)
	if !hint.IsZero() {
		return s.franceConnectLeave(w, r, hint)
	}
	s.leaveNotice(w, noticeSignedOut)
	return redirect(w, r, "/")
}
