package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	leavingPath = "/franceconnect/deconnexion"
	leftPath    = "/franceconnect/deconnecte"
)

// franceConnectLeave sends a browser whose session has just ended to the page that leads to FranceConnect's own sign-out.
// When that cannot be kept, the sign-out here stands all the same and the person is told to check.
func (s *site) franceConnectLeave(w http.ResponseWriter, r *http.Request, hint keys.Secret) error {
	if err := s.FranceConnect.Linking.Leave(r.Context(), s.newTraveller(w, r), hint); err != nil {
		s.Log.ErrorContext(r.Context(), "sign-out at FranceConnect not begun", "reason", err)
		return redirect(w, r, leftPath)
	}
	return redirect(w, r, leavingPath)
}

// leavingShow leads on by itself, with a Refresh header: a form that ends on another origin would break on
// `form-action 'self'`, and so would its redirects.
func (s *site) leavingShow(w http.ResponseWriter, r *http.Request) error {
	visit, err := s.FranceConnect.Linking.SignOut(r.Context(), s.traveller(r))
	if errors.Is(err, portal.ErrNoVisit) {
		return redirect(w, r, "/") // by the Back button, once all is over
	}
	if err != nil {
		return err
	}
	address, err := s.FranceConnect.Provider.LogoutAddress(r.Context(), visit)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "no way to the sign-out at FranceConnect", "reason", err)
		return redirect(w, r, leftPath)
	}
	w.Header().Set("Refresh", "0; url="+address)
	return s.render(w, r, http.StatusOK, components.Leaving(components.LeavingView{Page: s.page(r), Plus: s.FranceConnect.Plus, HRef: address}))
}

// leftShow confirms the sign-out only to the browser that began it; a refresh of the page is confirmed again.
func (s *site) leftShow(w http.ResponseWriter, r *http.Request) error {
	_, err := s.FranceConnect.Linking.Return(r.Context(), s.traveller(r), portal.ParseToken(r.URL.Query().Get("state")), portal.ToSignOut)
	view := components.LeftView{Page: s.page(r), Plus: s.FranceConnect.Plus}
	status := http.StatusOK
	switch {
	case err == nil, errors.Is(err, portal.ErrVisitUsed):
		view.Confirmed = true
	case errors.Is(err, portal.ErrNoVisit):
		status = http.StatusBadRequest
	default:
		return err
	}
	return s.render(w, r, status, components.Left(view))
}
