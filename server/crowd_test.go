package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
)

const (
	crowdSize = 200
	// patience is how long somebody in the crowd tries the same step. A message that a lost machine was sending waits for half a minute; the rest is
	// for a busy machine.
	patience = 5 * time.Minute
)

// crowd is many people at once, and what became of them.
type crowd struct {
	t     *testing.T
	site  string // https://…
	nginx nginx
	over  chan struct{} // closed when they may go home

	done     atomic.Int64 // steps that were acknowledged
	asked    atomic.Int64
	busy     atomic.Int64 // answers of ours that ask to come back
	failed   atomic.Int64 // requests that no machine answered
	mu       sync.Mutex
	longest  time.Duration
	during   string
	mails    map[string][]string // codes, by address
	messages map[string]int      // copies, by Message-ID
	dead     [][]*http.Cookie    // sessions that were signed out
}

// member is one person of the crowd, at an address of their own.
type member struct {
	*crowd
	person
	b      *browser
	before func() // each try; nil = nothing
}

func (c *crowd) member(i int, p person) *member {
	client := clientOf(nil)
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(i/250), byte(i%250+1))}} // as nginx limits and the server counts by address
	transport := client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return from.DialContext(ctx, network, c.nginx.secure)
	}
	c.t.Cleanup(transport.CloseIdleConnections)
	client.Timeout = 20 * time.Second
	client.Jar, _ = cookiejar.New(nil)
	return &member{crowd: c, person: p, b: &browser{client: client}}
}

// step sends a request until an answer is one of those that are awaited.
func (m *member) step(what, path string, form url.Values, awaited ...int) (answer, bool) {
	began := time.Now()
	for time.Since(began) < patience {
		m.asked.Add(1)
		if m.before != nil {
			m.before()
		}
		a, err := m.b.do(m.t.Context(), m.site+path, form)
		switch {
		case err != nil || a.status >= 500 && a.header.Get("Mon-Compte") == "":
			m.failed.Add(1)
		case a.status == http.StatusServiceUnavailable:
			m.busy.Add(1)
		case slices.Contains(awaited, a.status):
			m.done.Add(1)
			m.waited(what, time.Since(began))
			return a, true
		default:
			m.t.Errorf("%s: status %d, to %q", what, a.status, a.header.Get("Location"))
			return a, false
		}
		time.Sleep(200*time.Millisecond + rand.N(time.Second)) // as a person who clicks once more
	}
	m.t.Errorf("%s: no answer in %s", what, patience)
	return answer{}, false
}

func (c *crowd) waited(what string, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if wait > c.longest {
		c.longest, c.during = wait, what
	}
}

// leads is step for an answer that leads to a path.
func (m *member) leads(what, path string, form url.Values, to string) bool {
	a, ok := m.step(what, path, form, http.StatusSeeOther)
	if ok && a.header.Get("Location") != to {
		m.t.Errorf("%s: leads to %q, want %q", what, a.header.Get("Location"), to)
		return false
	}
	return ok
}

func (m *member) signIn() bool {
	return m.leads("the sign-in", "/connexion", pair(m.person), "/mon-compte") && m.stays()
}

// stays sees that a session that was acknowledged is there.
func (m *member) stays() bool {
	_, ok := m.step("a session that was opened", "/mon-compte", nil, http.StatusOK)
	return ok
}

// signOut sees that the session that ended is dead at once, wherever.
func (m *member) signOut() bool {
	at := mustURL(m.t, m.site)
	held := m.b.client.Jar.Cookies(at)
	m.before = func() { m.b.client.Jar.SetCookies(at, held) } // where the database did not answer, the browser has forgotten them
	if _, ok := m.step("the sign-out", "/deconnexion", url.Values{}, http.StatusSeeOther); !ok {
		return false
	}
	m.before = nil
	left := m.b.client.Jar.Cookies(at)
	m.b.client.Jar.SetCookies(at, held)
	ok := m.leads("a session that was signed out", "/mon-compte", nil, "/connexion")
	m.b.client.Jar, _ = cookiejar.New(nil)
	m.b.client.Jar.SetCookies(at, left)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = append(m.dead, held)
	return ok
}

