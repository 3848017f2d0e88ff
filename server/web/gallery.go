package web

import (
	"net/http"

	"moncompte/components/gallery"
)

// gallery shows every component in every state: the list, or one story by its name. Only dev mode has this route.
func (s *site) gallery(w http.ResponseWriter, r *http.Request) error {
	page := s.page(r)
	page.Assets.CSS = s.Assets.URL("app-franceconnect.css") // some stories show the button
	view := gallery.View(page, r.URL.Query().Get("page"))
	if view == nil {
		return statusError(http.StatusNotFound)
	}
	return s.render(w, r, http.StatusOK, view)
}
