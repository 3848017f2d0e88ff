package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// manyRows is a file of n accounts from that number on.
func manyRows(from, n int, phone string) string {
	var file strings.Builder
	file.WriteString("identifier,birth_name,given_names,sex,birthdate,email,phone\n")
	for i := range n {
		fmt.Fprintf(&file, "K%07d,DURAND,Anne,female,1969-05-12,personne%d@example.org,%s\n", from+i, from+i, phone)
	}
	return file.String()
}

// bulkImport imports new accounts and known ones in one file, as the command does.
func bulkImport(t *testing.T, d *database) {
	s := storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock, Trace: d.Trace})
	check.OK(t, s.Bulk(t.Context()))
	run := func(from, n int, phone string) (r portal.ImportResult) {
		r, err := portal.Import(t.Context(), s, strings.NewReader(manyRows(from, n, phone)), portal.ImportOptions{Now: d.Clock})
		if err != nil || len(r.Bad) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		return r
	}
	run(0, 1300, "+33639980001")
	statements := d.Traced(func() {
		if r := run(1250, 1100, "+33639980002"); r.Created != 1050 || r.Updated != 50 || r.Contacts != 50 {
			t.Errorf("%d created, %d updated, %d of them with another phone", r.Created, r.Updated, r.Contacts)
		}
	})
	copied := slices.ContainsFunc(statements, func(s string) bool { return strings.HasPrefix(s, "COPY accounts") })
	if inserted := slices.ContainsFunc(statements, func(s string) bool { return strings.HasPrefix(s, "INSERT INTO accounts") }); copied == inserted || copied != (s.Engine() == "postgres") {
		t.Errorf("copied: %v, inserted: %v", copied, inserted)
	}
	for i := range 2350 {
		a, err := d.store.AccountOf(t.Context(), storetest.Number(t, fmt.Sprintf("K%07d", i)))
		phone := "+33639980001"
		if i >= 1250 {
			phone = "+33639980002"
		}
		if err != nil || a.Email.Reveal() != fmt.Sprintf("personne%d@example.org", i) || a.Phone.Reveal() != phone || !a.CreatedAt.Equal(d.Clock()) {
			t.Fatalf("account %d is not as its row: %v", i, err)
		}
	}
	if result, err := d.store.Check(t.Context()); err != nil || result.Accounts != 2350 || len(result.Faults) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
	// A batch that fails leaves nothing, and the connection goes on.
	rows := []portal.ImportRow{{Account: storetest.Nathalie(t), Scheme: "test"}, {Account: storetest.Nathalie(t), Scheme: "test"}}
	if _, err := portal.ImportRows(t.Context(), s, rows, portal.ImportOptions{}); err == nil {
		t.Error("one identifier has two accounts")
	}
	if fates, err := portal.ImportRows(t.Context(), s, rows[:1], portal.ImportOptions{}); err != nil || !fates[0].Created {
		t.Errorf("after a batch that failed: %+v, %v", fates, err)
	}
}

// Rows that were made ready under a key are written under the one that is in use by then.
func readyUnderTheKeyInUse(t *testing.T, d *database) {
	path := keysFile(t)
	s := d.start(t, path).Store
	rows := []portal.ImportRow{{Account: storetest.Nathalie(t), Scheme: "test"}}
	check.OK(t, s.MakeReady(rows))
	check.OK(t, check.ErrOf(keys.Add(path, nil, time.Now())))
	check.OK(t, check.ErrOf(s.Rotate(t.Context(), 2, store.Rotation{})))
	tx, err := s.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	check.OK(t, tx.AddAccounts(t.Context(), rows))
	check.OK(t, tx.Commit())
	if needs, err := s.Needs(t.Context(), 2); err != nil || len(needs) > 0 {
		t.Errorf("the older key is needed: %q, %v", needs, err)
	}
}

// SQLite has one writer and lets who waits for it try now and then: a server needs gaps that are as long as what it waits for.
func TestAnImportRestsWhileAServerRuns(t *testing.T) {
	url, ring := storetest.SQLiteURL(t), storetest.Keys(t)
	server := storetest.Open(t, store.Options{URL: url, Keys: ring})
	bulk := storetest.Open(t, store.Options{URL: url, Keys: ring})
	check.OK(t, errors.Join(server.Join(t.Context()), bulk.Join(t.Context()), bulk.Bulk(t.Context())))
	const each = 50 * time.Millisecond
	began := time.Now()
	for range 4 {
		tx, err := bulk.Begin(t.Context())
		check.OK(t, err)
		time.Sleep(each)
		check.OK(t, tx.Commit())
	}
	if took := time.Since(began); took < 7*each {
		t.Errorf("four units of %s took %s together: nobody else had a turn", each, took)
	}
}

// The batches of an import on SQLite do not wait for the disk; its end does, and copies the WAL into the database.
func TestTheEndOfAnImportIsOnTheDisk(t *testing.T) {
	url := storetest.SQLiteURL(t)
	s := storetest.Open(t, store.Options{URL: url})
	if err := s.Bulk(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := portal.Import(t.Context(), s, strings.NewReader(manyRows(0, 1100, "+33639980001")), portal.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.BulkEnd(t.Context()); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(strings.TrimPrefix(url, "file:")) // without its WAL
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(copied, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", copied)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM accounts`).Scan(&n); err != nil || n != 1100 {
		t.Errorf("%d accounts, %v", n, err)
	}
}
