package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/web"
)

// asked is what a browser sends when a person opens a page, as nginx hands it on for a service.
func asked(address string) header {
	return header{"X-Original-URL": address, "X-Original-Method": "GET", "Sec-Fetch-Mode": "navigate", "Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "cross-site"}
}

// forwarded is the same as Caddy and Traefik hand it on.
func forwarded(method, proto, host, uri string) header {
	return header{"X-Forwarded-Method": method, "X-Forwarded-Proto": proto, "X-Forwarded-Host": host, "X-Forwarded-Uri": uri, "Accept": "text/html"}
}

func TestAProxyIsToldWhereTheSignInIs(t *testing.T) {
	b := open(t, public, withServices).browser()
	to := func(back string) string { return public + "/connexion?" + url.Values{"retour": {back}}.Encode() }
	none := public + "/connexion?"
	for what, test := range map[string]struct {
		headers header
		to      string
	}{
		"nginx":                          {asked(serviceHere), to(serviceHere)},
		"nginx, letters as browsers":     {asked(service + `/?q={a|b^"`), to(service + "/?q=%7Ba%7Cb%5E%22")},
		"nginx, this host":               {asked(public + "/demarches/1?x=1&y=2"), to("/demarches/1?x=1&y=2")},
		"nginx, a host of nobody":        {asked("https://evil.example/"), none},
		"nginx, with two hosts":          {asked(service + "@evil.example/"), none},
		"Caddy":                          {forwarded("GET", "https", "demarches.example.org", "/a?b=c&d"), to(service + "/a?b=c&d")},
		"Caddy, HEAD":                    {forwarded("HEAD", "https", "demarches.example.org", "/"), to(service + "/")},
		"Traefik, over http":             {forwarded("GET", "http", "demarches.example.org", "/"), none},
		"a form":                         {forwarded("POST", "https", "demarches.example.org", "/"), ""},
		"a script of a service":          {header{"X-Original-URL": serviceHere, "Sec-Fetch-Mode": "cors", "Accept": "text/html"}, ""},
		"a program":                      {header{"X-Original-URL": serviceHere, "Accept": "application/json"}, ""},
		"a proxy that hands nothing on":  {header{"Accept": "text/html"}, none},
		"who is somebody, as they claim": {header{"Remote-User": "1", "Remote-Acr": "eidas3", "Remote-Method": "password", "X-Original-URL": serviceHere, "Accept": "text/html"}, to(serviceHere)},
	} {
		a := b.get("/auth/verify", test.headers)
		a.expect(t, what, http.StatusUnauthorized, header{"Location": test.to, "Remote-User": "", "Remote-Acr": "", "Cache-Control": "no-store", "WWW-Authenticate": `Form realm="Mon Compte"`})
		status := http.StatusFound
		if test.to == "" {
			status = http.StatusUnauthorized
		}
		b.get("/auth/verify?redirect=1", test.headers).expect(t, what+", redirected", status, header{"Location": test.to})
	}
}

func TestAPassIsGoodForVerifyAloneAndEndsWithItsSession(t *testing.T) {
	passes := func(o *web.Options) { o.ServicesDomain = "moncompte.example" }
	s := open(t, public, withServices, passes)
	b := s.browser()
	in := b.try(nathalie, right)
	var pass *http.Cookie
	for _, c := range in.Cookies() {
		if c.Name == "__Secure-service" {
			pass = c
		}
	}
	if pass == nil || pass.Domain != "moncompte.example" || !pass.Secure || !pass.HttpOnly || pass.SameSite != http.SameSiteLaxMode || pass.MaxAge != 0 || pass.Path != "/" {
		t.Fatalf("the pass: %+v", pass)
	}
	at := s.with(pass.Name, pass.Value)
	told := header{"Remote-User": string(s.id(nathalie)), "Remote-Method": "password"}
	at.get("/auth/verify").expect(t, "with the pass", http.StatusOK, told)
	for _, path := range []string{"/mon-compte", "/mon-compte/securite", "/mon-compte/mot-de-passe"} {
		at.get(path).expect(t, path, http.StatusSeeOther, header{"Location": "/connexion"})
	}
	hash, secret, _ := strings.Cut(pass.Value, ".")
	session := b.cookie("__Host-session")
	for what, value := range map[string]string{"another secret": hash + ".AAAAAAAAAAAAAAAAAAAAAAAAAA", "no secret": hash + ".", "the hash alone": hash, "another session": session + "." + secret,
		"a hash of the secret": hash + "." + hash, "nothing": "", "much": strings.Repeat("a", 5000) + "." + secret} {
		s.with(pass.Name, value).get("/auth/verify").expect(t, what, http.StatusUnauthorized, header{"Remote-User": ""})
	}
	s.with("__Host-session", hash).get("/mon-compte").expect(t, "the pass as a session", http.StatusSeeOther, header{"Location": "/connexion"})
	s.with("__Host-session", pass.Value).get("/mon-compte").expect(t, "the pass as a session", http.StatusSeeOther, header{"Location": "/connexion"})

	// The sign-out: at once, wherever.
	out := b.do(http.MethodPost, "/deconnexion", url.Values{})
	if !strings.Contains(strings.Join(out.Header.Values("Set-Cookie"), "\n"), "__Secure-service=; Path=/; Domain=moncompte.example; Max-Age=0") {
		t.Errorf("the browser keeps its pass: %q", out.Header.Values("Set-Cookie"))
	}
	at.get("/auth/verify").expect(t, "after the sign-out", http.StatusUnauthorized, header{"Remote-User": ""})

	// A session from before, and a site without a domain, have none.
	plain := open(t, public)
	if a := plain.browser().try(nathalie, right); strings.Contains(strings.Join(a.Header.Values("Set-Cookie"), "\n"), "service=") {
		t.Error("a pass without a domain")
	}
}

func TestARequestToAServiceKeepsTheSessionOpen(t *testing.T) {
	s := open(t, public, func(o *web.Options) { o.ServicesDomain, o.Idle = "moncompte.example", 3*time.Minute })
	b := s.browser()
	in := b.try(nathalie, right)
	var pass string
	for _, c := range in.Cookies() {
		if c.Name == "__Secure-service" {
			pass = c.Value
		}
	}
	hash, _, _ := strings.Cut(pass, ".")
	row, err := s.store.Session(t.Context(), hash)
	if err != nil || row.Token == "" {
		t.Fatal(row, err)
	}
	before := row.Expires
	row.Expires = before.Add(-2 * time.Minute) // as if the sign-in were two minutes ago
	check.OK(t, s.store.SaveSession(t.Context(), row))
	s.with("__Secure-service", pass).get("/auth/verify").expect(t, "a request", http.StatusOK, nil)
	if row, err = s.store.Session(t.Context(), hash); err != nil || row.Expires.Before(before.Add(-time.Second)) {
		t.Errorf("the session ends at %v, before %v: %v", row.Expires, before, err)
	}
}

// A session that nothing but services is asked with lives and ends like any other.
func TestASessionOfServicesAloneHasTheSameTwoEnds(t *testing.T) {
	for name, idle := range map[string]time.Duration{"their own": 30 * time.Minute, "shared": portal.SharedIdle} {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, local)
			b := s.browser()
			pair := pair(nathalie, right)
			if name == "shared" {
				pair.Set("partage", "1")
			}
			b.do(http.MethodPost, "/connexion", pair).expect(t, name, http.StatusSeeOther, nil)
			began := time.Now()
			for time.Since(began) < 8*time.Hour-idle {
				time.Sleep(idle - 2*time.Minute)
				b.get("/auth/verify").expect(t, name+", while it is used", http.StatusOK, nil)
				b.get("/auth/verify").expect(t, name+", once more", http.StatusOK, nil)
			}
			for time.Since(began) < 8*time.Hour {
				b.get("/auth/verify").expect(t, name+", near its end", http.StatusOK, nil)
				time.Sleep(min(time.Minute, 8*time.Hour-time.Since(began)))
			}
			b.get("/auth/verify").expect(t, name+", after eight hours", http.StatusUnauthorized, nil)

			b = s.browser()
			b.do(http.MethodPost, "/connexion", pair).expect(t, name, http.StatusSeeOther, nil)
			b.get("/auth/verify").expect(t, name+", at once", http.StatusOK, nil)
			time.Sleep(idle + time.Minute)
			b.get("/auth/verify").expect(t, name+", unused", http.StatusUnauthorized, nil)
		})
	}
}

