package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/franceconnect/simulator"
	"moncompte/server/passhash"
	"moncompte/server/store/storetest"
)

// The portal's own address as FranceConnect knows it; the tests send what comes back there to the server's real port.
const registered = "http://localhost:8080"

// fcClientSecret is the simulator's only.
const fcClientSecret = "secret-du-simulateur-de-test-0123456789"

// demoFile writes the demonstration accounts as an import file.
func demoFile(t testing.TB) string {
	t.Helper()
	phc, err := passhash.New(demoPassword, cheap, nil)
	check.OK(t, err)
	lines := strings.Split(strings.TrimSpace(demoAccounts), "\n")
	text := lines[0] + ",password_hash\n"
	for _, line := range lines[1:] {
		text += fmt.Sprintf("%s,%q\n", line, phc)
	}
	path := filepath.Join(t.TempDir(), "demo.csv")
	check.OK(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// federate starts a simulator and a server that knows it. Its people are the demonstration accounts.
func federate(t *testing.T, profile string) (*simulator.Simulator, *server) {
	t.Helper()
	return federateAt(t, profile, registered, "MONCOMPTE_LISTEN=127.0.0.1:0")
}

// federateAt is federate for a portal at that address, where it listens unless a setting says otherwise.
func federateAt(t *testing.T, profile, registered string, settings ...string) (*simulator.Simulator, *server) {
	t.Helper()
	var site atomic.Pointer[url.URL]
	keys := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(site.Load()) }})
	t.Cleanup(keys.Close)
	sim, err := simulator.Start(t.Context(), simulator.Options{Profile: profile, ClientID: "mon-compte", ClientSecret: fcClientSecret,
		RedirectURIs: []string{registered + "/franceconnect/retour"}, PostLogoutURIs: []string{registered + "/franceconnect/deconnecte"},
		JWKSURI: keys.URL + "/franceconnect/jwks"})
	check.OK(t, err)
	t.Cleanup(sim.Stop)
	logged.secret("client secret", fcClientSecret)
	d := deploy(t, storetest.SQLiteURL(t), nil, cheap)
	d.run(t, "", "accounts", "import", demoFile(t))
	d.env = append(d.env, "MONCOMPTE_FC_KEYS_FILE="+filepath.Join(t.TempDir(), "franceconnect.keys"))
	d.run(t, "", "keys", "franceconnect")
	s := d.serve(t, append([]string{"MONCOMPTE_BASE_URL=" + registered, "MONCOMPTE_LISTEN=" + strings.TrimPrefix(registered, "http://"),
		"MONCOMPTE_FC_ISSUER=" + sim.Issuer, "MONCOMPTE_FC_CLIENT_ID=mon-compte", "MONCOMPTE_FC_CLIENT_SECRET=" + fcClientSecret,
		"MONCOMPTE_FC_PROFILE=" + profile}, settings...)...)
	u, err := url.Parse(s.site)
	check.OK(t, err)
	site.Store(u)
	return sim, s
}

// throughFranceConnect goes there and comes back.
func (b *browser) throughFranceConnect(t *testing.T, sim *simulator.Simulator, s *server, v simulator.Visit) answer {
	t.Helper()
	start := b.get(t, s.site+"/franceconnect/connexion")
	if start.status != http.StatusSeeOther {
		t.Fatalf("the way to FranceConnect: status %d", start.status)
	}
	back, err := sim.SignIn(t.Context(), b.client, start.header.Get("Location"), v)
	check.OK(t, err)
	return b.get(t, s.site+back.RequestURI())
}

func (a answer) leadsTo(t *testing.T, what, path string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path {
		t.Fatalf("%s: status %d, to %q, want %q", what, a.status, a.header.Get("Location"), path)
	}
}

