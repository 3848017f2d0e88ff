package web

import (
	"net/http"
	"strconv"
	"time"

	"moncompte/server/keys"
)

// sessionProved is when the person showed last who they are: at the sign-in or since, in microseconds since 1970.
const sessionProved = "proved"

func provedAt(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// fresh reports whether the person has just shown who they are, as what changes the ways into an account asks for (OWASP ASVS 5.0
// V7.5.1).
func (s *site) fresh(r *http.Request) bool {
	at, err := strconv.ParseInt(s.sessions.GetString(r.Context(), sessionProved), 10, 64)
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
