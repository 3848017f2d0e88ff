package web

import (
	"net/http"

	"moncompte/server/portal"
)

// verify tells a reverse proxy who is signed in: 200 with the account's id in Remote-User, how the person signed in in
// Remote-Method and, after FranceConnect, how sure the identity is in Remote-Acr; or 401. An operator's proxy must drop
// these headers from what it receives itself.
func (s *site) verify(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	id := s.sessions.GetString(r.Context(), portal.SessionAccount)
	if id == "" {
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	w.Header().Set("Remote-User", id)
	w.Header().Set("Remote-Method", s.sessions.GetString(r.Context(), portal.SessionMethod))
	// A password vouches for no identity: its sessions have no acr, and no header that could be taken for one.
	if acr := s.sessions.GetString(r.Context(), sessionACR); acr != "" {
		w.Header().Set("Remote-Acr", acr)
	}
	w.WriteHeader(http.StatusOK)
	return nil
}
