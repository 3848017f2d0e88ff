package main

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// twoInstances starts two servers over one PostgreSQL, and nothing else that they share but the keys.
func twoInstances(t *testing.T, all []person) (d *deployment, one, other string) {
	t.Helper()
	d = deploy(t, storetest.PostgresURL(t), all, cheap)
	return d, d.serve(t).site, d.serve(t).site
}

func TestASessionIsTheSameOnEveryInstance(t *testing.T) {
	all := people(1)
	_, one, other := twoInstances(t, all)
	b := newBrowser(t)
	if a := b.signIn(t, one, all[0]); a.status != http.StatusSeeOther {
		t.Fatalf("status %d", a.status)
	}
	if !b.signedIn(t, other) {
		t.Fatal("the other instance does not know the session")
	}
	if a := b.get(t, other+"/mon-compte/securite"); a.status != http.StatusOK {
		t.Errorf("the other instance shows the security page with status %d", a.status)
	}
	tokens := b.client.Jar.Cookies(mustURL(t, one))
	if a := b.post(t, other+"/deconnexion", url.Values{}); a.status != http.StatusSeeOther {
		t.Fatalf("signing out answers %d", a.status)
	}
	b.client.Jar.SetCookies(mustURL(t, one), tokens) // as a thief of the cookie would
	for _, site := range []string{one, other} {
		if b.signedIn(t, site) {
			t.Error("the session outlived its end")
		}
	}
}

// What a proxy is told of a session may be a moment old elsewhere, and never where it ended.
func TestASignOutIsKnownToProxiesOfEveryInstanceWithinASecond(t *testing.T) {
	all := people(1)
	_, one, other := twoInstances(t, all)
	b := newBrowser(t)
	for range 5 {
		if a := b.signIn(t, one, all[0]); a.status != http.StatusSeeOther {
			t.Fatalf("status %d", a.status)
		}
		for _, site := range []string{one, other} {
			if a := b.get(t, site+"/auth/verify"); a.status != http.StatusOK {
				t.Fatalf("signed in, a proxy is told %d", a.status)
			}
		}
		tokens := b.client.Jar.Cookies(mustURL(t, one))
		if a := b.post(t, one+"/deconnexion", url.Values{}); a.status != http.StatusSeeOther {
			t.Fatalf("signing out answers %d", a.status)
		}
		ended := time.Now()
		b.client.Jar.SetCookies(mustURL(t, one), tokens)
		if a := b.get(t, one+"/auth/verify"); a.status != http.StatusUnauthorized {
			t.Errorf("where the session ended, a proxy is told %d", a.status)
		}
		for asked := time.Now(); b.get(t, other+"/auth/verify").status != http.StatusUnauthorized; asked = time.Now() {
			if asked.Sub(ended) > time.Second {
				t.Fatal("the session outlived its end by a second")
			}
		}
	}
}

func TestInstancesCountAttemptsTogether(t *testing.T) {
	all := people(2)
	d, one, other := twoInstances(t, all)
	sites := []string{one, other}
	var mu sync.Mutex
	statuses := map[int]int{}
	var guesses sync.WaitGroup
	for i := range 40 {
		b := newBrowser(t)
		form := pair(all[0])
		form.Set("mot_de_passe", "pas le bon")
		guesses.Go(func() {
			a, err := b.do(t.Context(), sites[i%2]+"/connexion", form)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
		})
	}
	guesses.Wait()
	free := portal.AccountLimit.Free
	if statuses[http.StatusUnauthorized] != free || statuses[http.StatusTooManyRequests] != 40-free {
		t.Fatalf("of 40 parallel guesses: %v", statuses)
	}
	b := newBrowser(t)
	for _, site := range sites {
		if a := b.signIn(t, site, all[0]); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
			t.Errorf("the right password answers %d during the wait", a.status)
		}
		if a := newBrowser(t).signIn(t, site, all[1]); a.status != http.StatusSeeOther {
			t.Errorf("somebody else is answered %d", a.status)
		}
	}
	d.run(t, all[0].identifier+"\n", "accounts", "unlock", "-")
	if a := b.signIn(t, other, all[0]); a.status != http.StatusSeeOther {
		t.Errorf("after unlocking, the right password answers %d", a.status)
	}
}

func TestAnOperatorEndsSessionsOnEveryInstanceAtOnce(t *testing.T) {
	all := people(2)
	d, one, other := twoInstances(t, all)
	id := all[0].identifier + "\n"
	phone, desk, neighbour := newBrowser(t), newBrowser(t), newBrowser(t)
	signIn := func() {
		t.Helper()
		for b, site := range map[*browser]string{phone: one, desk: other} {
			if a := b.signIn(t, site, all[0]); a.status != http.StatusSeeOther {
				t.Fatalf("status %d", a.status)
			}
		}
	}
	ended := func(by string) {
		t.Helper()
		for _, b := range []*browser{phone, desk} {
			for _, site := range []string{one, other} {
				if b.signedIn(t, site) {
					t.Errorf("a session outlived %s", by)
				}
			}
		}
	}
	if a := neighbour.signIn(t, one, all[1]); a.status != http.StatusSeeOther {
		t.Fatalf("status %d", a.status)
	}
	signIn()
	if !phone.signedIn(t, other) || !desk.signedIn(t, one) {
		t.Fatal("a session is not known everywhere")
	}
	d.run(t, id, "accounts", "sign-out", "-")
	ended("accounts sign-out")
	signIn()
	d.run(t, id, "accounts", "disable", "-")
	ended("accounts disable")
	for _, site := range []string{one, other} {
		if a := phone.signIn(t, site, all[0]); a.status != http.StatusUnauthorized {
			t.Errorf("a disabled account is answered %d", a.status)
		}
	}
	d.run(t, id, "accounts", "enable", "-")
	ended("accounts enable")
	signIn()
	if !neighbour.signedIn(t, other) {
		t.Error("the session of another account ended too")
	}
}

func mustURL(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	check.OK(t, err)
	return u
}
