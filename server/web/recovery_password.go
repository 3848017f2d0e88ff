package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

func (v recovery) passwordShow(w http.ResponseWriter, r *http.Request) error {
	flow, ok, err := v.flow(w, r, true)
	if !ok {
		return err
	}
	report, _, err := v.Recovery.Check(r.Context(), v.token(r), "")
	if errors.Is(err, portal.ErrNoFlow) {
		return v.beginAgain(w, r)
	}
	if err != nil {
		return err
	}
	view := v.passwordView(r, flow)
	view.Rules = components.PasswordRules(report, true)
	return v.render(w, r, http.StatusOK, components.RecoveryPassword(view))
}

func (v recovery) passwordView(r *http.Request, flow portal.Flow) components.RecoveryPasswordView {
	return components.RecoveryPasswordView{Page: v.page(r), First: v.first(), Identifier: flow.Identifier.Canonical()}
}

func (v recovery) passwordSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	flow, ok, err := v.flow(w, r, true)
	if !ok {
		return err
	}
	report, err := v.Recovery.SetPassword(r.Context(), v.token(r), r.PostForm.Get("mot_de_passe"))
	view := v.passwordView(r, flow)
	view.Submitted = true
	view.Rules = components.PasswordRules(report, false)
	refused, domain := errors.AsType[*portal.Error](err)
	switch {
	case errors.Is(err, portal.ErrNoFlow):
		return v.beginAgain(w, r)
	case domain && refused.Code == portal.CodeBusy:
		view.Busy = true
		retryAfter(w, refused.Wait)
		return v.passwordRefused(w, r, http.StatusServiceUnavailable, view)
	case err != nil:
		return err
	case !report.OK():
		return v.passwordRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	v.forgetToken(w)
	v.leaveNotice(w, noticePasswordChanged)
	return redirect(w, r, "/connexion")
}

func (v recovery) passwordRefused(w http.ResponseWriter, r *http.Request, status int, view components.RecoveryPasswordView) error {
	if htmx(w, r) {
		return v.render(w, r, status, components.RecoveryPasswordMessages(view))
	}
	return v.render(w, r, status, components.RecoveryPassword(view))
}

// beginAgain leads to the first step: the time to choose a password is over.
func (v recovery) beginAgain(w http.ResponseWriter, r *http.Request) error {
	v.forgetToken(w)
	return redirect(w, r, v.base)
}
