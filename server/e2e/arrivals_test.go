package e2e

import (
	"context"
	"net/url"
	"strings"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// withArrivals gives the site a FranceConnect from which everybody comes back.
func withArrivals(s *site, o *web.Options) {
	o.FranceConnect = &web.FranceConnect{Provider: arrivals(s.url), Issuer: s.url, Linking: &portal.Linking{Store: s.store, Login: s.login,
		Recovery: o.Recovery, Reach: o.Recovery.Reach, Composer: notify.Composer{OrgName: "Caf", Host: "moncompte.example"}}}
}

// arrivals is a provider that sends everybody back at once as Nathalie.
type arrivals string

func (p arrivals) Start(context.Context) (string, portal.Visit, error) {
	v := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken(), At: time.Now()}
	return string(p) + "/franceconnect/retour?code=1&state=" + v.State.Reveal(), v, nil
}

func (p arrivals) Finish(context.Context, url.Values, portal.Visit) (portal.Identity, error) {
	return portal.Identity{Issuer: string(p), Subject: keys.NewSecret(strings.Repeat("0a", 32) + "v1"), ACR: "eidas1", IDToken: keys.NewSecret("token"),
		Civil: portal.Civil{BirthName: "Durand", GivenNames: "Nathalie", Sex: portal.Female, Birthdate: "1969-05-12"}}, nil
}

func (p arrivals) LogoutAddress(_ context.Context, v portal.Visit) (string, error) {
	return string(p) + "/franceconnect/deconnecte?state=" + v.State.Reveal(), nil
}

func (arrivals) JWKS() []byte { return nil }
