package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/web"
)

func TestCookiesAreForThisHostAlone(t *testing.T) {
	for base, prefix := range map[string]string{local: "", public: "__Host-"} {
		s := open(t, base)
		b := s.browser()
		set := map[string]*http.Cookie{}
		keep := func(a answer) {
			for _, c := range a.Cookies() {
				set[c.Name] = c
			}
		}
		keep(b.try(nathalie, right))
		keep(b.do(http.MethodPost, "/deconnexion", url.Values{}))
		signedIn := s.browser().try(nathalie, right)
		if len(signedIn.Cookies()) != 2 || len(set) != 3 {
			t.Errorf("%s: %d cookies at sign-in, %d in all; want 2 and 3", base, len(signedIn.Cookies()), len(set))
		}
		for name, age := range map[string]int{"appareil": 400 * 24 * 60 * 60, "session": -1, "notice": 60} {
			c := set[prefix+name]
			if c == nil {
				t.Errorf("%s: no cookie %s", base, prefix+name)
				continue
			}
			if c.Path != "/" || c.Domain != "" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != (base == public) || c.MaxAge != age {
				t.Errorf("%s: %s is set as %s", base, c.Name, strings.Replace(c.String(), c.Value, "…", 1))
			}
		}
		for _, c := range signedIn.Cookies() {
			if c.Name == prefix+"session" && (c.MaxAge != 0 || !c.Expires.IsZero() || len(c.Value) != 43 || !c.HttpOnly || c.Secure != (base == public) || c.SameSite != http.SameSiteLaxMode) {
				t.Errorf("%s: the session outlives the browser, or its token is short", base)
			}
		}
	}
}

func TestWhoeverOnlyLooksGetsNoCookie(t *testing.T) {
	s := open(t, public)
	for _, path := range []string{"/", "/connexion", "/aide", "/aide/numero", "/mon-compte", "/nulle-part", "/healthz", "/auth/verify", "/s/app.1111.css"} {
		if a := s.browser().get(path); len(a.Cookies()) != 0 {
			t.Errorf("%s sets %d cookies", path, len(a.Cookies()))
		}
	}
}

func TestSigningInChangesTheToken(t *testing.T) {
	s := open(t, public)
	const name = "__Host-session"
	planted := run.secret("planted token", "PlantedPlantedPlantedPlantedPlantedPlanted0")
	victim := s.with(name, planted)
	victim.signIn(nathalie, right)
	if victim.cookie(name) == planted || s.with(name, planted).isSignedIn() {
		t.Error("a token known from before the sign-in is signed in")
	}
	first := victim.cookie(name)
	victim.signIn(nathalie, right)
	if victim.cookie(name) == first || s.with(name, first).isSignedIn() {
		t.Error("the token of the session before outlives a new sign-in")
	}
	if !victim.isSignedIn() {
		t.Error("the new session is not signed in")
	}
}

func TestOneBrowserServesTwoPeopleOneAfterTheOther(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	b.signIn(nathalie, right)
	before := b.cookie("session")
	b.signIn(jean, jeans) // without signing out first
	if page := b.get("/mon-compte").body; !strings.Contains(page, "Bonjour Jean Paul<") || strings.Contains(page, "Nathalie") {
		t.Error("the second person does not see their own account")
	}
	if s.with("session", before).isSignedIn() {
		t.Error("the first person's session is still open")
	}
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	b.signIn(nathalie, right)
	if page := b.get("/mon-compte").body; !strings.Contains(page, "Bonjour Nathalie") || strings.Contains(page, "PETIT") {
		t.Error("the first person does not see their own account")
	}
}

func TestTheTokenIsNotWhatIsStored(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	b.signIn(nathalie, right)
	for _, token := range []string{b.cookie("session"), b.cookie("session")[:20], "", "x"} {
		if row, err := s.store.Session(t.Context(), token); err != nil || row.Token != "" {
			t.Errorf("the database knows the token itself (%v)", err)
		}
	}
	open, err := s.store.OpenSessions(t.Context(), s.id(nathalie))
	if err != nil || len(open) != 1 || open[0].ID == b.cookie("session") {
		t.Fatalf("open sessions: %d, %v", len(open), err)
	}
	if s.with("session", open[0].ID).isSignedIn() {
		t.Error("the name of a session, which its owner's pages use, opens it")
	}
}

