package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

// stepCookie holds the token of a second step, so that it is found again in another tab and after the mail was read.
const stepCookie = "connexion"

// secondStep is the way from a right pair to Mon Compte by a code.
func (s *site) secondStep() recovery {
	return s.recovery(portal.Second)
}

// secondStepBegin leads from the right pair to the page of the code.
func (s *site) secondStepBegin(w http.ResponseWriter, r *http.Request, proven portal.Proven, view components.LoginView) error {
	v := s.secondStep()
	token, err := s.SecondStep.Begin(r.Context(), proven, v.token(r), proven.Shared)
	if refused, ok := errors.AsType[*portal.Error](err); ok {
		if refused.Kind == portal.KindThrottled { // by the messages: the pair was right
			view.NextSend = v.soon(refused.Wait)
		}
		return s.loginRefusedBy(w, r, refused, view)
	}
	if err != nil {
		return err
	}
	if proven.Renew {
		if err := s.keepRenew(r, proven); err != nil {
			return err
		}
	}
	v.keepToken(w, token)
	s.keepWayBack(w, r)
	return redirect(w, r, v.base+"/code")
}

// secondStepDone opens the session of who has just given the code. Of two clicks the slower one is led to the sign-in page, which leads
// on to Mon Compte.
func (v recovery) secondStepDone(w http.ResponseWriter, r *http.Request) error {
	if admitted, err := v.codeFirstDone(w, r); admitted || err != nil {
		return err
	}
	proven, err := v.SecondStep.Proven(r.Context(), v.token(r), v.device(r), remembered(r))
	if errors.Is(err, portal.ErrNoFlow) {
		return redirect(w, r, v.base)
	}
	if err != nil {
		return err
	}
	proven.Renew = v.keptRenew(r, proven.Account)
	session, err := v.newSession(r, proven)
	if err != nil {
		return err
	}
	err = v.SecondStep.Enter(r.Context(), proven, session.row)
	if errors.Is(err, portal.ErrNoFlow) || errors.Is(err, portal.ErrUnauthorized) {
		return redirect(w, r, v.base) // the other click was faster, or the password was changed in this moment
	}
	if err != nil {
		return err
	}
	v.openSession(w, r, session, proven.Device)
	v.forgetToken(w)
	return v.enter(w, r, proven)
}

// remembered tells whether the person wants this browser to be remembered.
func remembered(r *http.Request) bool { return r.PostForm.Get("se_souvenir") == "1" }

// stepView is what a second step adds to the page of the code, nil for any other way.
func (v recovery) stepView(r *http.Request, flow portal.Flow) (*components.SignInCode, error) {
	if !v.second() {
		return nil, nil
	}
	if flow.First() {
		return &components.SignInCode{First: true, Shared: flow.Shared}, nil // whoever reads it has proved nothing
	}
	target, err := v.SecondStep.Target(r.Context(), flow)
	return &components.SignInCode{To: target.To, Other: target.Other, Shared: flow.Shared}, err
}

// secondStepOpen tells whether a second step is under way in this browser and its code still works: whoever has closed the tab, or comes
// back from the mail, goes on with it.
func (s *site) secondStepOpen(r *http.Request) (bool, error) {
	v := s.secondStep()
	token := v.token(r)
	if token.IsZero() {
		return false, nil
	}
	flow, err := s.SecondStep.Flow(r.Context(), token)
	if errors.Is(err, portal.ErrNoFlow) {
		return false, nil
	}
	// Before the password it may be that none has left, and the pair has to be typed again.
	return err == nil && !flow.First() && flow.GoesOn(v.now()), err
}

// giveUp ends what was begun in this browser without a session, and reports whether there was anything: whoever sits there says that it is
// another person's, or leaves.
func (s *site) giveUp(w http.ResponseWriter, r *http.Request) (begun bool, err error) {
	for _, v := range []recovery{s.secondStep(), s.recovery(portal.Reset), s.recovery(portal.Contact),
		s.recovery(portal.Confirmation)} {
		token := v.token(r)
		if token.IsZero() {
			continue
		}
		begun = true
		v.forgetToken(w)
		if err := s.Recovery.End(r.Context(), token); err != nil {
			return true, err
		}
	}
	if !s.linkingToken(r).IsZero() {
		begun = true
		s.setCookie(w, linkingCookie, "", 0)
	}
	return begun, nil
}
