package web

import (
	"net/http"

	"moncompte/components"
)

// home leads who is signed in to what they come for.
func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	if s.account(r) != "" {
		return redirect(w, r, "/mon-compte")
	}
	view := components.HomeView{Page: s.page(r)}
	view.Notice = notices[s.takeNotice(w, r)]
	return s.render(w, r, http.StatusOK, components.Home(view))
}