func TestASignedOutCookieStaysDeadWithRequestsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finish := make(chan struct{})
		h := &hooks{}
		s := open(t, local, hooked(h))
		b := s.browser()
		b.signIn(nathalie, right)
		old := b.cookie("session")
		time.Sleep(5 * time.Minute) // the clock of the bubble: from now on a request moves the end of the session on

		h.account = func(a portal.Account, err error) (portal.Account, error) { <-finish; return a, err }
		var all sync.WaitGroup
		for range 10 {
			slow := s.with("session", old)
			all.Go(func() {
				if a := slow.get("/mon-compte"); a.StatusCode != http.StatusOK {
					t.Errorf("a request that began before the sign-out: status %d", a.StatusCode)
				}
			})
		}
		synctest.Wait() // all ten have loaded the session and wait for the account
		b.do(http.MethodPost, "/deconnexion", url.Values{}).expect(t, "sign-out", http.StatusSeeOther, nil)
		close(finish)
		all.Wait()
		if s.with("session", old).isSignedIn() {
			t.Error("a request that was under way revived the session")
		}
		if open, err := s.store.OpenSessions(t.Context(), s.id(nathalie)); err != nil || len(open) != 0 {
			t.Errorf("%d sessions are open, %v", len(open), err)
		}
	})
}

func TestASignedOutCookieIsDeadWhateverRunsBesideIt(t *testing.T) {
	s := open(t, local, func(o *web.Options) { o.Idle = 2 * time.Hour })
	for range 5 {
		b := s.browser()
		b.signIn(nathalie, right)
		old := b.cookie("session")
		var all sync.WaitGroup
		for _, path := range []string{"/mon-compte", "/mon-compte/securite", "/", "/connexion", "/auth/verify", "/aide"} {
			beside := s.with("session", old)
			all.Go(func() {
				for range 4 {
					beside.get(path)
				}
			})
		}
		all.Go(func() { b.do(http.MethodPost, "/deconnexion", url.Values{}) })
		all.Wait()
		if s.with("session", old).isSignedIn() {
			t.Fatal("signed in with a signed-out cookie")
		}
	}
}

func TestASessionEndsAfterHalfAnHourWithoutARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, local)
		b := s.browser()
		b.signIn(nathalie, right)
		for range 4 { // two hours in all: each request counts
			time.Sleep(28 * time.Minute)
			if !b.isSignedIn() {
				t.Fatal("the session ended although it was used")
			}
		}
		time.Sleep(30*time.Minute + time.Second)
		if b.isSignedIn() {
			t.Error("the session did not end after half an hour")
		}
	})
}

func TestASessionEndsAfterEightHoursHoweverMuchItIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, local)
		b := s.browser()
		b.signIn(nathalie, right)
		began := time.Now()
		for time.Since(began) < 8*time.Hour-20*time.Minute {
			time.Sleep(20 * time.Minute)
			if !b.isSignedIn() {
				t.Fatalf("the session ended after %s", time.Since(began))
			}
		}
		time.Sleep(20*time.Minute + time.Second)
		if b.isSignedIn() {
			t.Error("the session did not end after eight hours")
		}
	})
}

func TestTheTwoEndsOfASessionAreSettings(t *testing.T) {
	for name, o := range map[string]web.Options{"idle": {Idle: 5 * time.Minute}, "absolute": {Idle: time.Hour, Lifetime: 5 * time.Minute}} {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, local, func(w *web.Options) { w.Idle, w.Lifetime = o.Idle, o.Lifetime })
			b := s.browser()
			b.signIn(nathalie, right)
			time.Sleep(5*time.Minute - time.Second)
			if !s.with("session", b.cookie("session")).isSignedIn() {
				t.Errorf("%s: the session ended early", name)
			}
			time.Sleep(5*time.Minute + time.Second)
			if b.isSignedIn() {
				t.Errorf("%s: the session did not end", name)
			}
		})
	}
}

