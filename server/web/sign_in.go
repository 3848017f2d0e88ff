package web

import (
	"errors"
	"net/http"
	"strings"
	"unicode"

	"moncompte/app/nir"
	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func (s *site) loginShow(w http.ResponseWriter, r *http.Request) error {
	asked := s.asked(r)
	if s.account(r) != "" {
		if s.renewing(r) {
			s.keepWayBack(w, r)
			return redirect(w, r, passwordPath)
		}
		who, err := visitorOf(about(r.Context()).loaded)
		if err != nil {
			return err
		}
		if who.gives(asked) {
			return s.arrive(w, r)
		}
		// Once more, by what satisfies the service.
	}
	s.keepWayBack(w, r)
	if asked.acr != "" {
		page := s.page(r)
		page.Notice = notices[s.takeNotice(w, r)]
		return s.render(w, r, http.StatusOK, components.Vouching(components.VouchingView{Page: page, FranceConnect: *s.franceConnectView()}))
	}
	if open, err := s.secondStepOpen(r); open || err != nil {
		if err != nil {
			return err
		}
		return redirect(w, r, ways[portal.Second].base+"/code")
	}
	view := s.loginView(r)
	view.Notice = notices[s.takeNotice(w, r)]
	if view.SignedIn {
		view.Notice = components.ProofAsked
	}
	view.Identifier = about(r.Context()).number
	return s.render(w, r, http.StatusOK, components.Login(view))
}

func (s *site) loginView(r *http.Request) components.LoginView {
	page := s.page(r)
	page.Assets.Critical = s.critical
	back := ""
	if r.PostForm.Has(fieldBack) || r.URL.Query().Has(fieldBack) {
		back = s.wayBack(r)
	}
	return components.LoginView{Page: page, Back: back, ProvisionalPattern: s.provisional(), FranceConnect: s.franceConnectView(), Passkeys: s.Passkeys != nil}
}

// provisional is the shape of provisional identifiers, for the check in the browser.
func (s *site) provisional() string {
	if s.Provisional == nil {
		return nir.DefaultPattern
	}
	return s.Provisional.String()
}

func (s *site) loginSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	view := s.loginView(r)
	view.Submitted = true
	view.Identifier = r.PostForm.Get("identifiant")
	// The password is never trimmed (OWASP ASVS 5.0 V6.2.8): a blank that was pasted with it is told instead.
	password := r.PostForm.Get("mot_de_passe")
	view.PasswordMissing, view.PasswordBlank = password == "", blankAround(password)

	view.Shared = r.PostForm.Get("partage") == "1"

	var number nir.Number
	number, view.Report = nir.Parse(view.Identifier, s.Provisional)
	if !view.Report.OK() || view.PasswordMissing {
		return s.loginRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	given := portal.SignInRequest{Identifier: number, Password: keys.NewSecret(password), Device: s.device(r), Address: s.clientAddress(r)}
	proven, err := s.Login.Verify(r.Context(), given)
	if refused, ok := errors.AsType[*portal.Error](err); ok && refused.CodeFirst && s.SecondStep != nil {
		return s.codeFirst(w, r, given, view)
	} else if ok {
		return s.loginRefusedBy(w, r, refused, view)
	}
	if err != nil {
		return err
	}
	proven.Shared = view.Shared
	if proven.Renew, err = s.feeble(r, proven.Account, password); err != nil {
		return err
	}
	due, err := s.SecondStep.Due(r.Context(), proven, s.device(r))
	if err != nil {
		return err
	}
	if due {
		return s.secondStepBegin(w, r, proven, view)
	}
	session, err := s.newSession(r, proven)
	if err != nil {
		return err
	}
	err = s.Login.Enter(r.Context(), proven, session.row)
	if refused, ok := errors.AsType[*portal.Error](err); ok {
		return s.loginRefusedBy(w, r, refused, view) // the password was changed in this moment
	}
	if err != nil {
		return err
	}
	s.openSession(w, r, session, proven.Device)
	return s.enter(w, r, proven)
}

// blankAround reports what one cannot see before or behind a password that was pasted.
func blankAround(password string) bool {
	return password != strings.TrimFunc(password, func(c rune) bool { return unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) })
}

// loginRefusedBy shows what the domain answered, in words that are the same whether or not there is such an account.
func (s *site) loginRefusedBy(w http.ResponseWriter, r *http.Request, refused *portal.Error, view components.LoginView) error {
	if !loginSays(w, refused, &view) {
		return refused
	}
	return s.loginRefused(w, r, statuses[refused.Kind], view)
}

// loginSays puts what the domain answered into the view, and returns false for what the view has no words for.
func loginSays(w http.ResponseWriter, refused *portal.Error, view *components.LoginView) bool {
	retryAfter(w, refused.Wait)
	switch refused.Kind {
	case portal.KindUnauthorized:
		view.WrongPair = true
	case portal.KindThrottled:
		view.Wait = refused.Wait
	case portal.KindBusy:
		view.Busy = true
	default:
		return false
	}
	return true
}

// loginRefused answers with the page, or with its messages alone when HTMX asks, so that what was typed meanwhile stays.
func (s *site) loginRefused(w http.ResponseWriter, r *http.Request, status int, view components.LoginView) error {
	if htmx(w, r) {
		return s.render(w, r, status, components.LoginMessages(view))
	}
	return s.render(w, r, status, components.Login(view))
}

// formError says what is wrong with a body that is no form.
func formError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return statusError(http.StatusBadRequest)
}
