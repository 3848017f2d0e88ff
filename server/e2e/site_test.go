package e2e

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/app/nir"
	policy "moncompte/app/password"
	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
	"moncompte/server/web"
	"moncompte/static"
	"moncompte/static/aide"
)

// The people of the tests are fictitious. They share one password.
const (
	nathalie = "2690549588157" // its key is 80
	thiLan   = "P2026ABC45"
	password = "tambour violet 47 nuages"
	people   = `identifier,birth_name,given_names,sex,birthdate,birthplace,birthcountry,password_hash
2690549588157,DURAND,Nathalie,female,1969-05-12,49007,99100,`
	morePeople = `
P2026ABC45,NGUYEN,Thi Lan,female,1999-01-30,,99243,`
)

// cheap makes hashes cost a millisecond: what they cost is tested elsewhere.
var cheap = passhash.Params{MemoryKiB: 1024, Time: 1, Threads: 1}

// assets are shared by all sites: engines that take no brotli over http have the WASM made anew in gzip, which takes a second.
var assets = sync.OnceValues(static.Load)

// site is a whole portal on a loopback port, wired as the program wires it.
type site struct {
	t        testing.TB
	url      string
	address  string
	options  web.Options
	handler  atomic.Pointer[http.Handler]
	server   *http.Server
	store    *store.Store
	pool     *passhash.Pool
	login    *portal.Login
	accounts *accounts
	signIns  atomic.Int32 // forms of /connexion received
	held     atomic.Pointer[gate]
}

// newSite starts a site in dev mode with the people of the tests. It stops with the test. A change may wire more.
func newSite(t testing.TB, change ...func(*site, *web.Options)) *site {
	t.Helper()
	ring := storetest.Keys(t)
	db := storetest.Open(t, store.Options{URL: storetest.SQLiteURL(t), Keys: ring})
	phc, err := passhash.New(password, cheap, nil)
	check(t, err)
	imported, err := portal.Import(t.Context(), db, strings.NewReader(people+`"`+phc+`"`+morePeople+`"`+phc+`"`), portal.ImportOptions{})
	check(t, err)
	if imported.Created != 2 {
		t.Fatalf("accounts not imported: %+v", imported)
	}

	pool := passhash.NewPool(passhash.PoolOptions{Slots: 2, Queue: -1})
	s := &site{
		t: t, store: db, pool: pool, accounts: &accounts{Accounts: db},
		login: &portal.Login{Store: db, Pool: pool, Params: cheap, Keys: ring},
	}
	assets, err := assets()
	check(t, err)
	org := components.Org{Name: "Caf", Phone: "3230", URL: "https://www.caf.fr/", Accessibility: "non conforme"}
	help, err := aide.Load(aide.Options{OrgName: org.Name, Phone: org.Phone, URL: org.URL, Accessibility: org.Accessibility,
		Limits: portal.StandardLimits})
	check(t, err)
	s.address = "127.0.0.1:0"
	l := s.listen()
	s.address = l.Addr().String()
	s.url = "http://" + s.address
	base, err := url.Parse(s.url)
	check(t, err)
	options := web.Options{BaseURL: base, Org: org, Assets: assets, Help: help, Login: s.login,
		Accounts: s.accounts, Sessions: db, Dev: true, Unavailable: store.Unavailable}
	common, err := policy.DefaultList()
	check(t, err)
	options.Recovery = &portal.Recovery{Store: db, Pool: pool, Params: cheap, Keys: ring, Common: common, Reach: &portal.Reach{
		Composer: notify.Composer{OrgName: "Caf", Phone: "3230", Host: "localhost"}, Mobile: notify.Mobile}}
	for _, c := range change {
		c(s, &options)
	}
	s.options = options
	handler, err := web.New(options)
	check(t, err)
	if *htmxVersion == "2" {
		handler = withHTMX2(t, assets, handler)
	}
	s.become(handler)
	s.serve(l)
	t.Cleanup(s.stop)
	return s
}

