package franceconnect_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestAPersonSignsIn(t *testing.T) {
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			pt := newParty(t, s.Options)
			id, err := pt.signIn(t.Context(), t)
			check.OK(t, err)
			acr := "eidas1"
			if profileOf(s) == fc.Plus {
				acr = "eidas2"
			}
			for _, field := range [][3]string{
				{"Issuer", id.Issuer, pt.provider.Issuer},
				{"Subject", id.Subject.Reveal(), strings.Repeat("5a", 32) + "v1"},
				{"ACR", id.ACR, acr},
				{"GivenNames", id.Civil.GivenNames, "Angela Claire Louise"},
				{"BirthName", id.Civil.BirthName, "DUBOIS"},
				{"UsedName", id.Civil.UsedName, ""},
				{"Sex", string(id.Civil.Sex), "female"},
				{"Birthdate", id.Civil.Birthdate, "1962-08-24"},
				{"Birthplace", id.Civil.Birthplace, "75107"},
				{"Birthcountry", id.Civil.Birthcountry, "99100"},
			} {
				if field[1] != field[2] {
					t.Errorf("%s is %q, want %q", field[0], field[1], field[2])
				}
			}
			if strings.Count(id.IDToken.Reveal(), ".") != 2 {
				t.Error("the id_token kept for the sign-out is not the signed one")
			}
		})
	}
}

func TestTwoTabsSignIn(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	first, err := pt.begin(t.Context(), t)
	check.OK(t, err)
	second, err := pt.begin(t.Context(), t)
	check.OK(t, err)
	if _, err := pt.finish(t.Context(), second); err != nil {
		t.Error(err)
	}
	if _, err := pt.finish(t.Context(), first); err != nil {
		t.Error(err)
	}
	if n := pt.provider.Hits("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("discovery read %d times", n)
	}
	if n := pt.provider.Hits("/jwks"); n != 1 {
		t.Errorf("keys read %d times", n)
	}
}

func TestAnotherBrowsersStateIsRefused(t *testing.T) {
	for name, visit := range map[string]portal.Visit{
		"no visit":      {},
		"another visit": {Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken()},
	} {
		t.Run(name, func(t *testing.T) {
			pt := newParty(t, fctest.Options{})
			q, err := pt.begin(t.Context(), t)
			check.OK(t, err)
			if _, err := pt.Finish(t.Context(), q, visit); kindOf(err) != portal.Expired {
				t.Error(err)
			}
			if pt.provider.Hits("/token") != 0 {
				t.Error("the code was spent")
			}
			// The right browser is not hurt by it.
			if _, err := pt.finish(t.Context(), q); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestATextThatIsNoStateIsRefusedWhateverTheVisit(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	for _, state := range []string{"", "undefined", strings.Repeat("é", 43), strings.Repeat(" ", 43), strings.Repeat("a", 44)} {
		_, err := pt.Finish(t.Context(), url.Values{"state": {state}, "code": {"c"}}, portal.Visit{State: keys.NewSecret(state)})
		if kindOf(err) != portal.Expired || pt.provider.Hits("/token") != 0 {
			t.Errorf("%q: %v", state, err)
		}
	}
}

func TestANewKeyOfTheProviderIsFoundOnce(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	// At first the provider publishes none of the keys it signs with; it has them when it is asked again.
	var asked atomic.Int32
	pt.provider.Play(fctest.Case{Answer: map[string]func(*fctest.Answer){"/jwks": func(a *fctest.Answer) {
		if asked.Add(1) == 1 {
			a.Body = []byte(`{"keys":[]}`)
		}
	}}})
	check.OK(t, check.ErrOf(pt.signIn(t.Context(), t)))
	if n := pt.provider.Hits("/jwks"); n != 2 {
		t.Errorf("keys read %d times", n)
	}
	pt.provider.Play(fctest.Case{IDToken: func(t *fctest.Token) { delete(t.Header, "kid") }})
	if _, err := pt.signIn(t.Context(), t); kindOf(err) != portal.Invalid || pt.provider.Hits("/jwks") != 2 {
		t.Errorf("a token that names no key: %v, keys read %d times", err, pt.provider.Hits("/jwks"))
	}
	pt.provider.Play(fctest.Case{IDToken: func(t *fctest.Token) { t.Header["kid"] = "unknown" }})
	if _, err := pt.signIn(t.Context(), t); kindOf(err) != portal.Invalid {
		t.Error(err)
	}
	if n := pt.provider.Hits("/jwks"); n != 3 {
		t.Errorf("an unknown key made %d readings, want one", n-2)
	}
}

func TestKeysAreReadAgainAfterTenMinutes(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	for i, row := range []struct {
		pass time.Duration
		want int
	}{{0, 1}, {9 * time.Minute, 1}, {time.Minute, 2}, {-time.Hour, 3}} {
		pt.clock.pass(row.pass)
		check.OK(t, check.ErrOf(pt.signIn(t.Context(), t)))
		if n := pt.provider.Hits("/jwks"); n != row.want {
			t.Errorf("step %d: keys read %d times, want %d", i, n, row.want)
		}
	}
}

func TestAReturnWithAClockThatIsWrongSaysSo(t *testing.T) {
	for _, row := range []struct {
		wrong time.Duration
		want  portal.FailureKind
	}{{-time.Hour, ""}, {50 * time.Second, ""}, {time.Hour, portal.Invalid}} {
		pt := newParty(t, fctest.Options{}, func(o *fc.Options) {
			right := o.Now
			o.Now = func() time.Time { return right().Add(row.wrong) }
		})
		_, err := pt.signIn(t.Context(), t)
		if kindOf(err) != row.want || (err != nil) != (row.want != "") {
			t.Errorf("wrong by %s: %v", row.wrong, err)
		}
		if err != nil && !strings.Contains(err.Error(), "are the clocks right?") {
			t.Errorf("wrong by %s: %v does not say what may be wrong", row.wrong, err)
		}
	}
}

func TestStartsAtOnceShareOneDiscovery(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	arrived, release := make(chan struct{}, 8), make(chan struct{})
	pt.provider.Play(fctest.Case{Answer: map[string]func(*fctest.Answer){
		"/.well-known/openid-configuration": func(*fctest.Answer) {
			arrived <- struct{}{}
			<-release
		},
	}})
	gone, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, _, err := pt.Start(gone)
		left <- err
	}()
	<-arrived
	leave() // the one whose fetch it was
	if err := <-left; kindOf(err) != portal.Unavailable {
		t.Errorf("the caller who left: %v", err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := pt.Start(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	close(release)
	wg.Wait()
	if n := pt.provider.Hits("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("discovery read %d times", n)
	}
}
