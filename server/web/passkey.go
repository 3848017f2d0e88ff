package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// challengeCookie binds the challenges of all tabs to this browser. It holds no more than a random token.
const challengeCookie = "cle"

func (s *site) challenged(r *http.Request) keys.Secret {
	c, err := r.Cookie(s.cookieName(challengeCookie))
	if err != nil {
		return keys.Secret{}
	}
	return portal.ParseToken(c.Value)
}

// challenge returns the browser's token, or a new one, and keeps it for as long as the challenge that begins may last: one that was given
// to another tab a moment ago stays good.
func (s *site) challenge(w http.ResponseWriter, r *http.Request) keys.Secret {
	token := s.challenged(r)
	if token.IsZero() {
		token = portal.NewToken()
	}
	s.setCookie(w, challengeCookie, token.Reveal(), portal.ChallengeLife)
	return token
}

// passkeyAsk answers with what the browser has to ask its devices.
func (s *site) passkeyAsk(w http.ResponseWriter, r *http.Request) error {
	question, err := s.Passkeys.Ask(r.Context(), s.challenge(w, r), s.clientAddress(r))
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, json.RawMessage(question))
}

// passkeyAnswer is what the script is told of an answer.
type passkeyAnswer struct {
	Location string `json:"location,omitempty"` // where to go, signed in
	Unknown  bool   `json:"unknown,omitempty"`  // certain: no account has the passkey, so that the device may forget it
}

// passkeySubmit signs in whose passkey has answered.
func (s *site) passkeySubmit(w http.ResponseWriter, r *http.Request) error {
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		return formError(err)
	}
	proven, err := s.Passkeys.Recognise(r.Context(), s.challenged(r), answer, s.device(r))
	if err == nil {
		proven.Shared = sharedAsked(r)
		var session newSession
		if session, err = s.newSession(r, proven); err != nil {
			return err
		}
		if err = s.Passkeys.Enter(r.Context(), proven, session.row); err == nil {
			s.openSession(w, r, session, proven.Device)
			return sendJSON(w, http.StatusOK, passkeyAnswer{Location: s.arrival(w, r)})
		}
	}
	if portal.ErrorKind(err) != portal.KindUnauthorized {
		return err
	}
	w.Header().Set("WWW-Authenticate", challenge)
	return sendJSON(w, http.StatusUnauthorized, passkeyAnswer{Unknown: errors.Is(err, portal.ErrNoPasskey)})
}

// sendJSON answers a script. Nothing of it is kept.
func sendJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body) // when the person has left there is nobody to tell
	return nil
}
