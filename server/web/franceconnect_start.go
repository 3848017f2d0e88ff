package web

import "net/http"

const franceConnectStartPath = "/franceconnect/connexion"

// franceConnectStart leads to FranceConnect: a plain GET link, since a form may not end on another origin under
// `form-action 'self'`. Whoever is signed in stays so until somebody comes back.
func (s *site) franceConnectStart(w http.ResponseWriter, r *http.Request) error {
	session, ok, err := s.linkStart(w, r)
	if !ok {
		return err
	}
	address, visit, err := s.FranceConnect.Provider.Start(r.Context())
	switch {
	case err != nil && session != "":
		return s.linkFailed(w, r, s.account(r), err)
	case err != nil:
		return s.franceConnectFailed(w, r, err)
	}
	visit.Shared, visit.Session = sharedAsked(r), session
	browser := s.newTraveller(w, r)
	if err := s.FranceConnect.Linking.Depart(r.Context(), browser, s.device(r), visit, s.clientAddress(r)); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// sharedAsked reports whether the person says in the address that others use the computer: the choice of the sign-in page, for the ways
// that do not send its form.
func sharedAsked(r *http.Request) bool { return r.URL.Query().Get("partage") == "1" }
