package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"moncompte/components"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
	"moncompte/server/web"
	"moncompte/static"
	"moncompte/static/aide"
)

const (
	local  = "http://localhost:8080"
	public = "https://moncompte.example"
)

// Fictitious people. Every use of these texts is searched for in the log of the run.
var (
	nathalie = run.secret("identifier", "2690549588157")
	jean     = run.secret("identifier", "1850578006048")
	nobody   = run.secret("identifier of no account", "2910133063021")
	right    = run.secret("password", "Marguerite-des-prés-41")
	wrong    = run.secret("wrong password", "Coquelicot-des-blés-77")
	jeans    = run.secret("password", "Bleuet-des-champs-58")
)

var small = passhash.Params{MemoryKiB: 8, Time: 1, Threads: 1}

// assets and help are read once: they do not change.
var (
	assets = sync.OnceValues(func() (*static.Assets, error) {
		return static.LoadFrom(fstest.MapFS{
			"manifest.json": {Data: []byte(`{
				"app.css": {"file": "app.1111.css", "type": "text/css; charset=utf-8"},
				"passkey.js": {"file": "sw.3333.js", "type": "text/javascript; charset=utf-8"},
				"sw.js":   {"file": "sw.3333.js", "type": "text/javascript; charset=utf-8"}}`)},
			"app.1111.css":   {Data: []byte("body{}")},
			"sw.3333.js":     {Data: []byte("// the worker")},
			"other.2222.css": {Data: []byte("not in the manifest")},
		})
	})
	help = sync.OnceValues(func() (*aide.Help, error) {
		return aide.Load(aide.Options{OrgName: "Caf de test", Limits: portal.StandardLimits})
	})
)

// site is the real handler on a real store.
type site struct {
	t       *testing.T
	base    *url.URL
	store   *store.Store
	login   *portal.Login
	handler http.Handler
}

// open starts a site with Nathalie and Jean. change may alter the options.
func open(t *testing.T, base string, change ...func(*web.Options)) *site {
	t.Helper()
	return openOn(t, base, storetest.Open(t, store.Options{URL: storetest.SQLiteURL(t), Log: logger()}), change...)
}

// openOn is open on an empty store.
func openOn(t *testing.T, base string, on *store.Store, change ...func(*web.Options)) *site {
	t.Helper()
	a, err1 := assets()
	h, err2 := help()
	u, err3 := url.Parse(base)
	check.OK(t, errors.Join(err1, err2, err3))
	log := logger()
	s := &site{t: t, base: u, store: on}
	s.login = &portal.Login{Store: s.store, Pool: passhash.NewPool(passhash.PoolOptions{}), Params: small, Keys: s.store.Keys(), Log: log}
	o := web.Options{BaseURL: u, Org: components.Org{Name: "Caf de test", Phone: "3230"}, Assets: a, Help: h, Login: s.login,
		Recovery: &portal.Recovery{Store: s.store, Reach: &portal.Reach{Offered: func(portal.Channel) bool { return false }}},
		Accounts: s.store, Sessions: s.store, Log: log, Unavailable: store.Unavailable}
	for _, c := range change {
		c(&o)
	}
	if s.handler, err3 = web.New(o); err3 != nil {
		t.Fatal(err3)
	}
	s.add(nathalie, right)
	s.add(jean, jeans)
	return s
}

func (s *site) add(identifier, password string) portal.AccountID {
	s.t.Helper()
	a := storetest.Nathalie(s.t)
	a.Identifier = storetest.Number(s.t, identifier)
	if identifier == jean {
		a.Civil = portal.Civil{BirthName: "PETIT", GivenNames: "Jean Paul", Sex: portal.Male, Birthdate: "1985-05-01"}
	}
	phc, err := passhash.New(password, small, nil)
	check.OK(s.t, err)
	a.Password = keys.NewSecret(run.secret("password hash", phc))
	check.OK(s.t, check.ErrOf(portal.ImportRows(s.t.Context(), s.store, []portal.ImportRow{{Account: a, Scheme: small.Scheme()}}, portal.ImportOptions{})))
	return s.id(identifier)
}

func (s *site) id(identifier string) portal.AccountID {
	s.t.Helper()
	c, err := s.store.Credential(s.t.Context(), storetest.Number(s.t, identifier))
	if err != nil || c.Account == "" {
		s.t.Fatalf("the account is not found: %v", err)
	}
	return c.Account
}

// browser keeps cookies and asks as a browser does.
type browser struct {
	site    *site
	jar     http.CookieJar
	address string
	agent   string
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	check.OK(s.t, err)
	return &browser{site: s, jar: jar, address: "192.0.2.1:50000"}
}

// answer is what came back, read whole.
type answer struct {
	*http.Response
	body string
}

// header is a change of a request's headers; an empty value removes one.
type header map[string]string

// do sends one request. form is nil for a request without a body.
func (b *browser) do(method, path string, form url.Values, headers ...header) answer {
	b.site.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	return b.send(b.request(method, path, body, headers...))
}

