package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

// proof is the way to show by a code that an account is the person's.
func (s *site) proof() recovery { return s.recovery(portal.Proof) }

// byCode reports whether the person proves the account by a code rather than by the password.
func byCode(r *http.Request) bool {
	return r.URL.Query().Get("par") == "code" || r.PostForm.Has("canal")
}

// linkingByCode links the account whose code has just been given, and opens its session.
func (v recovery) linkingByCode(w http.ResponseWriter, r *http.Request) error {
	proven, err := v.FranceConnect.Linking.ProveByCode(r.Context(), v.linkingToken(r), v.token(r), v.device(r))
	switch {
	case errors.Is(err, portal.ErrNoLinking), errors.Is(err, portal.ErrNoFlow):
		return v.linkingOver(w, r)
	case errors.Is(err, portal.ErrClosed):
		return v.franceConnectProblem(w, r, http.StatusForbidden, components.FranceConnectClosed)
	case errors.Is(err, portal.ErrAnotherPerson):
		v.forgetToken(w)
		view, ok, err := v.linkingView(w, r)
		if !ok {
			return err
		}
		view.AnotherPerson = true
		return v.linkingRefused(w, r, http.StatusUnauthorized, view)
	case err != nil:
		return err
	}
	if linked, err := v.link(w, r, proven); !linked {
		return err
	}
	v.forgetToken(w)
	return v.arrive(w, r)
}
