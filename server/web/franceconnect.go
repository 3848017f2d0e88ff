package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"time"

	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// FranceConnect is what the site needs to offer it.
type FranceConnect struct {
	Provider Provider
	Linking  *portal.Linking
	Issuer   string
	Plus     bool // FranceConnect+
}

// Provider is the relying party's side of FranceConnect. Its errors are a *portal.ProviderError where the person has to be
// told something particular; it writes them to the log itself.
type Provider interface {
	// Start returns the address to send the browser to, and the visit to keep until it comes back.
	Start(ctx context.Context) (address string, v portal.Visit, err error)
	// Finish verifies what the browser brought back from a visit, which is zero when the browser is on none.
	Finish(ctx context.Context, q url.Values, v portal.Visit) (portal.Identity, error)
	// LogoutAddress returns where the browser must go to end the provider's own session.
	LogoutAddress(ctx context.Context, v portal.Visit) (string, error)
	// JWKS is the set of public keys that FranceConnect+ encrypts to.
	JWKS() []byte
}

// visitCookie binds the visits of all tabs to this browser. Lax, because the way back comes from another site.
const visitCookie = "visite"

// traveller returns the browser's token, zero when it has none.
func (s *site) traveller(r *http.Request) keys.Secret {
	c, err := r.Cookie(s.cookieName(visitCookie))
	if err != nil || len(c.Value) != 43 {
		return keys.Secret{}
	}
	return keys.NewSecret(c.Value)
}

// newTraveller returns the browser's token, or a new one, and keeps it for as long as the visit that begins may last.
func (s *site) newTraveller(w http.ResponseWriter, r *http.Request) keys.Secret {
	token := s.traveller(r)
	if token.IsZero() {
		token = portal.NewToken()
	}
	s.setCookie(w, visitCookie, token.Reveal(), portal.VisitLife)
	return token
}

// signOutHint returns the id_token of a session that FranceConnect opened, zero for any other.
func (s *site) signOutHint(r *http.Request) keys.Secret {
	sealed := s.sessions.GetString(r.Context(), sessionHint)
	if s.FranceConnect == nil || sealed == "" {
		return keys.Secret{}
	}
	return openHint(keys.NewSecret(s.sessions.Token(r.Context())), sealed)
}

const hintSeal = "id_token"

var hintEncoding = base64.RawStdEncoding

// sealHint seals the id_token for the session, whose data keeps it until the sign-out, under the session's own token: the database
// has neither, and no change of keys touches it.
func sealHint(session, idToken keys.Secret) string {
	if idToken.IsZero() {
		return ""
	}
	return hintEncoding.EncodeToString(keys.SealUnder(session, hintSeal, []byte(idToken.Reveal())))
}

// openHint is the inverse of sealHint; zero when the seal cannot be opened, and the sign-out is then a local one.
func openHint(session keys.Secret, sealed string) keys.Secret {
	b, err := hintEncoding.DecodeString(sealed)
	if err != nil {
		return keys.Secret{}
	}
	plain, err := keys.OpenUnder(session, hintSeal, b)
	if err != nil {
		return keys.Secret{}
	}
	return keys.NewSecret(string(plain))
}

// signOutHere ends the session that is open in this browser, if there is one: somebody else may have come back.
func (s *site) signOutHere(r *http.Request) error {
	know := about(r.Context())
	if know.account == "" {
		return nil
	}
	know.account, know.session = "", ""
	return s.sessions.Destroy(r.Context())
}

// franceConnectView is the button, nil when it is not offered.
func (s *site) franceConnectView() *components.FranceConnectView {
	if s.FranceConnect == nil {
		return nil
	}
	return &components.FranceConnectView{Plus: s.FranceConnect.Plus}
}

// unavailableFor is when who finds the provider down is told to come back.
const unavailableFor = 30 * time.Second

// shownProblem is what the person reads of a failure, and the status that goes with it.
type shownProblem struct {
	problem components.FranceConnectProblem
	status  int
}

// problems are those of the failures. None is a 500: whatever a provider sends, it is no fault of ours that the person could do something
// about.
var problems = map[portal.FailureKind]shownProblem{
	portal.Expired:       {components.FranceConnectExpired, http.StatusBadRequest},
	portal.Refused:       {components.FranceConnectRefused, http.StatusForbidden},
	portal.Unavailable:   {components.FranceConnectUnavailable, http.StatusServiceUnavailable},
	portal.Misconfigured: {components.FranceConnectFailed, http.StatusBadGateway},
	portal.Invalid:       {components.FranceConnectFailed, http.StatusBadGateway},
}

// problemOf is what is shown of a failure. It says when to come back where that helps.
func problemOf(w http.ResponseWriter, failure *portal.ProviderError) shownProblem {
	shown, known := problems[failure.Kind]
	if !known {
		shown = problems[portal.Invalid]
	}
	if shown.status == http.StatusServiceUnavailable {
		retryAfter(w, unavailableFor)
	}
	return shown
}

// franceConnectFailed shows the page of a failure: a sentence of ours, and never anything of the answer.
func (s *site) franceConnectFailed(w http.ResponseWriter, r *http.Request, err error) error {
	failure, ok := errors.AsType[*portal.ProviderError](err)
	if !ok {
		return err
	}
	s.Log.InfoContext(r.Context(), "sign-in refused: no identity", "event", "sign-in", "method", portal.FranceConnect, "outcome", failure.Kind)
	if failure.Kind == portal.Cancelled { // no fault: all the ways in are there again
		s.leaveNotice(w, noticeCancelled)
		return redirect(w, r, "/connexion")
	}
	shown := problemOf(w, failure)
	return s.franceConnectProblem(w, r, shown.status, shown.problem)
}

func (s *site) franceConnectProblem(w http.ResponseWriter, r *http.Request, status int, problem components.FranceConnectProblem) error {
	return s.render(w, r, status, components.FranceConnectProblemPage(
		components.FranceConnectProblemView{Page: s.page(r), Problem: problem, Plus: s.FranceConnect.Plus}))
}

// franceConnectKeys publishes the keys that FranceConnect+ encrypts to (RFC 7517 §5). It reads them at any moment, and
// after a change within the ten minutes that they may be kept.
func (s *site) franceConnectKeys(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=600")
	w.Write(s.FranceConnect.Provider.JWKS()) // an error says that the reader has left
	return nil
}
