package web

import (
	"net/http"

	"moncompte/app/nir"
	"moncompte/components"
)

func (s *site) loginShow(w http.ResponseWriter, r *http.Request) error {
	if s.account(r) != "" {
		return redirect(w, r, "/mon-compte")
	}
	view := s.loginView(r)
	view.Notice = notices[s.takeNotice(w, r)]
	return s.render(w, r, http.StatusOK, components.Login(view))
}

func (s *site) loginView(r *http.Request) components.LoginView {
	return components.LoginView{Page: s.page(r), ProvisionalPattern: s.provisional(), FranceConnect: s.franceConnectView()}
}

// provisional is the shape of provisional identifiers, for the check in the browser.
func (s *site) provisional() string {
	if s.Provisional == nil {
		return nir.DefaultPattern
	}
	return s.Provisional.String()
}
