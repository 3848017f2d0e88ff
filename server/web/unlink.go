package web

import (
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

// unlink ends the account's link. The session goes on, also one that the link opened: it is its owner who asks.
func (s *site) unlink(w http.ResponseWriter, r *http.Request, id portal.AccountID) error {
	if err := s.FranceConnect.Linking.Unlink(r.Context(), id, s.FranceConnect.Issuer); err != nil {
		return err
	}
	return s.security(w, r, id, components.SecurityView{Link: &components.LinkView{JustUnlinked: true}})
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
