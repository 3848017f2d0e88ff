package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"moncompte/components"
	"moncompte/server/portal"
)

const (
	passkeysPath = "/mon-compte/cles"
	sessionOffer = "offer" // set in the session of who may be told of passkeys
)

// offersPasskey reports whether Mon Compte tells the person of passkeys: once, after a sign-in that took more trouble.
func (s *site) offersPasskey(r *http.Request, id portal.AccountID) (bool, error) {
	if s.Passkeys == nil || s.sessions.GetString(r.Context(), sessionOffer) == "" {
		return false, nil
	}
	return s.Passkeys.Offer(r.Context(), id)
}

func (s *site) passkeysShow(w http.ResponseWriter, r *http.Request) error {
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	return s.passkeys(w, r, id, http.StatusOK, components.PasskeysView{})
}

// passkeysSubmit changes the account's passkeys. What opens or closes a way into the account needs a fresh proof; the password may come
// along with it.
func (s *site) passkeysSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	id, ok, err := s.signedIn(w, r)
	if !ok {
		return err
	}
	if r.PostForm.Has(fieldCurrentPassword) {
		proof, status, ok, err := s.proveByForm(w, r, id, passkeysPath)
		if err != nil {
			return err
		}
		if !ok {
			return s.passkeys(w, r, id, status, components.PasskeysView{Proof: &proof})
		}
	}
	ctx, passkey, by := r.Context(), r.PostForm.Get("cle"), about(r.Context()).loaded
	switch action := r.PostForm.Get("action"); {
	case action == "nommer":
		name := portal.PasskeyName(r.PostForm.Get("nom"))
		if name == "" {
			return s.passkeys(w, r, id, http.StatusUnprocessableEntity, components.PasskeysView{Problem: components.PasskeyNameMissing, Named: passkey})
		}
		return s.passkeysChanged(w, r, id, noticePasskeyRenamed, s.Passkeys.Rename(ctx, id, passkey, name))
	case action == "ajouter":
		// The challenge was given for a fresh proof, to this account and browser.
		err := s.Passkeys.Add(ctx, by, s.challenged(r), s.device(r), []byte(r.PostForm.Get("reponse")), s.deviceName(r))
		return s.passkeysChanged(w, r, id, noticePasskeyAdded, err)
	case action == "proposer", action == "plus-tard":
		if err := s.Passkeys.Offered(ctx, id); err != nil {
			return err
		}
		if action == "proposer" {
			w.WriteHeader(http.StatusNoContent) // to the script
			return nil
		}
		return redirect(w, r, "/mon-compte")
	case !s.fresh(r):
		return s.passkeys(w, r, id, http.StatusUnauthorized, components.PasskeysView{})
	case action == "demande":
		question, err := s.Passkeys.AskNew(ctx, id, s.challenge(w, r))
		if err != nil {
			return err
		}
		return sendJSON(w, http.StatusOK, json.RawMessage(question))
	case action == "supprimer":
		return s.passkeysChanged(w, r, id, noticePasskeyRemoved, s.Passkeys.Remove(ctx, by, passkey))
	}
	return redirect(w, r, passkeysPath)
}

// passkeysChanged says what was done, or why it was not.
func (s *site) passkeysChanged(w http.ResponseWriter, r *http.Request, id portal.AccountID, notice string, err error) error {
	var problem components.PasskeyProblem
	switch {
	case err == nil:
		s.leaveNotice(w, notice)
		return redirect(w, r, securityPath)
	case errors.Is(err, portal.ErrUnauthorized):
		return s.signedOut(w, r)
	case errors.Is(err, portal.ErrNoPasskey):
		problem = components.PasskeyGone
	case errors.Is(err, portal.ErrManyPasskeys):
		problem = components.PasskeyMany
	case errors.Is(err, portal.ErrLastWay):
		problem = components.PasskeyLastWay
	case errors.Is(err, portal.ErrPasskeyRefused), errors.Is(err, portal.ErrNoChallenge):
		problem = components.PasskeyFailed
	default:
		return err
	}
	return s.passkeys(w, r, id, http.StatusUnprocessableEntity, components.PasskeysView{Problem: problem})
}

// passkeys shows the page; view holds what the request has just done.
func (s *site) passkeys(w http.ResponseWriter, r *http.Request, id portal.AccountID, status int, view components.PasskeysView) error {
	has, err := s.passkeysView(r, id)
	if err != nil {
		return err
	}
	view.Page, view.Passkeys, view.Signals = has.Page, has.Passkeys, has.Signals
	if view.Proof == nil && !s.fresh(r) {
		proof, err := s.proofView(r, id, passkeysPath)
		if err != nil {
			return err
		}
		view.Proof = &proof
	}
	return s.render(w, r, status, components.Passkeys(view))
}

// passkeysView is the account's passkeys in Paris time.
func (s *site) passkeysView(r *http.Request, id portal.AccountID) (*components.PasskeysView, error) {
	all, err := s.Passkeys.List(r.Context(), id)
	if err != nil {
		return nil, err
	}
	view := &components.PasskeysView{Page: s.page(r)}
	replaced := portal.Replaced(all)
	for _, p := range all {
		used := time.Time{}
		if !p.Used.IsZero() {
			used = p.Used.In(s.paris)
		}
		view.Passkeys = append(view.Passkeys, components.PasskeyView{ID: p.ID, Name: p.Name, Added: p.At.In(s.paris), Used: used, Replaced: replaced[p.ID]})
	}
	signals, err := s.Passkeys.Signals(r.Context(), id, all)
	view.Signals = string(signals)
	return view, err
}

// deviceName is what a passkey is called until its owner calls it something else.
func (s *site) deviceName(r *http.Request) string {
	browser, system, _ := strings.Cut(browserName(r.UserAgent()), "/")
	if system == "" {
		return browser
	}
	return s.words(r).Account().BrowserOn(browser, system)
}
