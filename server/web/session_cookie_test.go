package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"moncompte/server/portal"
)

// A slow answer that began before the sign-out comes after it: its cookie would bring the token back into the browser, dead or, where
// the session could not be ended, alive.
func TestAnAnswerThatComesAfterTheSignOutBringsNoCookieBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finish := make(chan struct{})
		h := &hooks{}
		s := open(t, local, hooked(h))
		b := s.browser()
		b.signIn(nathalie, right)
		slow := s.with("session", b.cookie("session"))
		h.account = func(a portal.Account, err error) (portal.Account, error) { <-finish; return a, err }
		late := make(chan answer, 1)
		go func() { late <- slow.get("/mon-compte") }()
		synctest.Wait()
		b.do(http.MethodPost, "/deconnexion", url.Values{}).expect(t, "sign-out", http.StatusSeeOther, nil)
		close(finish)
		for _, c := range (<-late).Cookies() {
			if c.Name == "session" {
				t.Error("the late answer sets the cookie of the session that was ended")
			}
		}
	})
}
