package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

// codeFirst leads to the page of the code, which has left if the pair is right: nobody is told before.
func (s *site) codeFirst(w http.ResponseWriter, r *http.Request, given portal.SignInRequest, view components.LoginView) error {
	v := s.secondStep()
	token, err := s.SecondStep.First(r.Context(), given, view.Shared)
	if refused, ok := errors.AsType[*portal.Error](err); ok {
		return s.loginRefusedBy(w, r, refused, view)
	}
	if err != nil {
		return err
	}
	v.keepToken(w, token)
	s.keepWayBack(w, r)
	return redirect(w, r, v.base+"/code")
}

// codeFirstDone leads back to the sign-in page, where the password is judged now. It returns false for a code that came after it.
func (v recovery) codeFirstDone(w http.ResponseWriter, r *http.Request) (bool, error) {
	device, shared, err := v.SecondStep.Admit(r.Context(), v.token(r), v.device(r))
	if errors.Is(err, portal.ErrNoFlow) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if shared {
		v.setWindowCookie(w, deviceCookie, device.Reveal())
	} else {
		v.keepDevice(w, device)
	}
	v.forgetToken(w)
	v.leaveNotice(w, noticeCodeFirst)
	return true, redirect(w, r, v.base)
}
