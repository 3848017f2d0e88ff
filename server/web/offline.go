package web

import (
	"net/http"

	"moncompte/components"
)

const offlinePath = "/hors-ligne"

// offlineShow is the page that the service worker shows when there is no network. It is kept on the device, so it is the same for
// everybody: who is signed in is not said.
func (s *site) offlineShow(w http.ResponseWriter, r *http.Request) error {
	page := s.page(r)
	page.SignedIn = false
	return s.render(w, r, http.StatusOK, components.Offline(components.OfflineView{Page: page}))
}
