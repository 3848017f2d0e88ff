package web

import (
	"cmp"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

func (s *site) accountShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	account, err := s.Accounts.Account(r.Context(), id)
	if err != nil {
		return err
	}
	signIns, err := s.signIns(r, id)
	if err != nil {
		return err
	}
	view := components.AccountView{Page: s.page(r), Name: cmp.Or(account.Civil.CallName(), account.Civil.DisplayName())}
	for _, v := range s.Services {
		view.Services = append(view.Services, components.Service{Name: v.Name, HRef: v.Address.String()})
	}
	notice := notices[s.takeNotice(w, r)]
	view.Notice = cmp.Or(once[notice], notice)
	// Whom no code can reach has no second step, and is asked for an address.
	view.Unreachable = s.SecondStep != nil && !s.SecondStep.Reachable(account)
	link, err := s.linkView(r, id)
	if err != nil {
		return err
	}
	view.FranceConnectLinked = link != nil && link.Linked
	if view.OfferPasskey, err = s.offersPasskey(r, id); err != nil {
		return err
	}
	// The newest one opened this session, or another one since: the one before it is what the person can recognise.
	if len(signIns) > 1 {
		view.LastSignIn = &signIns[1]
	}
	return s.render(w, r, http.StatusOK, components.Account(view))
}

var methods = map[portal.Method]components.Method{
	portal.Password:      components.Password,
	portal.FranceConnect: components.FranceConnect,
	portal.PasskeyMethod: components.Passkey,
	portal.WrongCode:     components.Code,
}

// signIns are the account's latest sign-ins in Paris time, newest first.
func (s *site) signIns(r *http.Request, id portal.AccountID) ([]components.SignIn, error) {
	found, err := s.Accounts.SignIns(r.Context(), id, s.device(r))
	var signIns []components.SignIn
	for _, f := range found {
		signIns = append(signIns, components.SignIn{At: f.At.In(s.paris), Method: methods[f.Method], ThisBrowser: f.ThisDevice})
	}
	return signIns, err
}