func (s *site) listen() net.Listener {
	s.t.Helper()
	l, err := net.Listen("tcp", s.address)
	check(s.t, err)
	return l
}

func (s *site) serve(l net.Listener) {
	s.server = &http.Server{Handler: http.HandlerFunc(s.observe)}
	go s.server.Serve(l)
}

// serving is what answers now.
func (s *site) serving() http.Handler { return *s.handler.Load() }

// become lets another handler answer from the next request on.
func (s *site) become(h http.Handler) { s.handler.Store(&h) }

// start serves again on the same port after stop.
func (s *site) start() { s.serve(s.listen()) }

// stop closes the port and every connection.
func (s *site) stop() { s.server.Close() }

// observe counts the sign-in forms and keeps their answers back while the site holds them.
func (s *site) observe(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && r.URL.Path == "/connexion" {
		s.signIns.Add(1)
		if g := s.held.Load(); g != nil {
			g.arrived.Do(func() { close(g.came) })
			select {
			case <-g.open:
			case <-r.Context().Done():
			}
		}
	}
	s.serving().ServeHTTP(w, r)
}

// gate keeps answers back until it is opened.
type gate struct {
	arrived    sync.Once
	came, open chan struct{}
}

// hold keeps back the answers to sign-in forms from now on: wait returns once a form has arrived, release lets all go.
func (s *site) hold() (wait, release func()) {
	g := &gate{came: make(chan struct{}), open: make(chan struct{})}
	s.held.Store(g)
	release = sync.OnceFunc(func() {
		s.held.Store(nil)
		close(g.open)
	})
	s.t.Cleanup(release)
	return func() {
		s.t.Helper()
		select {
		case <-g.came:
		case <-time.After(patience):
			s.t.Fatal("no form arrived")
		}
	}, release
}

// signInEarlier signs the identifier in from another browser, at that time.
func (s *site) signInEarlier(identifier string, at time.Time) {
	s.t.Helper()
	earlier := &portal.Login{Store: s.store, Pool: s.pool, Params: cheap, Keys: s.store.Keys(), Now: func() time.Time { return at }}
	proven, err := earlier.Verify(s.t.Context(), portal.SignInRequest{
		Identifier: s.number(identifier),
		Password:   keys.NewSecret(password),
		Address:    netip.MustParseAddr("192.0.2.1"),
	})
	check(s.t, err)
	check(s.t, earlier.Enter(s.t.Context(), proven, portal.SessionRow{Token: portal.NewToken().Reveal(), Account: proven.Account,
		Epoch: proven.Epoch, Data: []byte(`{}`), Expires: at.Add(time.Hour), New: true}))
}

// exhaust makes strangers guess the identifier's password until the next attempt has to wait.
func (s *site) exhaust(identifier string) {
	s.t.Helper()
	storetest.Count(s.t, s.store, time.Now(), portal.AccountLimit.Free, portal.AccountSubject(s.number(identifier)))
}

// fill takes every place where a password could be verified.
func (s *site) fill() {
	s.t.Helper()
	for {
		ticket, err := s.pool.Admit()
		if errors.Is(err, passhash.ErrBusy) {
			return
		}
		check(s.t, err)
		s.t.Cleanup(ticket.Release)
	}
}

func (s *site) number(identifier string) nir.Number {
	s.t.Helper()
	number, report := nir.Parse(identifier, nil)
	if !report.OK() {
		s.t.Fatalf("not an identifier: %v", report.Problem)
	}
	return number
}

// accounts can break down.
type accounts struct {
	web.Accounts
	broken atomic.Bool
}

func (a *accounts) Account(ctx context.Context, id portal.AccountID) (portal.Account, error) {
	if a.broken.Load() {
		return portal.Account{}, errors.New("the disk is on fire")
	}
	return a.Accounts.Account(ctx, id)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
