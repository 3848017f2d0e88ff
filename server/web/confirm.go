package web

import (
	"errors"
	"net/http"
	"slices"

	"moncompte/components"
	"moncompte/server/portal"
)

const (
	confirmPath    = "/mon-compte/confirmer"
	confirmCookie  = "confirmer"
	sessionConfirm = "confirm" // the page that a confirmation leads back to
)

// confirmBacks are the pages that ask for a proof.
var confirmBacks = []string{securityPath, passwordPath, passkeysPath, contactsBack(components.Email), contactsBack(components.SMS)}

// confirmBack is where the confirmation leads to: where the request says, or the one before said.
func (s *site) confirmBack(r *http.Request) string {
	for _, said := range []string{r.FormValue(fieldBack), s.sessions.GetString(r.Context(), sessionConfirm)} {
		if slices.Contains(confirmBacks, said) {
			return said
		}
	}
	return securityPath
}

// confirmShow asks by which channel a code is to come, for who does not give the password. It sends nothing.
func (s *site) confirmShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	back := s.confirmBack(r)
	if s.freshByCode(r) {
		return redirect(w, r, back) // of two clicks the other one was faster
	}
	view, err := s.confirmView(r, id, back)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, components.Confirm(view))
}

func (s *site) confirmView(r *http.Request, id portal.AccountID, back string) (components.ConfirmView, error) {
	view := components.ConfirmView{Page: s.page(r), Back: back}
	email, phone, err := s.Recovery.Contacts(r.Context(), id)
	if err != nil {
		return view, err
	}
	ways, err := s.Recovery.Channels(r.Context(), id)
	if slices.Contains(ways, portal.SMS) {
		view.Phone = phone
	}
	if slices.Contains(ways, portal.Email) {
		view.Email = email
	}
	return view, err
}

// confirmSubmit sends the code.
func (s *site) confirmSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	back, channel := s.confirmBack(r), portal.Channel(r.PostForm.Get("canal"))
	s.sessions.Put(r.Context(), sessionConfirm, back)
	v := s.recovery(portal.Confirmation)
	if channelOf(channel) == 0 {
		return redirect(w, r, v.base)
	}
	token, err := s.Recovery.BeginConfirmation(r.Context(), about(r.Context()).loaded, channel)
	refused, domain := errors.AsType[*portal.Error](err)
	switch {
	case errors.Is(err, portal.ErrUnauthorized):
		return s.signedOut(w, r)
	case domain && refused.Kind == portal.KindThrottled:
		view, err := s.confirmView(r, id, back)
		if err != nil {
			return err
		}
		view.NextSend = v.soon(refused.Wait)
		retryAfter(w, refused.Wait)
		return s.render(w, r, http.StatusTooManyRequests, components.Confirm(view))
	case err != nil:
		return err
	}
	v.keepToken(w, token)
	return redirect(w, r, v.base+"/code")
}

// confirmDone notes the proof of who has just given the code, and goes on.
func (v recovery) confirmDone(w http.ResponseWriter, r *http.Request, on func() error) error {
	at, err := v.Recovery.Confirmed(r.Context(), about(r.Context()).loaded, v.token(r))
	switch {
	case errors.Is(err, portal.ErrNoFlow):
		return redirect(w, r, v.base)
	case errors.Is(err, portal.ErrUnauthorized):
		return v.signedOut(w, r)
	case err != nil:
		return err
	}
	v.sessions.Put(r.Context(), sessionProved, provedAt(at))
	v.sessions.Put(r.Context(), sessionCoded, provedAt(at))
	v.forgetToken(w)
	return on()
}

// orCode lets a form bring along the code that this session has asked for: it is judged as on its page, which says what is wrong with it, and the
// form then comes with a fresh proof.
func (s *site) orCode(h handlerFunc) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return formError(err)
		}
		if s.account(r) == "" || !r.PostForm.Has("code") {
			return h(w, r)
		}
		v := s.recovery(portal.Confirmation)
		_, err := s.Recovery.OwnFlow(r.Context(), about(r.Context()).loaded, v.token(r), v.purpose)
		if errors.Is(err, portal.ErrNoFlow) {
			return h(w, r) // which asks for a proof
		}
		if err != nil {
			return err
		}
		return v.codeJudged(w, r, func(w http.ResponseWriter, r *http.Request, _ portal.Flow) error {
			return v.confirmDone(w, r, func() error { return h(w, r) })
		})
	}
}