// recover chooses another password by a code, and tries both once more.
func (m *member) recover(chosen string) bool {
	const way = "/mot-de-passe-oublie"
	if !m.leads("asking for a code", way, url.Values{"identifiant": {m.identifier}, "canal": {"email"}}, way+"/code") {
		return false
	}
	code, began := "", time.Now()
	for seen := 0; code == ""; time.Sleep(20 * time.Millisecond) {
		m.mu.Lock()
		codes := m.mails[m.email][seen:]
		m.mu.Unlock()
		for _, tried := range codes {
			seen++
			a, ok := m.step("the code", way+"/code", url.Values{"code": {tried}}, http.StatusSeeOther, http.StatusUnprocessableEntity)
			if !ok {
				return false
			}
			if a.header.Get("Location") == way+"/nouveau" { // not the code of a request whose answer was lost
				code = tried
			}
		}
		if time.Since(began) > patience {
			m.t.Error("the message with the code was lost")
			return false
		}
	}
	m.waited("the message with the code", time.Since(began))
	a, ok := m.step("the new password", way+"/nouveau", url.Values{"mot_de_passe": {chosen}}, http.StatusSeeOther)
	if !ok {
		return false
	}
	if to := a.header.Get("Location"); to != "/mon-compte" && to != "/connexion" { // the second one when the first answer was lost
		m.t.Errorf("the new password leads to %q", to)
		return false
	}
	old := m.person
	m.password = chosen
	if _, ok := m.step("the old password", "/connexion", pair(old), http.StatusUnauthorized); !ok {
		return false
	}
	return m.leads("the code once more", way+"/code", url.Values{"code": {code}}, way) &&
		m.signIn() && m.signOut()
}

// lives signs in, recovers, signs out, and so on until it is over.
func (m *member) lives(i int) {
	chosen := fmt.Sprintf("girafe cactus %04d lanterne", i)
	logged.secret("password", chosen)
	m.rests(15 * time.Second) // they do not come all at once
	if !m.signIn() || !m.signOut() || !m.recover(chosen) {
		return
	}
	for {
		last := m.rests(30 * time.Second)
		if !m.signIn() || !m.signOut() || last {
			return
		}
	}
}

// rests waits a while, and reports whether it is over.
func (m *member) rests(most time.Duration) bool {
	select {
	case <-m.over:
		return true
	case <-time.After(rand.N(most)):
		return false
	}
}

// receives sorts the e-mails by whom they are for, and counts their copies.
func (c *crowd) receives(mails <-chan notifytest.Mail) {
	for {
		select {
		case mail := <-mails:
			m := mail.Parse(c.t)
			c.mu.Lock()
			id := m.Header.Get("Message-ID")
			c.messages[id]++
			if most := notify.MostCopies(!sixDigits.MatchString(m.Subject)); c.messages[id] > most {
				c.t.Errorf("%d copies of one message", c.messages[id])
			}
			if code := sixDigits.FindString(m.Subject); code != "" && c.messages[id] == 1 {
				c.mails[mail.To[0]] = append(c.mails[mail.To[0]], code)
			}
			c.mu.Unlock()
		case <-c.t.Context().Done():
			return
		}
	}
}

// goOn waits until so many more steps were acknowledged.
func (c *crowd) goOn(steps int64) {
	c.t.Helper()
	c.until(fmt.Sprintf("%d more steps", steps), func() bool { return steps <= 0 }, func() { steps-- })
}

func (c *crowd) until(what string, reached func() bool, progress func()) {
	c.t.Helper()
	last, began := c.done.Load(), time.Now()
	for ; !reached(); time.Sleep(10 * time.Millisecond) {
		for now := c.done.Load(); last < now; last++ {
			progress()
		}
		if c.t.Failed() || time.Since(began) > patience {
			c.t.Fatalf("no %s", what)
		}
	}
}
