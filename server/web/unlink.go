package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

// unlink ends the account's link and the sessions that it opened. It closes a way into the account, so that it wants a fresh proof; the
// session that asks goes on, also one that the link opened.
func (s *site) unlink(w http.ResponseWriter, r *http.Request, id portal.AccountID) error {
	proof, status, ok, err := s.freshOrProve(w, r, id, securityPath)
	if err != nil {
		return err
	}
	if !ok {
		return s.security(w, r, id, status, components.SecurityView{Proof: &proof})
	}
	err = s.FranceConnect.Linking.Unlink(r.Context(), about(r.Context()).loaded, s.FranceConnect.Issuer, about(r.Context()).session)
	if errors.Is(err, portal.ErrLastWay) {
		return s.security(w, r, id, http.StatusUnprocessableEntity, components.SecurityView{LinkIsLast: true})
	}
	if errors.Is(err, portal.ErrUnauthorized) {
		return s.signedOut(w, r)
	}
	if err != nil {
		return err
	}
	s.leaveNotice(w, noticeUnlinked)
	return redirect(w, r, securityPath)
}

// linkView is the account's link in Paris time, nil when FranceConnect is not offered.
func (s *site) linkView(r *http.Request, id portal.AccountID) (*components.LinkView, error) {
	if s.FranceConnect == nil {
		return nil, nil
	}
	link, err := s.FranceConnect.Linking.Link(r.Context(), id, s.FranceConnect.Issuer)
	if err != nil {
		return nil, err
	}
	return &components.LinkView{Plus: s.FranceConnect.Plus, Linked: !link.At.IsZero(), At: link.At.In(s.paris),
		LastUsed: link.LastUsed.In(s.paris)}, nil
}
