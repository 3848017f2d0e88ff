package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
	"moncompte/server/web"
)

const issuer = "https://fournisseur.example/api/v2"

// counter is a FranceConnect that believes what the test tells it, and checks states like the real one.
type counter struct {
	identity portal.Identity
	failure  error // of the next return
	down     bool
	noExit   bool
	visits   []portal.Visit
}

func (c *counter) Start(context.Context) (string, portal.Visit, error) {
	if c.down {
		return "", portal.Visit{}, &portal.ProviderError{Kind: portal.Unavailable, Reason: "start: no answer"}
	}
	v := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken()}
	run.secret("state", v.State.Reveal())
	run.secret("nonce", v.Nonce.Reveal())
	c.visits = append(c.visits, v)
	return issuer + "/authorize?state=" + v.State.Reveal(), v, nil
}

func (c *counter) Finish(_ context.Context, q url.Values, visit portal.Visit) (portal.Identity, error) {
	if visit.State.IsZero() || visit.State.Reveal() != q.Get("state") {
		return portal.Identity{}, &portal.ProviderError{Kind: portal.Expired, Reason: "state"}
	}
	known := false
	for _, v := range c.visits {
		known = known || v.Nonce.Reveal() == visit.Nonce.Reveal()
	}
	if !known {
		return portal.Identity{}, &portal.ProviderError{Kind: portal.Invalid, Reason: "nonce"}
	}
	if c.failure != nil {
		return portal.Identity{}, c.failure
	}
	return c.identity, nil
}

func (c *counter) LogoutAddress(_ context.Context, v portal.Visit) (string, error) {
	if c.noExit {
		return "", errors.New("no logout address")
	}
	run.secret("state", v.State.Reveal())
	return issuer + "/session/end?" + url.Values{"id_token_hint": {v.IDToken.Reveal()}, "state": {v.State.Reveal()}}.Encode(), nil
}

func (c *counter) JWKS() []byte { return []byte(`{"keys":[]}`) }

// identity is Nathalie as FranceConnect knows her.
func identity() portal.Identity {
	return portal.Identity{Issuer: issuer, Subject: keys.NewSecret(run.secret("subject", strings.Repeat("0a", 32)+"v1")), ACR: "eidas1",
		Civil: portal.Civil{BirthName: "Durand", GivenNames: "Nathalie Anne", Sex: portal.Female, Birthdate: "1969-05-12",
			Birthplace: "49588", Birthcountry: "99100"},
		IDToken: keys.NewSecret(run.secret("id_token", "eyJhbGciOiJFUzI1NiJ9.fictif.signature"))}
}

// federated is a site with FranceConnect, whose clock tests turn.
type federated struct {
	*site
	*storetest.Watch
	fc      *counter
	options web.Options
	links   *portal.Linking
}

func openFederated(t *testing.T, base string) *federated {
	fc := &counter{identity: identity()}
	f := openFederatedBy(t, base, fc)
	f.fc = fc
	return f
}

func openFederatedBy(t *testing.T, base string, provider web.Provider) *federated {
	f := &federated{Watch: storetest.NewWatch(time.Now())}
	f.site = open(t, base, func(o *web.Options) {
		f.links = &portal.Linking{Login: o.Login, Composer: notify.Composer{}, Reach: &portal.Reach{Composer: notify.Composer{}}, Log: o.Log,
			Now: f.Clock}
		f.links.Store = o.Accounts.(portal.Store)
		o.FranceConnect = &web.FranceConnect{Provider: provider, Linking: f.links, Issuer: issuer}
		f.options = *o
	})
	return f
}

// depart begins a visit and returns its state.
func (b *browser) depart() string {
	b.site.t.Helper()
	a := b.get("/franceconnect/connexion")
	to, state, found := strings.Cut(a.Header.Get("Location"), "/authorize?state=")
	if a.StatusCode != http.StatusSeeOther || to != issuer || !found {
		b.site.t.Fatalf("the way to FranceConnect: status %d, to %q", a.StatusCode, to)
	}
	return state
}

func (b *browser) comeBack(state string) answer {
	b.site.t.Helper()
	return b.get("/franceconnect/retour?"+url.Values{"state": {state}, "code": {"c"}, "iss": {issuer}}.Encode(),
		header{"Sec-Fetch-Site": "cross-site"})
}

func (b *browser) prove(identifier, password string, headers ...header) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, "/franceconnect/rattachement", pair(identifier, password), headers...)
}

// link goes the whole way of the first time.
func (b *browser) link() {
	b.site.t.Helper()
	b.comeBack(b.depart()).expect(b.site.t, "first return", http.StatusSeeOther, header{"Location": "/franceconnect/rattachement"})
	b.prove(nathalie, right).expect(b.site.t, "proof", http.StatusSeeOther, header{"Location": "/mon-compte"})
}
