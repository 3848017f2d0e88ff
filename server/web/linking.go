package web

import (
	"errors"
	"net/http"

	"moncompte/app/nir"
	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const linkingPath = "/franceconnect/rattachement"

// linkingCookie holds the token of a linking: nobody is signed in yet.
const linkingCookie = "rattachement"

func (s *site) linkingToken(r *http.Request) keys.Secret {
	c, err := r.Cookie(s.cookieName(linkingCookie))
	if err != nil || len(c.Value) != 43 {
		return keys.Secret{}
	}
	return keys.NewSecret(c.Value)
}

// linkingBegin leads a person without a link to the proof. Whoever was signed in in this browser is signed out: it may be
// somebody else.
func (s *site) linkingBegin(w http.ResponseWriter, r *http.Request, identity portal.Identity) error {
	token, err := s.FranceConnect.Linking.Begin(r.Context(), identity)
	if err != nil {
		return err
	}
	if err := s.signOutHere(r); err != nil {
		return err
	}
	s.setWindowCookie(w, linkingCookie, token.Reveal())
	return redirect(w, r, linkingPath)
}

// linkingHint ends the session at FranceConnect of whoever leaves before the proof: the next person at the same computer would come back
// from there as the one before. It is zero where no linking is under way.
func (s *site) linkingHint(r *http.Request) keys.Secret {
	if s.FranceConnect == nil {
		return keys.Secret{}
	}
	identity, err := s.FranceConnect.Linking.Identity(r.Context(), s.linkingToken(r))
	if err != nil && !errors.Is(err, portal.ErrNoLinking) {
		s.Log.ErrorContext(r.Context(), "linking not read", "reason", err) // the browser forgets it all the same
	}
	return identity.IDToken
}

func (s *site) linkingShow(w http.ResponseWriter, r *http.Request) error {
	view, ok, err := s.linkingView(w, r)
	if !ok {
		return err
	}
	if byCode(r) {
		return s.proof().startShow(w, r)
	}
	return s.render(w, r, http.StatusOK, components.Linking(view))
}

// linkingView is the page of the browser's linking. Without one it answers that one has to begin again, and returns false.
func (s *site) linkingView(w http.ResponseWriter, r *http.Request) (components.LinkingView, bool, error) {
	identity, err := s.FranceConnect.Linking.Identity(r.Context(), s.linkingToken(r))
	if errors.Is(err, portal.ErrNoLinking) {
		return components.LinkingView{}, false, s.linkingOver(w, r)
	}
	if err != nil {
		return components.LinkingView{}, false, err
	}
	return components.LinkingView{
		Login: components.LoginView{Page: s.page(r), ProvisionalPattern: s.provisional()},
		Plus:  s.FranceConnect.Plus,
		Name:  identity.Civil.CallName(),
	}, true, nil
}

func (s *site) linkingOver(w http.ResponseWriter, r *http.Request) error {
	if htmx(w, r) {
		return redirect(w, r, linkingPath) // a whole page
	}
	return s.franceConnectProblem(w, r, http.StatusBadRequest, components.FranceConnectExpired)
}

func (s *site) linkingSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	view, ok, err := s.linkingView(w, r)
	if !ok {
		return err
	}
	if byCode(r) {
		return s.proof().startSubmit(w, r)
	}
	view.Login.Submitted = true
	view.Login.Identifier = r.PostForm.Get("identifiant")
	password := r.PostForm.Get("mot_de_passe")
	view.Login.PasswordMissing, view.Login.PasswordBlank = password == "", blankAround(password)
	var number nir.Number
	number, view.Login.Report = nir.Parse(view.Login.Identifier, s.Provisional)
	if !view.Login.Report.OK() || view.Login.PasswordMissing {
		return s.linkingRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	proven, err := s.FranceConnect.Linking.Prove(r.Context(), s.linkingToken(r), portal.SignInRequest{
		Identifier: number,
		Password:   keys.NewSecret(password),
		Device:     s.device(r),
		Address:    s.clientAddress(r),
	})
	if errors.Is(err, portal.ErrNoLinking) {
		return s.linkingOver(w, r)
	}
	if errors.Is(err, portal.ErrAnotherPerson) {
		view.AnotherPerson = true
		return s.linkingRefused(w, r, http.StatusUnauthorized, view)
	}
	if refused, ok := errors.AsType[*portal.Error](err); ok {
		if refused.CodeFirst {
			return redirect(w, r, linkingPath+"?par=code") // the code is a proof by itself
		}
		if !loginSays(w, refused, &view.Login) {
			return refused
		}
		return s.linkingRefused(w, r, statuses[refused.Kind], view)
	}
	if err != nil {
		return err
	}
	if proven.Renew, err = s.feeble(r, proven.Account, password); err != nil {
		return err
	}
	if linked, err := s.link(w, r, proven); !linked {
		return err
	}
	return s.enter(w, r, proven)
}

// link makes the link and opens the session of the person who has proved the account. When another click was faster it
// answers that the linking is over, and returns false.
func (s *site) link(w http.ResponseWriter, r *http.Request, proven portal.Proven) (bool, error) {
	session, err := s.newSession(r, proven)
	if err != nil {
		return false, err
	}
	if err := s.FranceConnect.Linking.Enter(r.Context(), proven, session.row); errors.Is(err, portal.ErrNoLinking) {
		return false, s.linkingOver(w, r)
	} else if err != nil {
		return false, err
	}
	s.openSession(w, r, session, proven.Device)
	s.setCookie(w, linkingCookie, "", 0)
	s.leaveNotice(w, noticeLinked)
	return true, nil
}

func (s *site) linkingRefused(w http.ResponseWriter, r *http.Request, status int, view components.LinkingView) error {
	if htmx(w, r) {
		return s.render(w, r, status, components.LinkingMessages(view))
	}
	return s.render(w, r, status, components.Linking(view))
}
