package web

import (
	"net/http"

	"moncompte/server/portal"
)

// sessionRenew is the account whose password is too weak for today's rules, as one that was imported may be: in its session, which leads
// nowhere but to the choice of another one, and before it in a session of nobody's, while the code of the second step is awaited.
const sessionRenew = "renew"

// renewing reports whether who is signed in has to choose another password first.
func (s *site) renewing(r *http.Request) bool {
	return s.sessions.GetString(r.Context(), sessionRenew) != ""
}

// feeble reports whether the password that has just proved the account is too weak for today's rules, whatever it was typed for.
func (s *site) feeble(r *http.Request, account portal.AccountID, password string) (bool, error) {
	report, err := s.Recovery.CheckFor(r.Context(), account, password)
	return !report.OK(), err
}

// keepRenew notes for the second step that the password is to be replaced.
func (s *site) keepRenew(r *http.Request, p portal.Proven) error {
	return s.keepAnew(r, p.Shared, sessionRenew, string(p.Account))
}

// keptRenew reports whether keepRenew noted it of the account.
func (s *site) keptRenew(r *http.Request, account portal.AccountID) bool {
	return s.sessions.GetString(r.Context(), sessionRenew) == string(account)
}

// enter answers who has just signed in with a password.
func (s *site) enter(w http.ResponseWriter, r *http.Request, p portal.Proven) error {
	if p.Renew {
		s.keepWayBack(w, r)
		return redirect(w, r, passwordPath)
	}
	return s.arrive(w, r)
}
