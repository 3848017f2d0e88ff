package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/store/storetest"
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

// faults are the errors that servers have logged, each once, and how often.
func faults(ran []*server) (all []string) {
	count := map[string]int{}
	for _, s := range ran {
		for _, line := range s.log() {
			var said struct{ Level, Msg, Reason string }
			if json.Unmarshal([]byte(line), &said) == nil && said.Level == "ERROR" {
				count[said.Msg+": "+said.Reason]++
			}
		}
	}
	for fault, n := range count {
		all = append(all, fmt.Sprintf("%d times %s", n, fault))
	}
	return all
}

// nextVersion builds the program as it will be with one more migration.
func nextVersion(t *testing.T, dir, program string) {
	t.Helper()
	migration, overlay := filepath.Join(dir, "next.sql"), filepath.Join(dir, "overlay.json")
	write(t, migration, `-- +goose Up
ALTER TABLE sessions ADD COLUMN next INTEGER;
ALTER TABLE flows ADD COLUMN next INTEGER NOT NULL DEFAULT 0;
CREATE TABLE next (id TEXT NOT NULL PRIMARY KEY) STRICT;
CREATE INDEX outbox_next ON outbox (created_at);
`)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	replaced, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, "store/migrations/99999_next.sql"): migration}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, overlay, string(replaced))
	build(t, program, "next", "-overlay="+overlay)
}

func build(t *testing.T, program, version string, more ...string) {
	t.Helper()
	command(t, append(os.Environ(), "CGO_ENABLED=0"), "go", append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -X main.version=" + version,
		"-o", program}, append(more, ".")...)...)
}

// Many people use three machines over one PostgreSQL while each machine is lost and comes back, PostgreSQL too, and all of them get the next
// version: nobody loses what they were told was done.
func TestNobodyLosesWhatWasDoneWhenMachinesAreLostAndUpdated(t *testing.T) {
	dir := t.TempDir()
	now, next := filepath.Join(dir, "moncompte"), filepath.Join(dir, "moncompte-next")
	build(t, now, "now")
	nextVersion(t, dir, next)
	postgres := storetest.NewPostgres(t)
	mail := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	all := people(crowdSize)
	d := deploy(t, postgres.URL(t), all, cheap)
	d.env = append(d.env, "MONCOMPTE_SMTP_URL=smtp://"+mail.Addr, "MONCOMPTE_BASE_URL=https://moncompte.example.org")

	var machines [3]*server
	var ran []*server
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.Join(faults(ran), "\n"))
		}
	})
	addresses := make([]string, len(machines))
	start := func(i int, program string) {
		t.Helper()
		d.program = program
		machines[i] = d.serve(t, "MONCOMPTE_LISTEN="+addresses[i])
		ran = append(ran, machines[i])
	}
	balance := deploymentExample(t, "nginx spreads the requests", "A machine that is lost")
	for i := range machines {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:0", 11+i)) // where nobody's calls come from, so that the port stays free
		if err != nil {
			t.Fatal(err)
		}
		addresses[i] = l.Addr().String()
		l.Close()
		listed := fmt.Sprintf("192.0.2.%d:8080", 11+i)
		if !strings.Contains(balance, listed) {
			t.Fatalf("the example lacks %s", listed)
		}
		balance = strings.ReplaceAll(balance, listed, addresses[i])
		start(i, now)
	}
	c := &crowd{t: t, site: "https://moncompte.example.org", over: make(chan struct{}), mails: map[string][]string{}, messages: map[string]int{},
		nginx: startNginxBefore(t, balance)}
	go c.receives(mail.Mails)
	began := time.Now()
	var everybody sync.WaitGroup
	members := make([]*member, len(all))
	for i, p := range all {
		members[i] = c.member(i, p)
		everybody.Go(func() { members[i].lives(i) })
	}

	const some = crowdSize / 4
	c.goOn(some)
	for i := range machines { // one after the other
		machines[i].kill()
		c.goOn(some)
		start(i, now)
		c.goOn(some)
	}
	postgres.Crash()
	missed := c.busy.Load()
	c.until("answer without a database", func() bool { return c.busy.Load() > missed }, func() {})
	postgres.Start(t)
	c.goOn(some)

	d.program = next
	if why := d.tried(t, "serve"); !strings.Contains(why, "moncompte db migrate") {
		t.Errorf("the next version starts before its migration: %q", why)
	}
	if out := d.run(t, "", "db", "migrate"); !strings.Contains(out, "99999_next.sql") {
		t.Errorf("migrated: %s", out)
	}
	c.goOn(some)
	machines[0].kill()
	start(0, now) // comes back as it was
	c.goOn(some)
	killed := c.failed.Load()
	for i := range machines {
		if err := machines[i].stop(); err != nil {
			t.Errorf("machine %d did not stop well: %v", i, err)
		}
		start(i, next)
		c.goOn(some)
	}
	close(c.over)
	everybody.Wait()
	t.Logf("%d people, %d steps and %d requests in %s: %d (%.1f %%) met a machine that was killed, %d one that was restarted in order, %d were asked to come back; longest wait %s, for %s",
		len(all), c.done.Load(), c.asked.Load(), time.Since(began).Round(time.Second), killed, 100*float64(killed)/float64(c.asked.Load()),
		c.failed.Load()-killed, c.busy.Load(), c.longest.Round(10*time.Millisecond), c.during)

	for i, m := range members { // each has signed in by it once more, after all that happened
		if !strings.HasPrefix(m.password, "girafe") {
			t.Errorf("person %d has not chosen a password", i)
		}
	}
	for i, held := range c.dead {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, machines[i%3].site+"/mon-compte", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, cookie := range held {
			r.AddCookie(cookie)
		}
		a, err := clientOf(map[string]string{r.URL.Host: r.URL.Host}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a session that was signed out opens with status %d", a.StatusCode)
		}
	}
	c.mu.Lock()
	twice := 0
	for _, copies := range c.messages {
		twice += copies - 1
	}
	t.Logf("%d messages, %d of them a second time; %d sessions signed out", len(c.messages), twice, len(c.dead))
	c.mu.Unlock()
	d.run(t, "", "audit", "verify")
	if out := d.run(t, "", "db", "check"); !strings.Contains(out, " 0 faults") {
		t.Errorf("the database: %s", out)
	}
}
