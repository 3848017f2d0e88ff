package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/audit"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// happened is an event about an account.
func happened(d *database, what string, id portal.AccountID) audit.Event {
	return audit.Event{At: d.Clock(), Kind: "sign-in", What: what, Account: string(id), Network: netip.MustParsePrefix("192.0.2.0/24"),
		Details: map[string]string{"method": "password"}}
}

func (d *database) append(t *testing.T, events ...audit.Event) {
	t.Helper()
	check.OK(t, d.store.AppendAudit(t.Context(), events))
}

// sound verifies the log and wants that many entries without a fault.
func (d *database) sound(t *testing.T, entries int) store.AuditResult {
	t.Helper()
	r, err := d.store.VerifyAudit(t.Context())
	if err != nil || r.Entries != entries || len(r.Faults) != 0 {
		t.Fatalf("the audit log: %+v, %v; want %d sound entries", r, err, entries)
	}
	return r
}

// auditChain is a writer of the database without the keys, who would like something not to have happened.
func auditChain(t *testing.T, d *database) {
	d.sound(t, 0)
	victim, other := portal.NewAccountID(), portal.NewAccountID()
	d.append(t, happened(d, "one", victim), happened(d, "two", other))
	d.append(t, happened(d, "three", victim), happened(d, "four", other))
	last := d.sound(t, 4)
	if last.Last != 4 || len(last.MAC) != 64 {
		t.Errorf("the last entry: %+v", last)
	}
	for _, table := range []string{"audit", "audit_ends", "audit_keys"} {
		d.exec(t, `CREATE TABLE kept_`+table+` AS SELECT * FROM `+table)
	}
	again := `seq + 4, at, key_id, kind, what, who, network, details, mac`
	for what, changes := range map[string][]string{
		"another message":             {`UPDATE audit SET what = 'nothing' WHERE seq = 2`},
		"other details":               {`UPDATE audit SET details = '{}' WHERE seq = 2`},
		"another kind":                {`UPDATE audit SET kind = 'recovery' WHERE seq = 2`},
		"another time":                {`UPDATE audit SET at = at + 1 WHERE seq = 2`},
		"another account":             {`UPDATE audit SET who = (SELECT who FROM kept_audit WHERE seq = 1) WHERE seq = 2`},
		"nobody":                      {`UPDATE audit SET who = NULL WHERE seq = 2`},
		"another network":             {`UPDATE audit SET network = NULL WHERE seq = 2`},
		"another key":                 {`INSERT INTO audit_keys (id, version, key_sealed) VALUES ('forged', 99, ` + d.bytes("sealed") + `)`, `UPDATE audit SET key_id = 'forged' WHERE seq = 2`},
		"a mark under another key":    {`INSERT INTO audit_keys (id, version, key_sealed) VALUES ('forged', 99, ` + d.bytes("sealed") + `)`, `UPDATE audit_ends SET key_id = 'forged'`},
		"an entry left out":           {`DELETE FROM audit WHERE seq = 2`},
		"the first left out":          {`DELETE FROM audit WHERE seq = 1`},
		"the last left out":           {`DELETE FROM audit WHERE seq = 4`},
		"the last and its mark":       {`DELETE FROM audit WHERE seq = 4`, `UPDATE audit_ends SET seq = 3, mac = (SELECT mac FROM audit WHERE seq = 3)`},
		"everything but the keys":     {`DELETE FROM audit`, `DELETE FROM audit_ends`},
		"the mark of the last":        {`DELETE FROM audit_ends`},
		"entries in another order":    {`UPDATE audit SET seq = 9 WHERE seq = 2`, `UPDATE audit SET seq = 2 WHERE seq = 3`, `UPDATE audit SET seq = 3 WHERE seq = 9`},
		"an entry twice, at the end":  {`INSERT INTO audit SELECT ` + again + ` FROM kept_audit WHERE seq = 1`, `UPDATE audit_ends SET seq = 5, mac = (SELECT mac FROM audit WHERE seq = 5)`},
		"a mark of what is not there": {`INSERT INTO audit_ends SELECT 'erased', 1, mac, key_id, proof FROM kept_audit_ends`, `DELETE FROM audit WHERE seq = 1`},
	} {
		for _, change := range changes {
			d.exec(t, change)
		}
		if r, err := d.store.VerifyAudit(t.Context()); err != nil || len(r.Faults) == 0 {
			t.Errorf("with %s the log counts as sound: %+v, %v", what, r, err)
		}
		for _, table := range []string{"audit_ends", "audit"} {
			d.exec(t, `DELETE FROM `+table)
		}
		d.exec(t, `DELETE FROM audit_keys WHERE id = 'forged'`)
		for _, table := range []string{"audit", "audit_ends"} {
			d.exec(t, `INSERT INTO `+table+` SELECT * FROM kept_`+table)
		}
	}
	d.sound(t, 4)
}

