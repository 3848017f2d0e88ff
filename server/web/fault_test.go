package web_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/web"
)

// since returns what is logged while do runs.
func since(do func()) string {
	from := len(run.String())
	do()
	return run.String()[from:]
}

func TestAPanicIsAPageWithoutDetails(t *testing.T) {
	h := &hooks{}
	s := open(t, public, hooked(h))
	b := s.browser()
	b.signIn(nathalie, right)
	for _, value := range []any{"panic with " + run.secret("value of a panic", "something-typed-41"), errors.New("something-typed-41")} {
		h.account = func(portal.Account, error) (portal.Account, error) { panic(value) }
		var a answer
		log := since(func() { a = b.get("/mon-compte") })
		a.expect(t, "panic", http.StatusInternalServerError, securityHeaders)
		a.expect(t, "panic", http.StatusInternalServerError, header{"Content-Type": html, "Cache-Control": "no-store"})
		if !strings.Contains(a.body, "Ce problème vient de nous") {
			t.Error("the page does not say what happened")
		}
		for _, detail := range []string{"something-typed", "goroutine", ".go:", "panic"} {
			if strings.Contains(a.body, detail) {
				t.Errorf("the page holds %q", detail)
			}
		}
		if !strings.Contains(log, `"msg":"panic"`) || !strings.Contains(log, "fault_test.go") {
			t.Error("the log does not say where it happened")
		}
		if strings.Contains(log, "something-typed") {
			t.Error("the log holds the value of the panic")
		}
		if !strings.Contains(log, `"route":"GET /mon-compte","status":500`) {
			t.Error("the request is not logged with its status")
		}
	}
	h.account = func(portal.Account, error) (portal.Account, error) { panic(http.ErrAbortHandler) }
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("a request that is to be cut off is answered")
		}
	}()
	b.get("/mon-compte")
}

func TestAnUnknownErrorIsLoggedWholeAndNeverShown(t *testing.T) {
	h := &hooks{}
	s := open(t, local, hooked(h))
	b := s.browser()
	b.signIn(nathalie, right)
	h.account = func(portal.Account, error) (portal.Account, error) {
		return portal.Account{}, errors.New("relation accounts is on fire")
	}
	var a answer
	log := since(func() { a = b.get("/mon-compte") })
	a.expect(t, "fault", http.StatusInternalServerError, nil)
	if strings.Contains(a.body, "on fire") || !strings.Contains(log, "on fire") {
		t.Error("the reason is shown, or not logged")
	}
	reference := a.body[strings.Index(a.body, `class="reference">`)+len(`class="reference">`):]
	reference = reference[:strings.Index(reference, "<")]
	if len(reference) != 12 || strings.Count(log, `"request":"`+reference+`"`) != 2 {
		t.Errorf("the reference %q on the page does not find the two lines of the log", reference)
	}
	if !strings.Contains(log, `"session_account":"`+string(s.id(nathalie))+`"`) {
		t.Error("the log does not say whose session it was")
	}
}

func TestASessionThatCannotBeKeptIsNoSignIn(t *testing.T) {
	s := open(t, local, func(o *web.Options) { o.Login.Store = brokenSessions{o.Login.Store.(*store.Store)} })
	for _, headers := range []header{{}, {"HX-Request": "true"}} {
		b := s.browser()
		a := b.try(nathalie, right, headers)
		a.expect(t, "sign-in", http.StatusInternalServerError, header{"Content-Type": html})
		if b.cookie("session") != "" || b.isSignedIn() {
			t.Error("the browser holds a session that was not kept")
		}
		if strings.Contains(a.body, "disk is full") || !strings.Contains(a.body, "vient de nous") {
			t.Error("the page tells the reason, or not whose fault it is")
		}
		if a.Header.Get("Location") != "" || a.Header.Get("HX-Redirect") != "" {
			t.Error("a refusal leads on to Mon Compte")
		}
	}
	if history, err := s.store.SignIns(t.Context(), s.id(nathalie), keys.Secret{}); err != nil || len(history) != 0 {
		t.Errorf("%d sign-ins without a session are in the history (%v)", len(history), err)
	}
}

