package web

import (
	"errors"
	"net/http"

	"moncompte/app/nir"
	"moncompte/components"
	"moncompte/server/portal"
)

// codeFirst leads to the page of the code before the password is judged, whether or not there is such an account.
func (s *site) codeFirst(w http.ResponseWriter, r *http.Request, n nir.Number, view components.LoginView) error {
	v := s.secondStep()
	token, err := s.SecondStep.First(r.Context(), n, v.token(r), portal.StartRequest{Address: s.clientAddress(r), Device: s.device(r), Shared: view.Shared})
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
