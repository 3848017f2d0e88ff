package franceconnect_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	fc "moncompte/server/franceconnect"
	"moncompte/server/franceconnect/fctest"
)

func TestAPersonSignsIn(t *testing.T) {
	for _, s := range settings() {
		t.Run(s.name, func(t *testing.T) {
			pt := newParty(t, s.Options)
			id, err := pt.signIn(t.Context(), t)
			if err != nil {
				t.Fatal(err)
			}
			acr := "eidas1"
			if profileOf(s) == fc.Plus {
				acr = "eidas2"
			}
			for _, field := range [][3]string{
				{"Issuer", id.Issuer, pt.provider.Issuer},
				{"Subject", id.Subject, strings.Repeat("5a", 32) + "v1"},
				{"ACR", id.ACR, acr},
				{"GivenNames", id.GivenNames, "Angela Claire Louise"},
				{"FamilyName", id.FamilyName, "DUBOIS"},
				{"UsedName", id.UsedName, ""},
				{"Gender", id.Gender, "female"},
				{"Birthdate", id.Birthdate, "1962-08-24"},
				{"Birthplace", id.Birthplace, "75107"},
				{"Birthcountry", id.Birthcountry, "99100"},
				{"Email", id.Email.Reveal(), "angela@example.test"},
			} {
				if field[1] != field[2] {
					t.Errorf("%s is %q, want %q", field[0], field[1], field[2])
				}
			}
			if strings.Count(id.IDToken.Reveal(), ".") != 2 {
				t.Error("the id_token kept for the sign-out is not the signed one")
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				if text := fmt.Sprintf(verb, id); text != "[identity]" {
					t.Errorf("%s prints %s", verb, text)
				}
			}
		})
	}
}

func TestTwoTabsSignIn(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	first, err := pt.begin(t.Context(), t)
	if err != nil {
		t.Fatal(err)
	}
	second, err := pt.begin(t.Context(), t)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pt.Finish(t.Context(), second, pt.find); err != nil {
		t.Error(err)
	}
	if _, err := pt.Finish(t.Context(), first, pt.find); err != nil {
		t.Error(err)
	}
	if n := pt.provider.Hits("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("discovery read %d times", n)
	}
	if n := pt.provider.Hits("/jwks"); n != 1 {
		t.Errorf("keys read %d times", n)
	}
}

func TestACallbackWorksOnce(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	q, err := pt.begin(t.Context(), t)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pt.Finish(t.Context(), q, pt.find); err != nil {
		t.Fatal(err)
	}
	if _, err := pt.Finish(t.Context(), q, pt.find); fc.KindOf(err) != fc.Duplicate {
		t.Errorf("the second time: %v", err)
	}
	if n := pt.provider.Hits("/token"); n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
}

// The session of the browser may be read twice before it is written: the Client alone must let one pass.
func TestOfCallbacksAtOnceOneWins(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	address, p, err := pt.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	q, err := pt.provider.Visit(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 8)
	var wg, reading sync.WaitGroup
	reading.Add(len(errs))
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = pt.Finish(t.Context(), q, func(string) (fc.Pending, bool) {
				reading.Done()
				reading.Wait() // all have read the session, none has written it
				return p, true
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case fc.KindOf(err) != fc.Duplicate:
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

func TestAnotherBrowsersStateIsRefused(t *testing.T) {
	for name, find := range map[string]func(string) (fc.Pending, bool){
		"no state":       func(string) (fc.Pending, bool) { return fc.Pending{}, false },
		"an empty state": func(string) (fc.Pending, bool) { return fc.Pending{}, true },
		"another state":  func(string) (fc.Pending, bool) { return fc.Pending{State: fc.NewState(), Nonce: fc.NewState()}, true },
	} {
		t.Run(name, func(t *testing.T) {
			pt := newParty(t, fctest.Options{})
			q, err := pt.begin(t.Context(), t)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pt.Finish(t.Context(), q, find); fc.KindOf(err) != fc.Expired {
				t.Error(err)
			}
			if pt.provider.Hits("/token") != 0 {
				t.Error("the code was spent")
			}
			// The right browser is not hurt by it.
			if _, err := pt.Finish(t.Context(), q, pt.find); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestATextThatIsNoStateIsNotLookedUp(t *testing.T) {
	pt := newParty(t, fctest.Options{})
	for _, state := range []string{"", "undefined", strings.Repeat("é", 43), strings.Repeat(" ", 43), strings.Repeat("a", 44)} {
		_, err := pt.Finish(t.Context(), url.Values{"state": {state}, "code": {"c"}}, func(string) (fc.Pending, bool) {
			t.Errorf("%q was looked up", state)
			return fc.Pending{}, false
		})
		if fc.KindOf(err) != fc.Expired {
			t.Error(err)
		}
	}
}

func TestASignInLastsThirtyMinutes(t *testing.T) {
	for _, row := range []struct {
		after time.Duration
		want  fc.FailureKind
	}{{30 * time.Minute, fc.Expired /* its code, at the provider */}, {30*time.Minute + time.Second, fc.Expired}} {
		pt := newParty(t, fctest.Options{})
		q, err := pt.begin(t.Context(), t)
		if err != nil {
			t.Fatal(err)
		}
		pt.clock.pass(row.after)
		if _, err := pt.Finish(t.Context(), q, pt.find); fc.KindOf(err) != row.want {
			t.Errorf("after %s: %v", row.after, err)
		}
		if asked := pt.provider.Hits("/token") == 1; asked != (row.after <= fc.PendingFor) {
			t.Errorf("after %s: code sent %t", row.after, asked)
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
	if _, err := pt.signIn(t.Context(), t); err != nil {
		t.Fatal(err)
	}
	if n := pt.provider.Hits("/jwks"); n != 2 {
		t.Errorf("keys read %d times", n)
	}
	pt.provider.Play(fctest.Case{IDToken: func(t *fctest.Token) { delete(t.Header, "kid") }})
	if _, err := pt.signIn(t.Context(), t); fc.KindOf(err) != fc.Invalid || pt.provider.Hits("/jwks") != 2 {
		t.Errorf("a token that names no key: %v, keys read %d times", err, pt.provider.Hits("/jwks"))
	}
	pt.provider.Play(fctest.Case{IDToken: func(t *fctest.Token) { t.Header["kid"] = "unknown" }})
	if _, err := pt.signIn(t.Context(), t); fc.KindOf(err) != fc.Invalid {
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
		if _, err := pt.signIn(t.Context(), t); err != nil {
			t.Fatal(err)
		}
		if n := pt.provider.Hits("/jwks"); n != row.want {
			t.Errorf("step %d: keys read %d times, want %d", i, n, row.want)
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
	if err := <-left; fc.KindOf(err) != fc.Unavailable {
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