func TestFranceConnectFromTheFirstLinkToTheSignOut(t *testing.T) {
	for _, profile := range []string{"franceconnect", "franceconnect+"} {
		t.Run(profile, func(t *testing.T) {
			sim, s := federate(t, profile)
			nathalie := simulator.Visit{Provider: "france-identite", Citizen: "durand"}
			b := newBrowser(t)
			b.throughFranceConnect(t, sim, s, nathalie).leadsTo(t, "first time", "/franceconnect/rattachement")
			proof := url.Values{"identifiant": {"1850578006048"}, "mot_de_passe": {demoPassword}}
			if a := b.post(t, s.site+"/franceconnect/rattachement", proof); a.status != http.StatusUnauthorized {
				t.Errorf("another person's account: status %d, want 401", a.status)
			}
			proof.Set("identifiant", "2690549588157")
			b.post(t, s.site+"/franceconnect/rattachement", proof).leadsTo(t, "proof", "/mon-compte")
			if !b.signedIn(t, s.site) {
				t.Fatal("not signed in after the proof")
			}

			b.post(t, s.site+"/deconnexion", url.Values{}).leadsTo(t, "sign-out", "/franceconnect/deconnexion")
			leaving := b.get(t, s.site+"/franceconnect/deconnexion")
			_, address, _ := strings.Cut(leaving.header.Get("Refresh"), "url=")
			back, err := sim.SignOut(t.Context(), b.client, address)
			check.OK(t, err)
			left := b.get(t, s.site+back.RequestURI())
			if left.status != http.StatusOK || !strings.Contains(left.body, "Déconnexion réussie") || b.signedIn(t, s.site) {
				t.Errorf("after the sign-out: status %d", left.status)
			}

			// The single sign-on is gone: the simulator asks for the person again, and another one may answer.
			yann := simulator.Visit{Provider: "france-identite", Citizen: "le-goff"}
			b.throughFranceConnect(t, sim, s, yann).leadsTo(t, "the next person", "/franceconnect/rattachement")
			again := newBrowser(t)
			again.throughFranceConnect(t, sim, s, nathalie).leadsTo(t, "second time", "/mon-compte")

			turned := newBrowser(t)
			a := turned.throughFranceConnect(t, sim, s, simulator.Visit{Leave: "abandon"})
			a.leadsTo(t, "turning back", "/connexion")
			if page := turned.get(t, s.site+"/connexion"); !strings.Contains(page.body, "avant la fin") || turned.signedIn(t, s.site) {
				t.Errorf("turning back: the page does not say so, or somebody is signed in")
			}
		})
	}
}

func TestThePasswordWayIsOpenWithFranceConnectDown(t *testing.T) {
	sim, s := federate(t, "franceconnect")
	sim.Stop()
	b := newBrowser(t)
	if a := b.get(t, s.site+"/franceconnect/connexion"); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, `href="/connexion"`) {
		t.Errorf("start: status %d", a.status)
	}
	pair := url.Values{"identifiant": {"2690549588157"}, "mot_de_passe": {demoPassword}}
	b.post(t, s.site+"/connexion", pair).leadsTo(t, "sign-in", "/mon-compte")
}

// TestThePasswordWayNeverAsksFranceConnect stands beside a FranceConnect that takes calls and never answers: one call, from the
// start of the server to the sign-out, and the test would see it, or hang with it.
func TestThePasswordWayNeverAsksFranceConnect(t *testing.T) {
	calls := &silence{calls: make(chan net.Conn, 1)}
	var err error
	if calls.Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer calls.Close()
	go calls.take()

	all := people(1)
	s := deploy(t, storetest.SQLiteURL(t), all, cheap).serve(t, "MONCOMPTE_FC_ISSUER=http://"+calls.Addr().String()+"/api/v2",
		"MONCOMPTE_FC_CLIENT_ID=mon-compte", "MONCOMPTE_FC_CLIENT_SECRET="+fcClientSecret)
	b := newBrowser(t)
	for _, path := range []string{"/", "/readyz", "/aide", "/connexion", "/mot-de-passe-oublie"} {
		if a := b.get(t, s.site+path); a.status != http.StatusOK {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	b.post(t, s.site+"/mot-de-passe-oublie", url.Values{"identifiant": {all[0].identifier}, "canal": {"email"}}).
		leadsTo(t, "a code", "/mot-de-passe-oublie/code")
	b.post(t, s.site+"/connexion", pair(all[0])).leadsTo(t, "sign-in", "/mon-compte")
	for _, path := range []string{"/mon-compte", "/mon-compte/securite"} {
		if a := b.get(t, s.site+path); a.status != http.StatusOK || !strings.Contains(a.body, "/deconnexion") {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	b.post(t, s.site+"/deconnexion", url.Values{}).leadsTo(t, "sign-out", "/")
	select {
	case <-calls.calls:
		t.Error("FranceConnect was asked")
	default:
	}

	// The button does ask, and whoever waits for it delays nobody else.
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	go askForFranceConnect(ctx, s.site)
	waiting := <-calls.calls
	defer waiting.Close()
	newBrowser(t).post(t, s.site+"/connexion", pair(all[0])).leadsTo(t, "sign-in while somebody waits", "/mon-compte")
	began := time.Now()
	a := newBrowser(t).get(t, s.site+"/franceconnect/connexion")
	if took := time.Since(began); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, `href="/connexion"`) || took > 3*time.Second {
		t.Errorf("who waits for FranceConnect: status %d after %s", a.status, took)
	}
}

// silence takes calls and says nothing.
type silence struct {
	net.Listener
	calls chan net.Conn
}

func (s *silence) take() {
	for {
		c, err := s.Accept()
		if err != nil {
			return
		}
		s.calls <- c
	}
}
