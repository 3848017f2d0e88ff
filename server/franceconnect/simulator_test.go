package franceconnect_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/simulator"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// The engine that FranceConnect itself runs must take what the Client sends, and the Client what it answers.
func TestTheClientUnderstandsTheEngineOfFranceConnect(t *testing.T) {
	for _, row := range []struct {
		profile                fc.Profile
		alg, provider, acr     string
		citizen, birthdate     string
		family, given, country string
	}{
		{fc.Standard, "ES256", "impots", "eidas1", "diallo", "1992-00-00", "DIALLO", "Amadou", "99335"},
		{fc.Standard, "RS256", "ameli", "eidas1", "temauri", "1988-06-02", "TEMAURI", "Hina Moea", "99100"},
		{fc.Plus, "ES256", "la-poste", "eidas2", "oeuvrard", "1975-11-08", "ŒUVRARD-D'ÉTRÉPY", "Hélène Zoë", "99100"},
	} {
		t.Run(string(row.profile)+" "+row.alg, func(t *testing.T) {
			t.Parallel()
			c, s := simulated(t, row.profile, row.alg)
			visit := simulator.Visit{Provider: row.provider, Citizen: row.citizen}
			browser := newBrowser(t)
			id, err := throughSimulator(t, c, s, browser, visit)
			check.OK(t, err)
			for _, field := range [][3]string{
				{"ACR", id.ACR, row.acr}, {"BirthName", id.Civil.BirthName, row.family}, {"GivenNames", id.Civil.GivenNames, row.given},
				{"Birthdate", id.Civil.Birthdate, row.birthdate}, {"Birthcountry", id.Civil.Birthcountry, row.country},
			} {
				if field[1] != field[2] {
					t.Errorf("%s is %q, want %q", field[0], field[1], field[2])
				}
			}
			state := portal.NewToken()
			address, err := c.LogoutAddress(t.Context(), portal.Visit{IDToken: id.IDToken, State: state})
			check.OK(t, err)
			back, err := s.SignOut(t.Context(), browser, address)
			check.OK(t, err)
			if back.Path != "/franceconnect/deconnecte" || back.Query().Get("state") != state.Reveal() {
				t.Errorf("the sign-out ended at %s", back.Path)
			}
			again, err := throughSimulator(t, c, s, newBrowser(t), visit)
			if err != nil || again.Subject.Reveal() != id.Subject.Reveal() {
				t.Errorf("the second time is another subject, or %v", err)
			}
			if _, err := throughSimulator(t, c, s, newBrowser(t), simulator.Visit{Leave: "abandon"}); kindOf(err) != portal.Cancelled {
				t.Errorf("who leaves: %v", err)
			}
			if _, err := throughSimulator(t, c, s, newBrowser(t), simulator.Visit{Leave: "echec"}); kindOf(err) != portal.Unavailable {
				t.Errorf("a failure there: %v", err)
			}
		})
	}
}

// simulated starts a simulator and makes its client.
func simulated(t *testing.T, profile fc.Profile, alg string) (*fc.Client, *simulator.Simulator) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Fatal("this test needs Node 20 or later")
	}
	o := fc.Options{
		ClientID: "moncompte", ClientSecret: keys.NewSecret("simulated-secret"), Profile: profile, Alg: alg,
		RedirectURL: "http://127.0.0.1:8080/franceconnect/retour", PostLogoutURL: "http://127.0.0.1:8080/franceconnect/deconnecte",
	}
	so := simulator.Options{
		Profile: string(profile), Alg: alg, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(),
		RedirectURIs: []string{o.RedirectURL}, PostLogoutURIs: []string{o.PostLogoutURL},
	}
	if profile == fc.Plus {
		k, err := encryptionKeys()
		check.OK(t, err)
		o.EncryptionKeys = k
		published := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/jwk-set+json")
			w.Write(k.JWKS())
		}))
		t.Cleanup(published.Close)
		so.JWKSURI = published.URL
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s, err := simulator.Start(ctx, so)
	check.OK(t, err)
	t.Cleanup(func() { s.Stop() })
	o.Issuer = s.Issuer
	c, err := fc.New(o)
	check.OK(t, err)
	return c, s
}

func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	check.OK(t, err)
	return &http.Client{Jar: jar}
}

func throughSimulator(t *testing.T, c *fc.Client, s *simulator.Simulator, browser *http.Client, v simulator.Visit) (portal.Identity, error) {
	t.Helper()
	address, visit, err := c.Start(t.Context())
	check.OK(t, err)
	back, err := s.SignIn(t.Context(), browser, address, v)
	check.OK(t, err)
	return c.Finish(t.Context(), back.Query(), visit)
}
