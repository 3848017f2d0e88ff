package web

import (
	"errors"
	"net/http"

	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// recovery is a way by a code: to a new password, for a forgotten one or for the first one of an imported account, or by the steps of the
// code alone to what its purpose opens. All have the same steps under addresses of their own.
type recovery struct {
	*site
	way
	purpose portal.Purpose
}

// way is what tells one of them from another.
type way struct {
	base   string // the address of the first step
	cookie string // where the browser keeps the flow: several may be under way at once
	window bool   // its beginning is a proof already, which ends with the window
}

var ways = map[portal.Purpose]way{
	portal.Reset:   {"/mot-de-passe-oublie", recoveryCookie, false},
	portal.First:   {"/premiere-connexion", recoveryCookie, false},
	portal.Proof:   {linkingPath, recoveryCookie, false},
	portal.Second:  {"/connexion", stepCookie, true},
	portal.Contact: {contactsPath, contactCookie, true},

	portal.Confirmation: {confirmPath, confirmCookie, true},
}

func (s *site) recovery(p portal.Purpose) recovery { return recovery{s, ways[p], p} }

func (v recovery) first() bool { return v.purpose == portal.First }

func (v recovery) linking() bool { return v.purpose == portal.Proof }

// inside reports whether the way is one of who is signed in.
func (v recovery) inside() bool {
	return v.purpose == portal.Contact || v.purpose == portal.Confirmation
}

func (v recovery) second() bool { return v.purpose == portal.Second }

// recoveryCookie holds the token of a flow. It is a cookie of its own and not a session's: nobody is signed in, and it
// must still be there when the person comes back from the messages.
const recoveryCookie = "recuperation"

func (v recovery) token(r *http.Request) keys.Secret {
	c, err := r.Cookie(v.cookieName(v.cookie))
	if err != nil || len(c.Value) != 43 {
		return keys.Secret{}
	}
	return keys.NewSecret(c.Value)
}

func (v recovery) keepToken(w http.ResponseWriter, token keys.Secret) {
	if v.window {
		v.setWindowCookie(w, v.cookie, token.Reveal())
		return
	}
	v.setCookie(w, v.cookie, token.Reveal(), portal.FlowLife)
}

func (v recovery) forgetToken(w http.ResponseWriter) { v.setCookie(w, v.cookie, "", 0) }

// own lets nobody but the session that began the flow see its page.
func (v recovery) own(h handlerFunc) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, ok, err := v.signedIn(w, r); !ok {
			return err
		}
		_, err := v.Recovery.OwnFlow(r.Context(), about(r.Context()).loaded, v.token(r), v.purpose)
		if errors.Is(err, portal.ErrNoFlow) {
			v.forgetToken(w)
			return redirect(w, r, v.base)
		}
		if err != nil {
			return err
		}
		return h(w, r)
	}
}

// flow returns the browser's flow when it is one of this way and, as consumed says, before or after its code. Otherwise it
// leads to the step where the flow is, and returns false.
func (v recovery) flow(w http.ResponseWriter, r *http.Request, consumed bool) (portal.Flow, bool, error) {
	return v.flowOr(w, r, consumed, func() error { return redirect(w, r, v.base) })
}

// flowOr is flow with another answer for a browser that has none.
func (v recovery) flowOr(w http.ResponseWriter, r *http.Request, consumed bool, none func() error) (portal.Flow, bool, error) {
	flow, err := v.Recovery.Flow(r.Context(), v.token(r))
	if errors.Is(err, portal.ErrNoFlow) {
		return portal.Flow{}, false, none()
	}
	if err != nil {
		return portal.Flow{}, false, err
	}
	if v.second() != (flow.Purpose == portal.Second) {
		return portal.Flow{}, false, none() // it came in the other's cookie
	}
	if flow.Purpose == v.purpose && flow.Consumed.IsZero() != consumed {
		return flow, true, nil
	}
	step := "/code"
	switch {
	case flow.Consumed.IsZero():
	case flow.Purpose != portal.Reset && flow.Purpose != portal.First:
		step = ""
	default:
		step = "/nouveau"
	}
	return portal.Flow{}, false, redirect(w, r, ways[flow.Purpose].base+step)
}

func channelOf(c portal.Channel) components.Channel {
	switch c {
	case portal.SMS:
		return components.SMS
	case portal.Email:
		return components.Email
	}
	return 0
}
