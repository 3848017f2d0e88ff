package web

import (
	"net/http"

	"moncompte/components"
)

func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	view := components.HomeView{Page: s.page(r)}
	view.Notice = notices[s.takeNotice(w, r)]
	return s.render(w, r, http.StatusOK, components.Home(view))
}
