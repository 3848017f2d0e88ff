package web

import (
	"errors"
	"net/http"
	"strings"

	"moncompte/components"
	"moncompte/server/portal"
)

const securityPath = "/mon-compte/securite"

func (s *site) securityShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	view := components.SecurityView{}
	view.Notice = notices[s.takeNotice(w, r)]
	return s.security(w, r, id, http.StatusOK, view)
}

// securitySubmit ends one of the account's sessions, its link with FranceConnect or, without such a wish, its sessions in all other
// browsers.
func (s *site) securitySubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	switch action := r.PostForm.Get("action"); {
	case s.FranceConnect != nil && action == "delier":
		return s.unlink(w, r, id)
	case s.FranceConnect != nil && action == "confirmer":
		return s.linkProve(w, r, id)
	case action == "deconnecter":
		ended, err := s.Accounts.EndOneSession(r.Context(), about(r.Context()).loaded, r.PostForm.Get("session"))
		return s.sessionsEnded(w, r, id, ended, noticeDeviceOut, err)
	}
	ended, err := s.Accounts.EndOtherSessions(r.Context(), about(r.Context()).loaded, about(r.Context()).session)
	return s.sessionsEnded(w, r, id, ended, noticeOthersOut, err)
}

// sessionsEnded leads back to the page, which says that the sessions have ended: also of one that had ended before.
func (s *site) sessionsEnded(w http.ResponseWriter, r *http.Request, id portal.AccountID, ended int, notice string, err error) error {
	if errors.Is(err, portal.ErrUnauthorized) {
		return s.signedOut(w, r)
	}
	if err != nil {
		return err
	}
	s.Log.InfoContext(r.Context(), "sessions ended", "event", "sign-out", "account", id, "sessions", ended)
	s.leaveNotice(w, notice)
	return redirect(w, r, securityPath)
}

// security shows the page; view holds what the request has just done.
func (s *site) security(w http.ResponseWriter, r *http.Request, id portal.AccountID, status int, view components.SecurityView) error {
	history, err1 := s.historyView(r, id)
	open, err2 := s.Accounts.OpenSessions(r.Context(), id)
	link, err3 := s.linkView(r, id)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	notice := view.Notice
	view.Page, view.History, view.Link = s.page(r), history, link
	view.Notice = notice
	if view.Proof == nil && !s.fresh(r) {
		proof, err := s.proofView(r, id, securityPath)
		if err != nil {
			return err
		}
		view.Proof = &proof
	}
	if s.Passkeys != nil {
		if view.Passkeys, err1 = s.passkeysView(r, id); err1 != nil {
			return err1
		}
	}
	for _, o := range open {
		browser, system, _ := strings.Cut(o.Browser, "/")
		view.Sessions = append(view.Sessions, components.SessionView{
			ID:       o.ID,
			Started:  o.Started.In(s.paris),
			LastSeen: o.LastSeen.In(s.paris),
			Browser:  browser,
			System:   system,
			Current:  o.ID == about(r.Context()).session,
		})
	}
	return s.render(w, r, status, components.Security(view))
}