func (b *browser) request(method, path string, body io.Reader, headers ...header) *http.Request {
	r := httptest.NewRequestWithContext(b.site.t.Context(), method, b.site.base.String()+path, body)
	r.RemoteAddr = b.address
	r.Header.Set("User-Agent", b.agent)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		for k, v := range h {
			r.Header.Set(k, v)
			if v == "" {
				r.Header.Del(k)
			}
		}
	}
	for _, c := range b.jar.Cookies(b.site.base) {
		r.AddCookie(c)
	}
	return r
}

func (b *browser) send(r *http.Request) answer {
	b.site.t.Helper()
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	res := w.Result()
	text, err := io.ReadAll(res.Body)
	check.OK(b.site.t, err)
	for _, c := range res.Cookies() {
		keepsThePromise(b.site.t, c)
		run.secret("token of the cookie "+c.Name, tokenOnly(c))
	}
	b.jar.SetCookies(b.site.base, res.Cookies())
	return answer{res, string(text)}
}

// tokenOnly is the value of a cookie that holds a token, "" for others.
func tokenOnly(c *http.Cookie) string {
	if strings.HasSuffix(c.Name, "notice") {
		return ""
	}
	return c.Value
}

func (b *browser) get(path string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodGet, path, nil, headers...)
}

func pair(identifier, password string) url.Values {
	return url.Values{"identifiant": {identifier}, "mot_de_passe": {password}}
}

// try sends the sign-in form.
func (b *browser) try(identifier, password string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, "/connexion", pair(identifier, password), headers...)
}

// signIn signs in or ends the test.
func (b *browser) signIn(identifier, password string) {
	b.site.t.Helper()
	if a := b.try(identifier, password); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/mon-compte" {
		b.site.t.Fatalf("sign-in: status %d, to %q", a.StatusCode, a.Header.Get("Location"))
	}
}

// cookie is the value of a cookie that the browser holds, "" without it.
func (b *browser) cookie(name string) string {
	for _, c := range b.jar.Cookies(b.site.base) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// with is a browser that holds only that cookie.
func (s *site) with(name, value string) *browser {
	b := s.browser()
	b.jar.SetCookies(s.base, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
	return b
}

// isSignedIn asks the page that only who is signed in sees.
func (b *browser) isSignedIn() bool {
	b.site.t.Helper()
	a := b.get("/mon-compte")
	switch {
	case a.StatusCode == http.StatusOK && strings.Contains(a.body, "Bonjour"):
		return true
	case a.StatusCode == http.StatusSeeOther && a.Header.Get("Location") == "/connexion":
		return false
	}
	b.site.t.Fatalf("/mon-compte: status %d, to %q", a.StatusCode, a.Header.Get("Location"))
	return false
}

// hooks is an Accounts whose answers a test may delay or replace.
type hooks struct {
	*store.Store
	account func(portal.Account, error) (portal.Account, error)
}

func (h *hooks) Account(ctx context.Context, id portal.AccountID) (portal.Account, error) {
	a, err := h.Store.Account(ctx, id)
	if h.account != nil {
		return h.account(a, err)
	}
	return a, err
}

// hooked puts the hooks between the site and its store.
func hooked(h *hooks) func(*web.Options) {
	return func(o *web.Options) {
		h.Store = o.Accounts.(*store.Store)
		o.Accounts = h
	}
}

// brokenSessions cannot keep a session, whether it belongs to a sign-in or not.
type brokenSessions struct{ *store.Store }

func (brokenSessions) SaveSession(context.Context, portal.SessionRow) error {
	return errors.New("the disk is full")
}

func (b brokenSessions) Begin(ctx context.Context) (portal.Tx, error) {
	tx, err := b.Store.Begin(ctx)
	return brokenTx{tx}, err
}

type brokenTx struct{ portal.Tx }

func (brokenTx) Enter(context.Context, portal.Session, portal.SessionRow) error {
	return errors.New("the disk is full")
}

// trusting believes the X-Forwarded-For of the browsers' usual address.
func trusting(o *web.Options) {
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
}

// expect reports a status or a header that is not as it should be.
func (a answer) expect(t *testing.T, what string, status int, headers header) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: status %d, want %d", what, a.StatusCode, status)
	}
	for k, want := range headers {
		values := a.Header.Values(k)
		if got := strings.Join(values, " | "); got != want || want == "" && values != nil {
			t.Errorf("%s: %s %q, want %q", what, k, values, want)
		}
	}
}

// same reports every difference between two answers that must not be told apart.
func same(t *testing.T, what string, a, b answer) {
	t.Helper()
	if a.StatusCode != b.StatusCode {
		t.Errorf("%s: status %d and %d", what, a.StatusCode, b.StatusCode)
	}
	if one, two := fmt.Sprint(a.Header), fmt.Sprint(b.Header); one != two {
		t.Errorf("%s: the headers differ:\n%s\n%s", what, one, two)
	}
	if a.body != b.body {
		t.Errorf("%s: the bodies differ", what)
	}
}
