package franceconnect_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/portal"
)

func TestNoLieEndsInAnIdentity(t *testing.T) {
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			for _, c := range fctest.Cases(profileOf(s)) {
				t.Run(c.Name, func(t *testing.T) { refused(t, s, c) })
			}
		})
	}
}

func profileOf(s setting) fc.Profile {
	if s.Profile == "" {
		return fc.Standard
	}
	return s.Profile
}

func refused(t *testing.T, s setting, c fctest.Case) {
	pt := newParty(t, s.Options)
	pt.provider.Play(c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if c.Hangs {
		go func() {
			select {
			case <-pt.provider.Hung():
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	id, err := pt.signIn(ctx, t)
	f, ok := errors.AsType[*portal.ProviderError](err)
	if !ok {
		t.Fatalf("error %v is no ProviderError", err)
	}
	t.Log(f)
	if f.Kind != c.Want {
		t.Errorf("%v, want %s", f, c.Want)
	}
	if strings.HasPrefix(c.Name, "discovery") && pt.provider.Hits("/authorize") != 0 {
		t.Error("the browser was sent away all the same")
	}
	if id.Issuer+id.ACR != "" || !id.Subject.IsZero() || id.Civil != (portal.Civil{}) || !id.IDToken.IsZero() {
		t.Error("an identity all the same")
	}
	if !strings.Contains(pt.log.String(), "kind="+string(c.Want)) {
		t.Errorf("not in the log: %s", pt.log)
	}
	for _, secret := range []string{fctest.ClientSecret, fctest.Description, "script", "DUBOIS", "angela", "eyJ", strings.Repeat("5a", 32)} {
		if strings.Contains(pt.log.String()+f.Error(), secret) {
			t.Errorf("%q is in the log or the error: %s", secret, pt.log)
		}
	}
}

func TestTheReferenceForTheSupportIsInTheLog(t *testing.T) {
	for _, c := range fctest.Cases(fc.Standard) {
		if c.Name != "token invalid_grant" && c.Name != "callback error server_error" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			pt := newParty(t, fctest.Options{})
			pt.provider.Play(c)
			if _, err := pt.signIn(t.Context(), t); err == nil {
				t.Fatal("signed in")
			}
			for _, want := range []string{"code=Y049E20B", "id=" + fctest.ErrorID} {
				if !strings.Contains(pt.log.String(), want) {
					t.Errorf("%s is missing: %s", want, pt.log)
				}
			}
		})
	}
}

func TestAProviderThatIsGoneIsUnavailable(t *testing.T) {
	pt := newParty(t, fctest.Options{}, func(o *fc.Options) { o.Issuer = "http://127.0.0.1:1/api/v2" })
	address, _, err := pt.Start(t.Context())
	if kindOf(err) != portal.Unavailable || address != "" {
		t.Errorf("%v, %q", err, address)
	}
	pt = newParty(t, fctest.Options{})
	q, err := pt.begin(t.Context(), t)
	check.OK(t, err)
	pt.provider.Stop()
	if _, err := pt.finish(t.Context(), q); kindOf(err) != portal.Unavailable {
		t.Error(err)
	}
}

func TestAProviderThatHangsIsLeftInTime(t *testing.T) {
	hang := map[string]func(*fctest.Answer){"/.well-known/openid-configuration": func(a *fctest.Answer) { a.Hang = true }}
	pt := newParty(t, fctest.Options{}, func(o *fc.Options) { o.Timeout = 20 * 1e6 })
	pt.provider.Play(fctest.Case{Answer: hang})
	if _, _, err := pt.Start(t.Context()); kindOf(err) != portal.Unavailable || !strings.Contains(err.Error(), "no answer in time") {
		t.Error(err) // without the deadline of the Client, this test would never come here
	}
}

func TestATokenThatJustExpiredIsAcceptedForAMinute(t *testing.T) {
	late := func(t *fctest.Token) { t.Claims["exp"] = t.Claims["iat"].(int64) - 60 }
	pt := newParty(t, fctest.Options{})
	pt.provider.Play(fctest.Case{IDToken: late, Userinfo: late})
	if _, err := pt.signIn(t.Context(), t); err != nil {
		t.Error(err)
	}
}