func TestOtherSessionsAreShownAndEnded(t *testing.T) {
	s := open(t, local)
	phone, desk, stranger := s.browser(), s.browser(), s.browser()
	phone.agent = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
	desk.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
	phone.signIn(nathalie, right)
	desk.signIn(nathalie, right)
	stranger.signIn(jean, jeans)
	page := desk.get("/mon-compte/securite")
	page.expect(t, "security", http.StatusOK, header{"Content-Type": html})
	for _, text := range []string{"Firefox sur Linux", "Chrome sur Android"} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the page does not name %q", text)
		}
	}
	for _, secret := range []string{desk.cookie("session"), phone.cookie("session"), desk.cookie("appareil")} {
		if strings.Contains(page.body, secret) {
			t.Error("a token is on the page")
		}
	}
	ended := desk.do(http.MethodPost, "/mon-compte/securite", url.Values{})
	ended.expect(t, "end the others", http.StatusSeeOther, header{"Location": "/mon-compte/securite"})
	if !strings.Contains(desk.get("/mon-compte/securite").body, "Tous les autres appareils sont déconnectés.") {
		t.Error("the page does not say what has ended")
	}
	if phone.isSignedIn() || !desk.isSignedIn() || !stranger.isSignedIn() {
		t.Errorf("signed in: phone %v, desk %v, another person %v; want only the phone ended", phone.isSignedIn(), desk.isSignedIn(), stranger.isSignedIn())
	}
}

func TestAnOperatorEndsEverySessionAtOnce(t *testing.T) {
	s := open(t, local)
	for name, end := range map[string]func(portal.AccountID) error{
		"sign-out": func(id portal.AccountID) error { return s.store.EndSessions(t.Context(), id) },
		"disable":  func(id portal.AccountID) error { return s.store.SetDisabled(t.Context(), id, true) },
	} {
		check.OK(t, s.store.SetDisabled(t.Context(), s.id(nathalie), false))
		one, two, other := s.browser(), s.browser(), s.browser()
		one.signIn(nathalie, right)
		two.signIn(nathalie, right)
		other.signIn(jean, jeans)
		check.OK(t, end(s.id(nathalie)))
		if one.isSignedIn() || two.isSignedIn() || !other.isSignedIn() {
			t.Errorf("%s: some session of the account is left, or one of another has ended", name)
		}
	}
}

func TestAReverseProxyIsToldWhoIsSignedIn(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	nobodyThere := header{"Remote-User": "", "Remote-Method": "", "Remote-Acr": "", "Cache-Control": "no-store"}
	forged := header{"Remote-User": string(s.id(nathalie))}
	a := b.get("/auth/verify", forged)
	a.expect(t, "signed out", http.StatusUnauthorized, nobodyThere)
	b.signIn(nathalie, right)
	a = b.get("/auth/verify")
	a.expect(t, "signed in", http.StatusOK, header{"Remote-User": string(s.id(nathalie)), "Remote-Method": "password", "Remote-Acr": ""})
	if !strings.HasPrefix(a.Header.Get("Cache-Control"), "no-store") || a.body != "" {
		t.Errorf("kept as %q, with a body of %d bytes", a.Header.Get("Cache-Control"), len(a.body))
	}
	old := s.with("session", b.cookie("session"))
	b.do(http.MethodPost, "/deconnexion", url.Values{})
	old.get("/auth/verify").expect(t, "after the sign-out", http.StatusUnauthorized, nobodyThere)
}

func TestTheLastSignInIsTheOneBeforeThisOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble's clock begins on 1 January 2000 at midnight UTC: 1 h in Paris
		s := open(t, local)
		first, second := s.browser(), s.browser()
		first.signIn(nathalie, right)
		time.Sleep(200 * 24 * time.Hour)
		second.signIn(nathalie, right)
		page := second.get("/mon-compte").body
		for _, text := range []string{"Le samedi 1er\u00a0janvier à\u00a01\u00a0h\u00a000", "avec le mot de passe", "sur un autre appareil"} {
			if !strings.Contains(page, text) {
				t.Errorf("the page does not hold %q", text)
			}
		}
		if security := second.get("/mon-compte/securite").body; !strings.Contains(security, "Aujourd’hui, 2\u00a0h\u00a000") || !strings.Contains(security, "sur cet appareil") {
			t.Error("the list of sign-ins lacks this one")
		}
	})
}
