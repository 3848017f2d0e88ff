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
		return s.franceConnectTwice(w, r, visit)
	}
	if err != nil && !errors.Is(err, portal.ErrNoVisit) {
		return err
	}
	identity, err := s.FranceConnect.Provider.Finish(ctx, q, visit)
	if visit.Session != "" {
		return s.linkReturn(w, r, visit, identity, err)
	}
	if err != nil {
		return s.franceConnectFailed(w, r, err)
	}
	identity.Shared = visit.Shared

	proven, err := s.FranceConnect.Linking.Recognise(ctx, identity, s.device(r))
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
	// A session that was open in this browser ends with the new one: another person may have come back.
	session, err := s.newSession(r, proven)
	if err != nil {
		return err
	}
	if err := s.FranceConnect.Linking.Enter(ctx, proven, session.row); errors.Is(err, portal.ErrNotLinked) {
		return s.linkingBegin(w, r, identity) // unlinked in this moment
	} else if err != nil {
		return err
	}
	s.openSession(w, r, session, proven.Device)
	return s.arriveFromAway(w, r)
}

// franceConnectTwice answers a return that was already used, by a refresh or a second click: what the first one began goes on. When it
// began nothing, because FranceConnect was slow or did not answer, the way begins anew by itself: the state was this browser's own, so
// that nobody else has sent the person here.
func (s *site) franceConnectTwice(w http.ResponseWriter, r *http.Request, visit portal.Visit) error {
	if visit.Session != "" {
		return redirect(w, r, securityPath) // which says whether there is a link
	}
	if s.account(r) != "" && s.sessions.GetString(r.Context(), portal.SessionMethod) == string(portal.FranceConnect) {
		return s.arriveFromAway(w, r)
	}
	_, err := s.FranceConnect.Linking.Identity(r.Context(), s.linkingToken(r))
	switch {
	case err == nil:
		return redirect(w, r, linkingPath)
	case errors.Is(err, portal.ErrNoLinking):
		if visit.Shared {
			return redirect(w, r, franceConnectStartPath+"?partage=1")
		}
		return redirect(w, r, franceConnectStartPath)
	}
	return err
}
