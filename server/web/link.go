package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// linkAsked is the query of who is signed in and wants FranceConnect to open their account.
const linkAsked = "relier"

// linkStart returns the session of who wants a link, "" of who wants to sign in. A link opens a way into the account, so that it wants a fresh
// proof. It returns false when it has answered.
func (s *site) linkStart(w http.ResponseWriter, r *http.Request) (session string, ok bool, err error) {
	if r.URL.Query().Get(linkAsked) != "1" {
		return "", true, nil
	}
	if _, ok, err := s.signedIn(w, r); !ok {
		return "", false, err
	}
	if !s.fresh(r) {
		return "", false, redirect(w, r, securityPath)
	}
	return about(r.Context()).session, true, nil
}

// linkProve notes the proof of who wants a link. The page then has the link that leads away: a form may not end on another origin.
func (s *site) linkProve(w http.ResponseWriter, r *http.Request, id portal.AccountID) error {
	proof, status, ok, err := s.freshOrProve(w, r, id, securityPath)
	if err != nil {
		return err
	}
	if !ok {
		return s.security(w, r, id, status, components.SecurityView{Proof: &proof})
	}
	return redirect(w, r, securityPath+"#lien")
}

// linkReturn links the identity to the account that is signed in, or says why not; finished is what came of the way back. Nobody is signed in
// or out by it.
func (s *site) linkReturn(w http.ResponseWriter, r *http.Request, visit portal.Visit, identity portal.Identity, finished error) error {
	by := about(r.Context()).loaded
	if s.account(r) == "" || about(r.Context()).session != visit.Session {
		return s.franceConnectProblem(w, r, http.StatusBadRequest, components.FranceConnectExpired)
	}
	if finished != nil {
		return s.linkFailed(w, r, by.Account, finished)
	}
	err := s.FranceConnect.Linking.Add(r.Context(), by, visit, identity)
	switch {
	case errors.Is(err, portal.ErrUnauthorized):
		return s.signedOut(w, r)
	case errors.Is(err, portal.ErrAnotherPerson):
		return s.linkRefused(w, r, by.Account, http.StatusForbidden, components.FranceConnectAnother)
	case errors.Is(err, portal.ErrLinkedElsewhere):
		return s.linkRefused(w, r, by.Account, http.StatusForbidden, components.FranceConnectTaken)
	case err != nil:
		return err
	}
	// The sign-out ends the provider's session too, which is open in this browser now.
	s.sessions.Put(r.Context(), sessionHint, sealHint(keys.NewSecret(s.sessions.Token(r.Context())), identity.IDToken))
	s.leaveNotice(w, noticeLinked)
	return redirect(w, r, securityPath)
}

// linkFailed is franceConnectFailed for who is signed in.
func (s *site) linkFailed(w http.ResponseWriter, r *http.Request, id portal.AccountID, err error) error {
	failure, ok := errors.AsType[*portal.ProviderError](err)
	if !ok {
		return err
	}
	s.Log.InfoContext(r.Context(), "linking refused: no identity", "event", "linking", "account", id, "outcome", failure.Kind)
	if failure.Kind == portal.Cancelled {
		s.leaveNotice(w, noticeCancelled)
		return redirect(w, r, securityPath)
	}
	shown := problemOf(w, failure)
	return s.linkRefused(w, r, id, shown.status, shown.problem)
}

func (s *site) linkRefused(w http.ResponseWriter, r *http.Request, id portal.AccountID, status int, problem components.FranceConnectProblem) error {
	return s.security(w, r, id, status, components.SecurityView{LinkProblem: &components.FranceConnectProblemView{Page: s.page(r), Problem: problem,
		Plus: s.FranceConnect.Plus}})
}
