package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify/notifytest"
	"moncompte/server/store/storetest"
)

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
	check.OK(t, err)
	replaced, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, "store/migrations/99999_next.sql"): migration}})
	check.OK(t, err)
	write(t, overlay, string(replaced))
	build(t, program, "next", "-overlay="+overlay)
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
		check.OK(t, err)
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
		check.OK(t, err)
		for _, cookie := range held {
			r.AddCookie(cookie)
		}
		a, err := clientOf(map[string]string{r.URL.Host: r.URL.Host}).Do(r)
		check.OK(t, err)
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