// remembering answers from a moment ago what was read first.
type remembering struct {
	*store.Store
	row *portal.SessionRow
}

func (s remembering) RecentSession(ctx context.Context, token string) (portal.SessionRow, error) {
	if s.row.Token == token {
		return *s.row, nil
	}
	var err error
	*s.row, err = s.Session(ctx, token)
	return *s.row, err
}

// Whoever has just shown on another machine who they are would else be led round in circles for a second.
func TestOnlyAYesMayBeAMomentOld(t *testing.T) {
	row := &portal.SessionRow{}
	s := open(t, local, func(o *web.Options) { o.Sessions = remembering{o.Sessions.(*store.Store), row} })
	b := s.browser()
	past := time.Now().Add(-2 * time.Minute)
	s.login.Now = func() time.Time { return past }
	b.signIn(nathalie, right)
	b.get("/auth/verify").expect(t, "signed in", http.StatusOK, nil)
	b.get("/auth/verify?max_age=90").expect(t, "an old proof", http.StatusUnauthorized, nil)

	deadline, values, err := portal.SessionCodec{}.Decode(row.Data)
	check.OK(t, err)
	values["proved"] = strconv.FormatInt(time.Now().UnixMicro(), 10)
	data, err := portal.SessionCodec{}.Encode(deadline, values)
	check.OK(t, err)
	proved, err := portal.NewSessionRow(row.Token, data, row.Expires)
	check.OK(t, err)
	check.OK(t, s.store.SaveSession(t.Context(), proved))
	b.get("/auth/verify?max_age=90").expect(t, "a proof on another machine", http.StatusOK, nil)
}

