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
	view := v.passwordView(r, flow)
	if errors.Is(err, portal.ErrNoFlow) {
		return v.passwordTooLate(w, r, view)
	}
	if err != nil {
		return err
	}
	view.Rules = components.PasswordRules(report, true)
	if err := v.tellKnown(r, flow, &view); err != nil {
		return err
	}
	return v.render(w, r, http.StatusOK, components.RecoveryPassword(view))
}

func (v recovery) passwordView(r *http.Request, flow portal.Flow) components.RecoveryPasswordView {
	return components.RecoveryPasswordView{Page: v.page(r), First: v.first(), Identifier: flow.Identifier.Canonical()}
}

// tellKnown lets the browser judge the rule about the person while they type: of the account whose code was given, just now checked.
func (v recovery) tellKnown(r *http.Request, flow portal.Flow, view *components.RecoveryPasswordView) error {
	account, err := v.Accounts.Account(r.Context(), flow.Account)
	view.Known = account.PasswordContext()
	return err
}

func (v recovery) passwordSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	typed := r.PostForm.Get("mot_de_passe")
	// Of two clicks the other one may have set it, now or at any moment until the password is kept: a flow ends and is known to
	// have set its password in one statement, so whoever asks in this order misses neither.
	orAgain := func(otherwise func() error) error {
		again, err := v.Recovery.SetAlready(r.Context(), v.token(r), v.purpose, typed)
		if err != nil {
			return err
		}
		if !again {
			return otherwise()
		}
		v.passwordSet(w, r)
		return redirect(w, r, "/connexion") // which leads on to Mon Compte where the first answer has arrived
	}
	flow, ok, err := v.flowOr(w, r, true, func() error {
		return orAgain(func() error { return redirect(w, r, v.base) })
	})
	if !ok {
		return err
	}
	view := v.passwordView(r, flow)
	view.Submitted = true
	view.Missing = typed == ""
	var session newSession
	proven, err := v.Recovery.Entering(r.Context(), v.token(r))
	if err == nil {
		session, err = v.newSession(r, proven)
	}
	if errors.Is(err, portal.ErrNoFlow) {
		return orAgain(func() error { return v.passwordTooLate(w, r, view) })
	}
	if err != nil {
		return err
	}
	report, device, err := v.Recovery.SetPassword(r.Context(),
		portal.NewPassword{Token: v.token(r), Typed: typed, Device: v.device(r), Session: session.row})
	view.Rules = components.PasswordRules(report, view.Missing)
	refused, domain := errors.AsType[*portal.Error](err)
	switch {
	case errors.Is(err, portal.ErrNoFlow), errors.Is(err, portal.ErrUnauthorized):
		return orAgain(func() error { return v.passwordTooLate(w, r, view) })
	case domain && refused.Kind == portal.KindBusy:
		view.Busy = true
		retryAfter(w, refused.Wait)
		return v.passwordRefused(w, r, http.StatusServiceUnavailable, view)
	case err != nil:
		return err
	case !report.OK():
		if err := v.tellKnown(r, flow, &view); err != nil {
			return err
		}
		return v.passwordRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	v.openSession(w, r, session, device)
	v.passwordSet(w, r)
	return v.arrive(w, r)
}

// passwordSet says on the next page that the password stands.
func (v recovery) passwordSet(w http.ResponseWriter, r *http.Request) {
	// The token stays a minute longer: the first answer's cookies arrive before the second click is sent. It opens nothing any
	// more, since its flow is closed.
	v.setCookie(w, recoveryCookie, v.token(r).Reveal(), portal.AgainLife)
	if v.first() {
		v.leaveNotice(w, noticePasswordCreated)
	} else {
		v.leaveNotice(w, noticePasswordChanged)
	}
}

func (v recovery) passwordRefused(w http.ResponseWriter, r *http.Request, status int, view components.RecoveryPasswordView) error {
	if htmx(w, r) {
		return v.render(w, r, status, components.RecoveryPasswordMessages(view))
	}
	return v.render(w, r, status, components.RecoveryPassword(view))
}

// passwordTooLate says that the time to choose a password is over; the way begins again.
func (v recovery) passwordTooLate(w http.ResponseWriter, r *http.Request, view components.RecoveryPasswordView) error {
	v.forgetToken(w)
	view.Submitted, view.Expired = true, true
	return v.passwordRefused(w, r, http.StatusUnprocessableEntity, view)
}
