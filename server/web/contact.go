package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

const (
	contactsPath  = "/mon-compte/coordonnees"
	contactCookie = "coordonnees"
)

func (s *site) contactsShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	view, err := s.contactsView(r, id)
	if err != nil {
		return err
	}
	view.Changing = channelOf(portal.Channel(r.URL.Query().Get("changer")))
	if view.Changing != 0 && !s.fresh(r) {
		proof, err := s.proofView(r, id, contactsBack(view.Changing))
		if err != nil {
			return err
		}
		view.Proof = &proof
	}
	return s.render(w, r, http.StatusOK, components.Contacts(view))
}

// contactsBack is the page that asks for a new address.
func contactsBack(c components.Channel) string {
	if c == components.SMS {
		return contactsPath + "?changer=sms"
	}
	return contactsPath + "?changer=email"
}

func (s *site) contactsView(r *http.Request, id portal.AccountID) (components.ContactsView, error) {
	view := components.ContactsView{Page: s.page(r)}
	var err error
	view.Email, view.Phone, err = s.Recovery.Contacts(r.Context(), id)
	return view, err
}

// contactsSubmit sends a code to the new address of who has shown a fresh proof (OWASP ASVS 5.0 V7.5.1, V6.3.7).
func (s *site) contactsSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	view, err := s.contactsView(r, id)
	if err != nil {
		return err
	}
	channel, field := portal.Email, "email"
	if r.PostForm.Has("mobile") {
		channel, field = portal.SMS, "mobile"
	}
	view.Changing, view.Typed = channelOf(channel), r.PostForm.Get(field)
	to, readable := s.Recovery.ReadContact(channel, view.Typed)
	switch {
	case view.Typed == "":
		view.Problem = components.ContactMissing
	case !readable:
		view.Problem = components.ContactWrong
	}
	proof, status, ok, err := s.freshOrProve(w, r, id, contactsBack(view.Changing))
	if err != nil {
		return err
	}
	if !ok {
		view.Proof = &proof
		return s.contactsRefused(w, r, status, view)
	}
	if view.Problem != 0 {
		return s.contactsRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	token, err := s.Recovery.BeginContact(r.Context(), about(r.Context()).loaded, channel, to)
	refused, domain := errors.AsType[*portal.Error](err)
	switch {
	case errors.Is(err, portal.ErrSameContact):
		view.Problem = components.ContactSame
		return s.contactsRefused(w, r, http.StatusUnprocessableEntity, view)
	case errors.Is(err, portal.ErrUnauthorized):
		return s.signedOut(w, r)
	case domain && refused.Kind == portal.KindThrottled:
		view.Wait = refused.Wait
		retryAfter(w, refused.Wait)
		return s.contactsRefused(w, r, http.StatusTooManyRequests, view)
	case err != nil:
		return err
	}
	v := s.recovery(portal.Contact)
	v.keepToken(w, token)
	return redirect(w, r, v.base+"/code")
}

func (s *site) contactsRefused(w http.ResponseWriter, r *http.Request, status int, view components.ContactsView) error {
	if htmx(w, r) {
		return s.render(w, r, status, components.ContactsMessages(view))
	}
	return s.render(w, r, status, components.Contacts(view))
}

// contactDone changes the address whose code has just been given.
func (v recovery) contactDone(w http.ResponseWriter, r *http.Request, channel portal.Channel) error {
	err := v.Recovery.ChangeContact(r.Context(), about(r.Context()).loaded, v.token(r))
	switch {
	case errors.Is(err, portal.ErrNoFlow):
		return redirect(w, r, v.base) // of two clicks the other one was faster: the page shows the new address
	case errors.Is(err, portal.ErrUnauthorized):
		return v.signedOut(w, r)
	case err != nil:
		return err
	}
	v.forgetToken(w)
	notice := noticeEmailChanged
	if channel == portal.SMS {
		notice = noticePhoneChanged
	}
	v.leaveNotice(w, notice)
	return redirect(w, r, securityPath)
}
