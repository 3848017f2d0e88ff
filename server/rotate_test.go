package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// Two servers answer while an operator changes the keys, is cut off by kill -9 in the middle, goes on and drops the old key: whoever
// signs in or asks for a code meanwhile notices nothing.
func TestTheKeysChangeWhileServersAnswer(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine.Name, func(t *testing.T) {
			all := people(8)
			d := deploy(t, engine.URL(t), all, cheap)
			d.crowd(t, 5_000)
			sites := []string{d.serve(t).site, d.serve(t).site}

			var done atomic.Bool
			var came atomic.Int64
			var visitors sync.WaitGroup
			defer visitors.Wait()
			defer done.Store(true)
			for n, p := range all[:4] {
				visitors.Go(func() {
					for i := 0; !done.Load(); i++ {
						b := newBrowser(t)
						b.from = fmt.Sprintf("198.51.100.%d", 1+(i*4+n)%250)
						site := sites[(i+n)%2]
						entered := false
						for path, form := range map[string]url.Values{
							"/connexion":           pair(p),
							"/mot-de-passe-oublie": {"identifiant": {p.identifier}, "canal": {"email"}},
						} {
							a, err := b.do(t.Context(), site+path, form)
							switch {
							case err != nil:
								t.Error(err)
							case a.status == http.StatusServiceUnavailable: // too many hashes at once on this machine
							case a.status == http.StatusTooManyRequests && path == "/mot-de-passe-oublie": // this number's messages are used up
							case a.status == http.StatusSeeOther:
								entered = entered || path == "/connexion"
							default:
								t.Errorf("%s answers %d while the keys change", path, a.status)
							}
						}
						if !entered {
							continue
						}
						a, err := b.do(t.Context(), sites[(i+n+1)%2]+"/mon-compte", nil)
						if err != nil || a.status != http.StatusOK && a.status != http.StatusServiceUnavailable {
							t.Errorf("the other server does not know the session: %d, %v", a.status, err)
						}
						came.Add(1)
					}
				})
			}
			db := d.database(t)
			moved := func() (n int) {
				t.Helper()
				check.OK(t, db.QueryRow(`SELECT count(*) FROM accounts WHERE substr(identifier_sealed, 2, 4) = $1`, []byte{0, 0, 0, 2}).Scan(&n))
				return n
			}

			var errs bytes.Buffer
			cut := exec.Command("moncompte", "keys", "rotate")
			cut.Env, cut.Stdout, cut.Stderr = d.env, &logged, io.MultiWriter(&errs, &logged)
			check.OK(t, cut.Start())
			ended := make(chan struct{})
			go func() { cut.Wait(); close(ended) }()
			for moved() == 0 {
				select {
				case <-ended:
					t.Fatalf("the change of keys ended by itself:\n%s", errs.String())
				case <-time.After(time.Millisecond):
				}
			}
			cut.Process.Signal(syscall.SIGKILL)
			<-ended
			half := moved()
			if half == 0 || half == 5_008 {
				t.Fatalf("cut off after %d of 5008 accounts", half)
			}
			if !strings.Contains(errs.String(), "running programs to go over to version 2") {
				t.Errorf("it did not say what it waited for:\n%s", errs.String())
			}
			if said := d.refuses(t, "keys", "rotate", "--drop"); !strings.Contains(said, "still needed") {
				t.Errorf("half-way, the old key is dropped: %s", said)
			}
			before := came.Load()
			if out := d.run(t, "", "keys", "rotate", "--resume"); !strings.HasPrefix(out, "version 2 protects everything") {
				t.Errorf("resumed: %s", out)
			}
			if n := moved(); n != 5_008 {
				t.Errorf("%d of 5008 accounts were moved over", n)
			}
			if came.Load() == before {
				t.Error("nobody came while the keys changed")
			}

			// What began under the old key has two minutes to end, which a slow machine may need for the rest.
			check.OK(t, check.ErrOf(db.Exec(`UPDATE key_versions SET used_since = $1 WHERE used_since IS NOT NULL`, time.Now().UnixMicro())))
			if said := d.refuses(t, "keys", "rotate", "--drop"); !strings.Contains(said, "under way") {
				t.Errorf("at once, the old key is dropped: %s", said)
			}
			check.OK(t, check.ErrOf(db.Exec(`UPDATE key_versions SET used_since = used_since - 180000000`)))
			if out := d.run(t, "", "keys", "rotate", "--drop"); !strings.HasPrefix(out, "version 2 is the only key") {
				t.Errorf("dropped: %s", out)
			}
			after := came.Load()
			for came.Load() < after+8 {
				time.Sleep(time.Millisecond)
			}
			done.Store(true)
			visitors.Wait()
			if out := d.run(t, "", "db", "check"); !strings.HasPrefix(out, "5008 accounts read, 0 faults") {
				t.Errorf("check: %s", out)
			}
			if a := newBrowser(t).signIn(t, d.serve(t).site, all[7]); a.status != http.StatusSeeOther {
				t.Errorf("a server with the new key alone answers %d", a.status)
			}
			t.Logf("cut off after %d of 5008 accounts; %d people came, %d of them before the second half", half, came.Load(), before)
		})
	}
}

// crowd imports n accounts of nobody in particular.
func (d *deployment) crowd(t testing.TB, n int) {
	t.Helper()
	s := d.open(t)
	check.OK(t, s.AdoptKeys(t.Context()))
	var rows []portal.ImportRow
	for i := range n {
		number, report := nir.Parse(fmt.Sprintf("K%07d", i), nil)
		if !report.OK() {
			t.Fatal(report.Problem)
		}
		a := storetest.Nathalie(t)
		a.Identifier, a.Password = number, keys.Secret{}
		rows = append(rows, portal.ImportRow{Account: a})
	}
	check.OK(t, check.ErrOf(portal.ImportRows(t.Context(), s, rows, portal.ImportOptions{})))
}

// database opens the deployment's database for statements of a test.
func (d *deployment) database(t testing.TB) *sql.DB {
	t.Helper()
	driver, source := "pgx", d.url
	if strings.HasPrefix(d.url, "file:") {
		driver, source = "sqlite", d.url+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	check.OK(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// refuses carries out one operator's command that must fail, and returns what it said.
func (d *deployment) refuses(t testing.TB, args ...string) string {
	t.Helper()
	said := d.tried(t, args...)
	if said == "" {
		t.Errorf("moncompte %s was not refused", strings.Join(args, " "))
	}
	return said
}