// auditGoesOn lets a year pass and the keys change.
func auditGoesOn(t *testing.T, d *database) {
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	ring, err := keys.Create(path, nil, time.Now())
	check.OK(t, err)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock})
	id, other := portal.NewAccountID(), portal.NewAccountID()
	d.append(t, happened(d, "long ago", id), happened(d, "of another", other))
	d.Turn(300 * 24 * time.Hour)
	d.append(t, happened(d, "under the old key", id), happened(d, "of another", other))
	d.Turn(100 * 24 * time.Hour)
	check.OK(t, d.store.Sweep(t.Context()))
	d.sound(t, 2)

	added, err := keys.Add(path, nil, time.Now())
	check.OK(t, err)
	if _, err := ring.Reload(); err != nil || !ring.Use(2) {
		t.Fatalf("the new key is not used: %v", err)
	}
	check.OK(t, check.ErrOf(d.store.Protect(t.Context(), nil)))
	alone, _ := added.Only(2)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: alone, Now: d.Clock})
	d.append(t, happened(d, "under the new key", id))
	if r := d.sound(t, 3); r.Last != 5 {
		t.Errorf("the last entry is %d, want 5", r.Last)
	}

	var about []string
	text := ""
	err = d.store.Audit(t.Context(), id, func(e store.AuditEntry) error {
		about = append(about, e.What)
		line, err := json.Marshal(e)
		text += string(line)
		return err
	})
	if want := []string{"under the old key", "under the new key"}; err != nil || !slices.Equal(about, want) {
		t.Errorf("about the account: %q, %v, want %q", about, err, want)
	}
	if strings.Contains(text, string(id)) || strings.Contains(text, "192.0.2") {
		t.Errorf("an entry names the account or the network: %s", text)
	}
	if n := d.count(t, `SELECT count(DISTINCT who) FROM audit`); n != 3 {
		t.Errorf("%d hashes of accounts, want one for each account and key", n)
	}
	if err := d.store.Audit(t.Context(), portal.NewAccountID(), func(store.AuditEntry) error { return fmt.Errorf("an entry") }); err != nil {
		t.Errorf("about an account without entries: %v", err)
	}
	d.exec(t, `DELETE FROM audit WHERE seq = 3`)
	if r, err := d.store.VerifyAudit(t.Context()); err != nil || len(r.Faults) == 0 {
		t.Errorf("an entry too many was erased, and the log counts as sound: %+v, %v", r, err)
	}
}

// auditTogether writes from two instances at once.
// sweptTogether lets two instances with clocks that differ erase at once, the one that erases less after the other.
func sweptTogether(t *testing.T, d *database) {
	var sweeps []func() error
	for _, what := range []string{"one", "two", "three"} {
		d.append(t, happened(d, what, ""))
		d.Turn(time.Minute)
		at := d.Clock().Add(365 * 24 * time.Hour) // when this one is old, and those that come are not
		s := storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: func() time.Time { return at }})
		sweeps = append(sweeps, func() error { return s.Sweep(t.Context()) })
	}
	waiting := func() int { return 0 }
	release := func() {}
	if strings.HasPrefix(d.url, "postgres:") {
		db, err := sql.Open("pgx", d.url)
		check.OK(t, err)
		t.Cleanup(func() { db.Close() })
		held, err := db.BeginTx(t.Context(), nil)
		check.OK(t, err)
		check.OK(t, check.ErrOf(held.ExecContext(t.Context(), `SELECT pg_advisory_xact_lock($1)`, 0x61756469)))
		waiting = func() (n int) {
			if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n); err != nil {
				t.Error(err)
			}
			return n
		}
		release = func() { held.Rollback() }
	}
	var all sync.WaitGroup
	for i, sweep := range []func() error{sweeps[1], sweeps[0]} {
		done := make(chan struct{})
		all.Go(func() {
			defer close(done)
			if err := sweep(); err != nil {
				t.Error(err)
			}
		})
		for ended := false; !ended && waiting() <= i; {
			select {
			case <-done:
				ended = true
			case <-time.After(time.Millisecond):
			}
		}
	}
	release()
	all.Wait()
	d.sound(t, 1)
}

func auditTogether(t *testing.T, d *database) {
	second := storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock})
	var writing sync.WaitGroup
	for i := range 20 {
		writing.Go(func() {
			s := d.store
			if i%2 == 1 {
				s = second
			}
			if err := s.AppendAudit(t.Context(), []audit.Event{happened(d, fmt.Sprint(i), ""), happened(d, fmt.Sprint(i), "")}); err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	d.sound(t, 40)
	if n := d.count(t, `SELECT count(*) FROM audit_keys`); n != 1 {
		t.Errorf("%d keys for one version", n)
	}
}
