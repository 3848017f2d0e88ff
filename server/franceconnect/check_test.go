package franceconnect_test

import (
	"strings"
	"testing"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/keys"
)

func TestAWrongSettingIsNamed(t *testing.T) {
	for _, row := range []struct {
		want   string
		change func(*fc.Options)
	}{
		{"Issuer", func(o *fc.Options) { o.Issuer = "" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "http://fc.example.test/api/v2" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "http://127.0.0.1.example.test/api/v2" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "http://192.168.0.1/api/v2" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "https://fc.example.test/api/v2/" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "https://fc.example.test/api/v2?x" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "https://user:pass@fc.example.test/api/v2" }},
		{"Issuer", func(o *fc.Options) { o.Issuer = "javascript:alert(1)" }},
		{"ClientID", func(o *fc.Options) { o.ClientID = "" }},
		{"ClientSecret", func(o *fc.Options) { o.ClientSecret = keys.Secret{} }},
		{"Profile", func(o *fc.Options) { o.Profile = "franceconnect++" }},
		{"Alg", func(o *fc.Options) { o.Alg = "HS256" }},
		{"Alg", func(o *fc.Options) { o.Alg = "none" }},
		{"Alg", func(o *fc.Options) { o.Profile, o.Alg = fc.Plus, "RS256" }},
		{"EncryptionKeys", func(o *fc.Options) { o.Profile = fc.Plus }},
		{"RedirectURL", func(o *fc.Options) { o.RedirectURL = "" }},
		{"RedirectURL", func(o *fc.Options) { o.RedirectURL = "/franceconnect/retour" }},
		{"PostLogoutURL", func(o *fc.Options) { o.PostLogoutURL = "http://portal.example.test/" }},
		{"AuthorizeURL", func(o *fc.Options) { o.AuthorizeURL = "http://fc.example.test/authorize" }},
		{"TokenURL", func(o *fc.Options) { o.TokenURL = "token" }},
		{"UserinfoURL", func(o *fc.Options) { o.UserinfoURL = "https:///userinfo" }},
		{"JWKSURL", func(o *fc.Options) { o.JWKSURL = "file:///jwks" }},
		{"LogoutURL", func(o *fc.Options) { o.LogoutURL = "https://fc.example.test/end#x" }},
	} {
		o := honestOptions()
		row.change(&o)
		_, err := fc.New(o)
		if err == nil || !strings.HasPrefix(err.Error(), "franceconnect: "+row.want) {
			t.Errorf("want an error about %s, have %v", row.want, err)
		}
		if err != nil && (strings.Contains(err.Error(), "pass") || strings.Contains(err.Error(), "the secret")) {
			t.Errorf("a secret is in %v", err)
		}
	}
}

func TestPlainHTTPIsAcceptedOnLoopback(t *testing.T) {
	for _, host := range []string{"localhost:1", "127.0.0.1:1", "127.8.8.8", "[::1]:1"} {
		o := honestOptions()
		o.Issuer, o.RedirectURL = "http://"+host+"/api/v2", "http://"+host+"/franceconnect/retour"
		if _, err := fc.New(o); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestWithoutEncryptionKeysTheSetIsEmpty(t *testing.T) {
	c, err := fc.New(honestOptions())
	check.OK(t, err)
	if got := string(c.JWKS()); got != `{"keys":[]}` {
		t.Errorf("got %s", got)
	}
}

func honestOptions() fc.Options {
	return fc.Options{
		Issuer: "https://fc.example.test/api/v2", ClientID: "id", ClientSecret: keys.NewSecret("the secret"),
		RedirectURL: "https://portal.example.test/franceconnect/retour", PostLogoutURL: "https://portal.example.test/franceconnect/deconnecte",
	}
}
