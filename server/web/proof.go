package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const fieldCurrentPassword = "mot_de_passe_actuel"

// When the person showed last who they are, in microseconds since 1970.
const (
	sessionProved = "proved" // at the sign-in or since, by whatever
	sessionCoded  = "coded"  // since, by a code: see confirmDone
)

func provedAt(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// fresh reports whether the person has just shown who they are, as what changes the ways into an account asks for (OWASP ASVS 5.0
// V7.5.1).
func (s *site) fresh(r *http.Request) bool { return s.freshSince(r, sessionProved) }

// freshByCode reports whether it was by a code: only that stands for the current password where a new one is chosen (OWASP ASVS 5.0 V6.2.3).
func (s *site) freshByCode(r *http.Request) bool { return s.freshSince(r, sessionCoded) }

func (s *site) freshSince(r *http.Request, key string) bool {
	at, err := strconv.ParseInt(s.sessions.GetString(r.Context(), key), 10, 64)
	return err == nil && s.Login.Fresh(time.UnixMicro(at))
}

// prove judges the password of who is signed in and notes that it was right. Its errors are those of portal.Login.Verify.
func (s *site) prove(r *http.Request, password string) error {
	at, err := s.Login.Confirm(r.Context(), s.account(r), keys.NewSecret(password), s.device(r), s.clientAddress(r))
	if err != nil {
		return err
	}
	s.sessions.Put(r.Context(), sessionProved, provedAt(at))
	return nil
}

// proofView asks for a proof: the password where the account has one, and a code where one can be sent, which leads back to that page.
func (s *site) proofView(r *http.Request, id portal.AccountID, back string) (components.ProofView, error) {
	account, err := s.Accounts.Account(r.Context(), id)
	if err != nil {
		return components.ProofView{}, err
	}
	view := components.ProofView{Page: s.page(r), NoPassword: account.Password.IsZero()}
	ways, err := s.Recovery.Channels(r.Context(), id)
	if len(ways) > 0 {
		view.Back = back
	}
	return view, err
}

// proveByForm judges the current password in the form. When it is not right it returns false, the status, and what the page says.
func (s *site) proveByForm(w http.ResponseWriter, r *http.Request, id portal.AccountID, back string) (view components.ProofView, status int, ok bool, err error) {
	if view, err = s.proofView(r, id, back); err != nil {
		return view, 0, false, err
	}
	typed := r.PostForm.Get(fieldCurrentPassword)
	if typed == "" {
		view.Missing = true
		return view, http.StatusUnprocessableEntity, false, nil
	}
	err = s.prove(r, typed)
	refused, domain := errors.AsType[*portal.Error](err)
	var login components.LoginView
	if !domain || !loginSays(w, refused, &login) {
		return view, 0, err == nil, err
	}
	view.Wrong, view.Wait, view.Busy = login.WrongPair, login.Wait, login.Busy
	return view, statuses[refused.Kind], false, nil
}

// freshOrProve is proveByForm for whoever has shown no proof a moment ago. What is typed is judged all the same.
func (s *site) freshOrProve(w http.ResponseWriter, r *http.Request, id portal.AccountID, back string) (view components.ProofView, status int, ok bool, err error) {
	if s.fresh(r) && !r.PostForm.Has(fieldCurrentPassword) {
		return view, 0, true, nil
	}
	return s.proveByForm(w, r, id, back)
}
