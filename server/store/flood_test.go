package store_test

import (
	"database/sql"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// flood begins recoveries and sign-ins for numbers that nobody has, each from an address of its own: the most that a stranger can make the
// store keep. Each leaves a few rows, which go by themselves, and the last one runs no other statements than the first.
func flood(t *testing.T, d *database) {
	r := newRecovery(t, d)
	login := &portal.Login{Store: d.store, Pool: passhash.NewPool(passhash.PoolOptions{}), Params: passhash.Params{MemoryKiB: 8, Time: 1, Threads: 1},
		Keys: d.store.Keys(), CodeFirst: true, Now: d.Clock}
	account := storetest.Nathalie(t)
	account.Password = keys.Secret{}
	storetest.Add(t, d.store, account)
	begin := func(i int) (statements []string) {
		n, from := storetest.Number(t, fmt.Sprintf("K%07d", i)), netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)})
		return d.Traced(func() {
			if _, err := r.Start(t.Context(), portal.StartRequest{Identifier: n, Channel: portal.SMS, Purpose: portal.Reset, Address: from}); err != nil {
				t.Fatal(err)
			}
			_, err := login.Verify(t.Context(), portal.SignInRequest{Identifier: n, Password: keys.NewSecret("a guess"), Address: from})
			if portal.ErrorKind(err) != portal.KindUnauthorized {
				t.Fatal(err)
			}
		})
	}
	begin(0) // the shares of the schemes are drawn once
	const many = 200
	first := begin(1)
	for i := 2; i < many-1; i++ {
		begin(i)
	}
	if last := begin(many - 1); !slices.Equal(first, last) {
		t.Errorf("the first runs\n%s\nthe last\n%s", strings.Join(first, "\n"), strings.Join(last, "\n"))
	}
	left := func() string {
		t.Helper()
		if err := d.store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := d.store.Outbox().Expire(t.Context(), d.Clock()); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%d flows, %d messages, %d counters", count(t, d, "flows"), count(t, d, "outbox"), count(t, d, "buckets"))
	}
	// What the SMS and the e-mails of the number, its passwords and the address are counted by.
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, fmt.Sprintf("%d flows, %d messages, %d counters", many, many, 6*many)},
		{portal.CodeLife + time.Minute, fmt.Sprintf("%d flows, 0 messages, %d counters", many, 4*many)},
		{portal.FlowLife, fmt.Sprintf("0 flows, 0 messages, %d counters", 3*many)},
		{24 * time.Hour, "0 flows, 0 messages, 0 counters"},
	} {
		d.Turn(step.after)
		if got := left(); got != step.want {
			t.Errorf("%s later: %s, want %s", step.after, got, step.want)
		}
	}
}

// What is swept, and what is looked at for each recovery, is found by an index: else it would cost more with each account.
func TestASweepReadsNothingThatStays(t *testing.T) {
	w := storetest.NewWatch(time.Now())
	url := storetest.SQLiteURL(t)
	s := storetest.Open(t, store.Options{URL: url, Now: w.Clock, Trace: w.Trace})
	statements := w.Traced(func() {
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Outbox().Expire(t.Context(), w.Clock()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.UntakenSMS(t.Context(), w.Clock()); err != nil {
			t.Fatal(err)
		}
	})
	db, err := sql.Open("sqlite", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	few := regexp.MustCompile(`SCAN (instances|audit_keys|audit_ends|key_versions)`)
	looked, untaken := 0, false
	for _, statement := range statements {
		rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, make([]any, parameters(statement))...)
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		for rows.Next() {
			var id, parent, none int
			var detail string
			if err := rows.Scan(&id, &parent, &none, &detail); err != nil {
				t.Fatal(err)
			}
			looked++
			untaken = untaken || strings.Contains(detail, "INDEX outbox_untaken ")
			if strings.HasPrefix(detail, "SCAN") && !few.MatchString(detail) {
				t.Errorf("%s: %s", detail, statement)
			}
		}
		rows.Close()
	}
	if looked < 15 || !untaken {
		t.Errorf("%d steps of %d statements; what gives SMS back has its index: %v", looked, len(statements), untaken)
	}
}

// parameters is the highest number of a parameter.
func parameters(statement string) (most int) {
	for _, found := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(statement, -1) {
		var n int
		fmt.Sscan(found[1], &n)
		most = max(most, n)
	}
	return most
}

// After a flood there is much to sweep, and on SQLite whoever writes meanwhile waits for the end of a unit.
func sweptInParts(t *testing.T, d *database) {
	d.exec(t, fmt.Sprintf(`
		WITH RECURSIVE series(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < 4100)
		INSERT INTO instances (id, knows, uses, beats, seen_at) SELECT 'killed ' || i, 1, 1, 1, %d FROM series`, d.Clock().UnixMicro()))
	d.Turn(48 * time.Hour)
	deletes := 0
	for _, statement := range d.Traced(func() {
		if err := d.store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}) {
		if strings.HasPrefix(statement, "DELETE FROM instances ") {
			deletes++
		}
	}
	if left := count(t, d, "instances"); left != 0 || deletes != 3 {
		t.Errorf("%d programs are left after %d statements", left, deletes)
	}
}
