package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

const passwordPath = "/mon-compte/mot-de-passe"

func (s *site) passwordChangeShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	view, err := s.passwordChangeView(r, id)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, components.PasswordChange(view))
}

func (s *site) passwordChangeView(r *http.Request, id portal.AccountID) (components.PasswordChangeView, error) {
	view := components.PasswordChangeView{Page: s.page(r)}
	proof, err := s.proofView(r, id, passwordPath)
	if err != nil {
		return view, err
	}
	view.Renew = s.renewing(r)
	// Who signed in a moment ago has given the current password there.
	if view.None = proof.NoPassword; !s.freshByCode(r) && !(view.Renew && s.fresh(r)) {
		view.Proof = &proof
	}
	report, err := s.Recovery.CheckFor(r.Context(), id, "")
	view.Rules = components.PasswordRules(report, true)
	return view, err
}

// passwordChangeSubmit changes the password of who is signed in and gives the one there was (OWASP ASVS 5.0 V6.2.3), or has just given a
// code.
func (s *site) passwordChangeSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	typed := r.PostForm.Get("mot_de_passe")
	// Of two clicks the first one has ended this session, at any moment: nothing that the second one sends is wrong.
	orAgain := func(otherwise func() error) error { return s.passwordChangedOr(w, r, typed, otherwise) }
	open, err := s.Sessions.Session(r.Context(), about(r.Context()).token)
	if err != nil {
		return err
	}
	if open.Account == "" || s.account(r) == "" {
		return orAgain(func() error { return s.signedOut(w, r) })
	}
	id := open.Account
	view, err := s.passwordChangeView(r, id)
	if err != nil {
		return err
	}
	view.Submitted, view.Missing = true, typed == ""
	// Before the proof the new one is not judged: a rule tells what is in the file of the person.
	if view.Proof != nil {
		proof, status, ok, err := s.proveByForm(w, r, id, passwordPath)
		if err != nil {
			return err
		}
		if view.Proof = &proof; !ok {
			return orAgain(func() error { return s.passwordChangeRefused(w, r, status, view) })
		}
	}
	account, err := s.Accounts.Account(r.Context(), id)
	if err != nil {
		return err
	}
	session, err := s.renewSession(r, account.Epoch+1)
	if err != nil {
		return err
	}
	report, device, err := s.Recovery.ChangePassword(r.Context(),
		portal.PasswordChange{By: about(r.Context()).loaded, Typed: typed, Device: s.device(r), Session: session.row})
	view.Rules = components.PasswordRules(report, view.Missing)
	refused, domain := errors.AsType[*portal.Error](err)
	switch {
	case errors.Is(err, portal.ErrUnauthorized):
		return orAgain(func() error { return s.signedOut(w, r) })
	case domain && refused.Kind == portal.KindBusy:
		view.Busy = true
		retryAfter(w, refused.Wait)
		return s.passwordChangeRefused(w, r, http.StatusServiceUnavailable, view)
	case err != nil:
		return err
	case !report.OK():
		return s.passwordChangeRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	s.openSession(w, r, session, device)
	s.leaveNotice(w, noticePasswordRenewed)
	if view.Renew {
		return s.arrive(w, r)
	}
	return redirect(w, r, securityPath)
}

// passwordChangedOr says that the password is changed when the session set it a moment ago. The browser may have the cookie of the session that
// goes on, or have left before it came.
func (s *site) passwordChangedOr(w http.ResponseWriter, r *http.Request, typed string, otherwise func() error) error {
	again, err := s.Recovery.ChangedAlready(r.Context(), about(r.Context()).token, typed)
	if err != nil {
		return err
	}
	if !again {
		return otherwise()
	}
	s.leaveNotice(w, noticePasswordChanged)
	return redirect(w, r, "/connexion")
}

func (s *site) passwordChangeRefused(w http.ResponseWriter, r *http.Request, status int, view components.PasswordChangeView) error {
	if htmx(w, r) {
		return s.render(w, r, status, components.PasswordChangeMessages(view))
	}
	return s.render(w, r, status, components.PasswordChange(view))
}
