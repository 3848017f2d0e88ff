package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

// franceConnectReturn ends a visit: in Mon Compte when the identity is linked, else on the linking page.
func (s *site) franceConnectReturn(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := r.URL.Query()
	visit, err := s.FranceConnect.Linking.Return(ctx, s.traveller(r), portal.ParseToken(q.Get("state")), portal.ToSignIn)
	if errors.Is(err, portal.ErrVisitUsed) {
		return s.franceConnectTwice(w, r)
	}
	if err != nil && !errors.Is(err, portal.ErrNoVisit) {
		return err
	}
	identity, err := s.FranceConnect.Provider.Finish(ctx, q, visit)
	if err != nil {
		return s.franceConnectFailed(w, r, err)
	}

	session, err := s.FranceConnect.Linking.SignIn(ctx, identity, s.device(r))
	switch {
	case errors.Is(err, portal.ErrNotLinked):
		return s.linkingBegin(w, r, identity)
	case errors.Is(err, portal.ErrClosed):
		if err := s.signOutHere(r); err != nil {
			return err
		}
		return s.franceConnectProblem(w, r, http.StatusForbidden, components.FranceConnectClosed)
	case err != nil:
		return err
	}
	// A session that was open in this browser ends here: another person may have come back.
	if err := s.openFederated(w, r, session); err != nil {
		return err
	}
	return redirect(w, r, "/mon-compte")
}

// franceConnectTwice answers a return that was already used, by a refresh or a second click: what the first one began goes on.
func (s *site) franceConnectTwice(w http.ResponseWriter, r *http.Request) error {
	if s.account(r) != "" && s.sessions.GetString(r.Context(), sessionMethod) == string(portal.FranceConnect) {
		return redirect(w, r, "/mon-compte")
	}
	_, err := s.FranceConnect.Linking.Identity(r.Context(), s.linkingToken(r))
	switch {
	case err == nil:
		return redirect(w, r, linkingPath)
	case errors.Is(err, portal.ErrNoLinking):
		return s.franceConnectProblem(w, r, http.StatusBadRequest, components.FranceConnectExpired)
	}
	return err
}
