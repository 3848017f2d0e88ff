package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const another = "Coquelicot-des-champs-58"

// age is how long the answer lets a cookie stay.
func (a answer) age(cookie string) time.Duration {
	for _, c := range a.Cookies() {
		if c.Name == cookie {
			return time.Duration(c.MaxAge) * time.Second
		}
	}
	return 0
}

// twice is a browser at the page of the new password, and one like it whose click comes second.
func (o *recoverySite) twice(base string) (b, second *browser) {
	o.t.Helper()
	b = o.given(base)
	return b, o.with("recuperation", b.cookie("recuperation"))
}

func TestASecondClickOnTheNewPasswordIsAnsweredLikeTheFirst(t *testing.T) {
	o := openRecoverySite(t, local)
	b, second := o.twice(reset)
	b.choose(reset, chosen).leads(t, "the first click", "/mon-compte")
	second.choose(reset, chosen).leads(t, "the second click", "/connexion")
	second.get("/connexion").says(t, "sign-in page", said(components.PasswordChanged))
	if second.isSignedIn() {
		t.Error("the second click opened a session of its own")
	}
	b.choose(reset, chosen).leads(t, "a second click after the first answer", "/connexion")
	b.get("/connexion").leads(t, "the sign-in page after it", "/mon-compte")
	b.get(reset+"/nouveau").leads(t, "the page of the password", reset) // the token opens nothing any more
	o.browser().signIn(nathalie, chosen)
}

func TestTwoClicksAtOnceOnTheNewPasswordBothLeadOn(t *testing.T) {
	o := openRecoverySite(t, local)
	b, second := o.twice(reset)
	var clicks sync.WaitGroup
	answers := make([]answer, 2)
	for i, browser := range []*browser{b, second} {
		clicks.Go(func() { answers[i] = browser.choose(reset, chosen) })
	}
	clicks.Wait()
	led := map[string]int{}
	for _, a := range answers {
		a.expect(t, "a click", http.StatusSeeOther, nil)
		led[a.Header.Get("Location")]++
	}
	if led["/mon-compte"] != 1 || led["/connexion"] != 1 {
		t.Errorf("two clicks lead to %v", led)
	}
}

// Whoever has the cookie of a flow that is over learns nothing by it, sets nothing and cannot guess.
func TestASecondClickIsTheSameFlowThePasswordAndTheMinute(t *testing.T) {
	o := openRecoverySite(t, local)
	b, second := o.twice(reset)
	late := o.with("recuperation", second.cookie("recuperation"))
	b.choose(reset, chosen).leads(t, "the first click", "/mon-compte")
	second.choose(reset, another).leads(t, "another password", reset)
	second.choose(first, chosen).leads(t, "on the page of the other way", first)
	o.browser().choose(reset, chosen).leads(t, "without the cookie", reset)
	if a := o.browser().try(nathalie, another); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the second click set a password: status %d", a.StatusCode)
	}
	for range 10 {
		second.choose(reset, another)
	}
	second.choose(reset, chosen).leads(t, "after ten guesses", reset)
	o.Turn(portal.AgainLife)
	late.choose(reset, chosen).leads(t, "after a minute", reset)
	o.browser().signIn(nathalie, chosen)
}

func TestAFlowThatAnotherOneEndedIsNoSecondClick(t *testing.T) {
	o := openRecoverySite(t, local)
	ended := o.given(reset)
	o.Turn(portal.ResendAfter)
	o.given(reset).choose(reset, chosen).leads(t, "the other flow", "/mon-compte")
	ended.choose(reset, chosen).leads(t, "the flow that it ended", reset)
	if a := ended.get("/connexion"); strings.Contains(a.body, said(components.PasswordChanged)) {
		t.Error("it says that it changed the password")
	}
}

// between runs something once, after the first look at a flow of whoever comes next.
type between struct {
	portal.Store
	ran *atomic.Bool
	run func()
}

func (s between) overtake() {
	if s.ran.CompareAndSwap(false, true) {
		s.run()
	}
}

func (s between) Flow(ctx context.Context, token keys.Secret, now time.Time) (portal.Flow, error) {
	f, err := s.Store.Flow(ctx, token, now)
	s.overtake()
	return f, err
}

func (s between) FinishedFlow(ctx context.Context, token keys.Secret, since time.Time) (portal.Finished, error) {
	f, err := s.Store.FinishedFlow(ctx, token, since)
	s.overtake()
	return f, err
}

func TestAClickThatIsOvertakenIsAnsweredLikeTheOneBeforeIt(t *testing.T) {
	o := openRecoverySite(t, local)
	b, second := o.twice(reset)
	o.recovery.Store = between{o.recovery.Store, new(atomic.Bool), func() {
		b.choose(reset, chosen).leads(t, "the click that overtakes", "/mon-compte")
	}}
	second.choose(reset, chosen).leads(t, "the click that is overtaken", "/connexion")
	o.browser().signIn(nathalie, chosen)
}
