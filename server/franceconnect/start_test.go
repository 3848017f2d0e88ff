package franceconnect_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestTheRequestHasWhatFranceConnectTakesAndNoMore(t *testing.T) {
	for _, row := range []struct {
		profile    fc.Profile
		acr, scope string
	}{
		{fc.Standard, "eidas1", "openid identite_pivot preferred_username email idp_birthdate"},
		{fc.Plus, "eidas2", "openid rnipp_identite_pivot preferred_username email"},
	} {
		t.Run(string(row.profile), func(t *testing.T) {
			pt := newParty(t, fctest.Options{Profile: row.profile})
			address, v, err := pt.Start(t.Context())
			check.OK(t, err)
			u, err := url.Parse(address)
			check.OK(t, err)
			q := u.Query()
			want := url.Values{
				"client_id": {fctest.ClientID}, "response_type": {"code"}, "scope": {row.scope}, "acr_values": {row.acr},
				"redirect_uri": {"http://127.0.0.1/franceconnect/retour"}, "state": {v.State.Reveal()}, "nonce": {v.Nonce.Reveal()},
			}
			if !maps.EqualFunc(q, want, slices.Equal) {
				t.Errorf("got %v, want %v", q, want)
			}
			u.RawQuery = ""
			if u.String() != pt.provider.Issuer+"/authorize" {
				t.Errorf("it goes to %s", u)
			}
			if v.Way != portal.ToSignIn {
				t.Errorf("the visit is for %q", v.Way)
			}
		})
	}
}

func TestThePretendProviderRefusesPKCEAsTheRealOne(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	address, _, err := pt.Start(t.Context())
	check.OK(t, err)
	if _, err := pt.provider.Visit(t.Context(), address+"&code_challenge=x&code_challenge_method=S256"); err == nil {
		t.Error("accepted")
	}
}

func TestStateAndNonceAreNeverTheSame(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	seen := map[string]bool{}
	for range 50 {
		_, v, err := pt.Start(t.Context())
		check.OK(t, err)
		for _, token := range []string{v.State.Reveal(), v.Nonce.Reveal()} {
			if len(token) != 43 || seen[token] {
				t.Errorf("%q is short or was there before", token)
			}
			seen[token] = true
		}
	}
}

func TestNothingIsSentBeforeAPersonAsks(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	if n := pt.provider.Hits("/.well-known/openid-configuration") + pt.provider.Hits("/jwks"); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestAddressesFromTheSettingsNeedNoDiscovery(t *testing.T) {
	pt := newParty(t, fctest.Options{}, func(o *fc.Options) {
		o.AuthorizeURL, o.TokenURL, o.UserinfoURL = o.Issuer+"/authorize", o.Issuer+"/token", o.Issuer+"/userinfo"
		o.JWKSURL, o.LogoutURL = o.Issuer+"/jwks", o.Issuer+"/session/end"
	})
	if _, err := pt.signIn(t.Context(), t); err != nil {
		t.Error(err)
	}
	if n := pt.provider.Hits("/.well-known/openid-configuration"); n != 0 {
		t.Errorf("discovery read %d times", n)
	}
}

func TestAProviderThatHidesItsDocumentIsKnownByItsPaths(t *testing.T) {
	for _, status := range []int{401, 403, 404} {
		pt := newParty(t, fctest.Options{})
		pt.provider.Play(fctest.Case{Answer: map[string]func(*fctest.Answer){
			"/.well-known/openid-configuration": func(a *fctest.Answer) { *a = fctest.Answer{Status: status} },
		}})
		if _, err := pt.signIn(t.Context(), t); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestASignOutGoesToTheProviderAndComesBack(t *testing.T) {
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			pt := newParty(t, s.Options)
			id, err := pt.signIn(t.Context(), t)
			check.OK(t, err)
			state := portal.NewToken()
			address, err := pt.LogoutAddress(t.Context(), portal.Visit{IDToken: id.IDToken, State: state})
			check.OK(t, err)
			q, err := pt.provider.Visit(t.Context(), address) // refuses what FranceConnect refuses
			check.OK(t, err)
			if q.Get("state") != state.Reveal() {
				t.Errorf("came back with %v", q)
			}
		})
	}
}

var signOut = portal.Visit{Way: portal.ToSignOut, State: portal.NewToken(), IDToken: keys.NewSecret("a.b.c")}

func TestASignOutIsPossibleWhileTheProviderIsDown(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	pt.provider.Stop()
	address, err := pt.LogoutAddress(t.Context(), signOut)
	if err != nil || !strings.HasPrefix(address, pt.provider.Issuer+"/session/end?") {
		t.Errorf("%q, %v", address, err)
	}
}

func TestASignOutNeedsItsParameters(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	if _, err := pt.LogoutAddress(t.Context(), portal.Visit{State: signOut.State}); err == nil {
		t.Error("without a token")
	}
	if _, err := pt.LogoutAddress(t.Context(), portal.Visit{IDToken: signOut.IDToken}); err == nil {
		t.Error("without a state")
	}
	pt = newParty(t, fctest.Options{}, func(o *fc.Options) { o.PostLogoutURL = "" })
	if _, err := pt.LogoutAddress(t.Context(), signOut); err == nil {
		t.Error("without a return address")
	}
}
