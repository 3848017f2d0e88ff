package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/portal"
)

const disowningPath = "/ce-n-etait-pas-moi/"

// disowningShow says what the button does. It changes nothing, since mail programs open the addresses of a mail by themselves.
func (s *site) disowningShow(w http.ResponseWriter, r *http.Request) error {
	_, err := s.Recovery.Disowning(r.Context(), portal.ParseDisowning(r.PathValue("token")))
	if errors.Is(err, portal.ErrNoDisowning) {
		return s.disowningOver(w, r)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, components.Disowning(components.DisowningView{Page: s.page(r), Token: r.PathValue("token")}))
}

// disowningSubmit ends everything and leads to the code for a new password.
func (s *site) disowningSubmit(w http.ResponseWriter, r *http.Request) error {
	flow, err := s.Recovery.Disown(r.Context(), portal.ParseDisowning(r.PathValue("token")))
	refused, domain := errors.AsType[*portal.Error](err)
	v := s.recovery(portal.Reset)
	switch {
	case errors.Is(err, portal.ErrNoDisowning):
		return s.disowningOver(w, r)
	case domain && refused.Kind == portal.KindThrottled: // all has ended; the code is asked for on the page, which says when it can be
		s.leaveNotice(w, noticeDisowned)
		return redirect(w, r, v.base)
	case err != nil:
		return err
	}
	v.keepToken(w, flow)
	s.leaveNotice(w, noticeDisowned)
	return redirect(w, r, v.base+"/code")
}

func (s *site) disowningOver(w http.ResponseWriter, r *http.Request) error {
	view := components.DisowningView{Page: s.page(r), Over: true}
	return s.render(w, r, http.StatusNotFound, components.Disowning(view))
}