// The page that was asked for is replaced as a whole, with its headers.
func TestASessionThatCannotBeMovedOnIsSaidSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, local, func(o *web.Options) { o.Sessions = brokenSessions{o.Accounts.(*store.Store)} })
		b := s.browser()
		b.signIn(nathalie, right)
		before := b.cookie("session")
		b.get("/mon-compte").expect(t, "within the minute", http.StatusOK, nil)
		time.Sleep(2 * time.Minute)
		for path, headers := range map[string]header{"/mon-compte": {}, "/connexion": {}, "/": {"Accept-Encoding": "gzip"}} {
			a := b.get(path, headers)
			a.expect(t, path, http.StatusServiceUnavailable, header{"Content-Type": html, "Location": "", "Content-Encoding": "", "Retry-After": "5"})
			if strings.Contains(a.body, "Bonjour") || strings.Contains(a.body, "disk is full") || strings.Count(a.body, "<html") != 1 {
				t.Errorf("%s: the page tells the reason, or is followed by the other one", path)
			}
		}
		if b.cookie("session") != before {
			t.Error("the cookie of the session has changed")
		}
	})
}

func TestWithoutADatabaseThePagesOfEverybodyStand(t *testing.T) {
	s := open(t, public)
	signedIn := s.browser()
	signedIn.signIn(nathalie, right)
	check.OK(t, s.store.Close())
	for _, path := range []string{"/", "/connexion", "/aide", "/aide/numero", "/healthz", "/s/app.1111.css"} {
		s.browser().get(path).expect(t, path, http.StatusOK, nil)
	}
	s.browser().get("/readyz").expect(t, "readiness", http.StatusServiceUnavailable, header{"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})

	var faults []answer
	faults = append(faults, s.browser().try(nathalie, right), s.browser().try(nobody, wrong), signedIn.get("/mon-compte"),
		signedIn.get("/connexion"), signedIn.do(http.MethodPost, "/deconnexion", url.Values{}), s.browser().try(nathalie, right, header{"HX-Request": "true"}))
	for i, a := range faults {
		if a.StatusCode < 500 || a.Header.Get("Content-Type") != html || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("fault %d: status %d, %s, %s", i, a.StatusCode, a.Header.Get("Content-Type"), a.Header.Get("Cache-Control"))
		}
		if !strings.Contains(a.body, "essayer") && !strings.Contains(a.body, "essayez") {
			t.Errorf("fault %d: the page does not say what to do", i)
		}
		for _, detail := range []string{"sql", "SQL", "database", "closed", right, wrong} {
			if strings.Contains(a.body, detail) {
				t.Errorf("fault %d: the page holds a detail", i)
			}
		}
		a.expect(t, "fault", a.StatusCode, securityHeaders)
		for _, c := range a.Cookies() {
			if c.Value != "" {
				t.Errorf("fault %d: a cookie is set", i)
			}
		}
	}
}

func TestRequestsAreLoggedByRouteAndNeverByAddress(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	secret := run.secret("text in an address", "typed-in-the-address")
	var seen []string
	log := since(func() {
		for _, path := range []string{"/nulle-part/" + secret, "/aide/" + secret, "/connexion?identifiant=" + secret, "/aide?q=" + secret} {
			b.get(path)
		}
		b.do("TYPED-METHOD", "/", nil)
	})
	if strings.Contains(log, secret) || strings.Contains(log, "TYPED-METHOD") {
		t.Error("the log holds what was typed")
	}
	for line := range strings.Lines(log) {
		for _, want := range []string{`"route":"none","status":404`, `"route":"GET /aide/{page}","status":404`, `"route":"GET /connexion","status":200`,
			`"route":"GET /aide","status":200`, `"method":"other"`} {
			if strings.Contains(line, want) && strings.Contains(line, `"request":"`) && strings.Contains(line, `"took":`) {
				seen = append(seen, want)
			}
		}
	}
	if len(seen) != 5 {
		t.Errorf("logged: %v", seen)
	}
}
