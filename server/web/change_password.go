package web

import (
	"net/http"

	"moncompte/server/portal"
)

// changePassword leads password managers to where a password is changed (W3C, A Well-Known URL for Changing Passwords).
func (s *site) changePassword(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	where := ways[portal.Reset].base
	if s.account(r) != "" {
		where = passwordPath
	}
	http.Redirect(w, r, where, http.StatusFound)
	return nil
}
