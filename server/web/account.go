package web

import (
	"errors"
	"net/http"
	"strings"

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
	view := components.AccountView{Page: s.page(r), Name: account.Civil.DisplayName()}
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

func (s *site) securityShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	view := components.SecurityView{}
	view.Notice = notices[s.takeNotice(w, r)]
	return s.security(w, r, id, view)
}

// securitySubmit ends the account's sessions in other browsers or, when the form says so, its link with FranceConnect.
func (s *site) securitySubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	if s.FranceConnect != nil && r.PostForm.Get("action") == "delier" {
		return s.unlink(w, r, id)
	}
	ended, err := s.Accounts.EndOtherSessions(r.Context(), id, about(r.Context()).session)
	if err != nil {
		return err
	}
	s.Log.InfoContext(r.Context(), "other sessions ended", "event", "sign-out", "account", id, "sessions", ended)
	return s.security(w, r, id, components.SecurityView{EndedOthers: ended})
}

// security shows the page; view holds what the request has just done.
func (s *site) security(w http.ResponseWriter, r *http.Request, id portal.AccountID, view components.SecurityView) error {
	signIns, err1 := s.signIns(r, id)
	open, err2 := s.Accounts.OpenSessions(r.Context(), id)
	link, err3 := s.linkView(r, id)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if link != nil {
		link.JustUnlinked = view.Link != nil && view.Link.JustUnlinked
	}
	notice := view.Notice
	view.Page, view.SignIns, view.Link = s.page(r), signIns, link
	view.Notice = notice
	if s.Passkeys != nil {
		if view.Passkeys, err1 = s.passkeysView(r, id); err1 != nil {
			return err1
		}
	}
	for _, o := range open {
		browser, system, _ := strings.Cut(o.Browser, "/")
		view.Sessions = append(view.Sessions, components.SessionView{
			Started:  o.Started.In(s.paris),
			LastSeen: o.LastSeen.In(s.paris),
			Browser:  browser,
			System:   system,
			Current:  o.ID == about(r.Context()).session,
		})
	}
	return s.render(w, r, http.StatusOK, components.Security(view))
}

var methods = map[portal.Method]components.Method{
	portal.Password:      components.Password,
	portal.FranceConnect: components.FranceConnect,
	portal.PasskeyMethod: components.Passkey,
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