func TestAServiceMayAskForMoreThanASession(t *testing.T) {
	f := openFederated(t, local)
	s := openAgain(t, f)
	b := s.browser()
	b.signIn(nathalie, right)
	page := asked(serviceHere)
	b.get("/auth/verify?max_age=60", page).expect(t, "a fresh sign-in", http.StatusOK, nil)
	asks := local + "/connexion?acr=eidas1&" + url.Values{"retour": {serviceHere}}.Encode()
	b.get("/auth/verify?acr=eidas1", page).expect(t, "a password vouches for nobody", http.StatusUnauthorized, header{"Location": asks, "Remote-User": ""})

	again := b.get(strings.TrimPrefix(asks, local))
	again.expect(t, "who is signed in, but not by what is asked for", http.StatusOK, nil)
	again.says(t, "the step up", "Cette démarche demande une identité vérifiée par FranceConnect.")
	if strings.Contains(again.body, "mot_de_passe") {
		t.Error("a password is offered, which would lead round in circles")
	}
	b.comeBack(b.depart()).goesTo(t, "the first return", linking)
	b.prove(nathalie, right).goesTo(t, "the proof", serviceHere)
	b.get("/auth/verify?acr=eidas1", page).expect(t, "after it", http.StatusOK, header{"Remote-Acr": "eidas1", "Remote-Method": "franceconnect"})
	b.get(strings.TrimPrefix(asks, local)).goesTo(t, "who has it already", serviceHere)

	// What nothing here gives, or nobody understands, opens nothing.
	for _, q := range []string{"acr=eidas2", "acr=eidas3", "acr=", "acr=eidas0", "acr=EIDAS1", "max_age=0", "max_age=59", "max_age=-1", "max_age=x", "max_age=99999999", "max_age="} {
		b.get("/auth/verify?"+q, page).expect(t, q, http.StatusForbidden, header{"Remote-User": ""})
	}
	plain := open(t, local).browser()
	plain.signIn(nathalie, right)
	plain.get("/auth/verify?acr=eidas1").expect(t, "without FranceConnect", http.StatusForbidden, header{"Remote-User": ""})
}

func TestAnOldProofIsAskedForAgain(t *testing.T) {
	f := openFederated(t, local)
	s := openAgain(t, f)
	b := s.browser()
	past := time.Now().Add(-2 * time.Minute)
	s.login.Now = func() time.Time { return past }
	b.signIn(nathalie, right)
	s.login.Now = nil
	page := asked(serviceHere)
	b.get("/auth/verify?max_age=180", page).expect(t, "young enough", http.StatusOK, nil)
	asks := local + "/connexion?max_age=90&" + url.Values{"retour": {serviceHere}}.Encode()
	b.get("/auth/verify?max_age=90", page).expect(t, "too old", http.StatusUnauthorized, header{"Location": asks, "Remote-User": ""})
	again := b.get(strings.TrimPrefix(asks, local))
	again.says(t, "the page", "Pour continuer, montrez encore une fois que c’est vous.")
	b.try(nathalie, right).goesTo(t, "the pair", serviceHere)
	b.get("/auth/verify?max_age=90", page).expect(t, "after it", http.StatusOK, nil)
}

func TestAProxyThatWasAnsweredIsNotLogged(t *testing.T) {
	lines := func() int {
		return strings.Count(run.String(), `"route":"GET /auth/verify","status":200`)
	}
	b := open(t, local).browser()
	b.signIn(nathalie, right)
	before := lines()
	b.get("/auth/verify").expect(t, "signed in", http.StatusOK, nil)
	if lines() != before {
		t.Error("a line for a request to a service")
	}
}

// An operator who forgets to list a service has people end in Mon Compte; what strangers send to the address itself is not quoted.
func TestAServiceThatNobodyListedIsSaidOnceAMinute(t *testing.T) {
	said := func() int {
		return strings.Count(run.String(), "a host that MONCOMPTE_SERVICES does not list")
	}
	for address, want := range map[string]int{"https://papiers.example.org/a": 1, serviceHere: 0, public + "/demarches/1": 0, public + "/connexion": 0, "": 0} {
		b := open(t, public, withServices).browser()
		before := said()
		for range 3 {
			b.get("/auth/verify", asked(address))
		}
		if got := said() - before; got != want {
			t.Errorf("%q: said %d times, want %d", address, got, want)
		}
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	if strings.Contains(run.String(), "papiers.example.org") {
		t.Error("the address is in the log")
	}
}
