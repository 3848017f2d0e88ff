package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"moncompte/server/audit"
	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// soon is within which the store says that it does not get on.
const soon = 3 * time.Second

// signIn writes what a sign-in writes first, and reads.
func signIn(t *testing.T, s *store.Store) error {
	t.Helper()
	began := time.Now()
	defer func() {
		if took := time.Since(began); took > soon {
			t.Errorf("it took %s", took)
		}
	}()
	if _, err := s.Credential(t.Context(), storetest.Number(t, "2690549588157")); err != nil {
		return err
	}
	tx, err := s.Begin(t.Context())
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.LockBuckets(t.Context(), time.Now(), portal.AccountSubject(storetest.Number(t, "2690549588157"))); err != nil {
		return err
	}
	return tx.Commit()
}

// down fails the test unless the store says that it cannot be used now, and that it is not ready.
func down(t *testing.T, s *store.Store, what string) {
	t.Helper()
	if err := signIn(t, s); err == nil || !store.Unavailable(err) {
		t.Errorf("%s: %v, want an error that passes", what, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // as /readyz does
	defer cancel()
	if err := s.Ping(ctx); err == nil || !store.Unavailable(err) {
		t.Errorf("%s: ready says %v", what, err)
	}
}

// up fails the test unless everything works at once.
func up(t *testing.T, s *store.Store, what string) {
	t.Helper()
	for range 5 {
		if err := signIn(t, s); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("%s: not ready: %v", what, err)
	}
}

func TestAPostgreSQLThatStopsIsSaidSoAndComesBack(t *testing.T) {
	address := storetest.PostgresURL(t)
	w, over := newLine(t, address)
	s := storetest.Open(t, store.Options{URL: over})
	up(t, s, "at first")
	w.end(true)
	down(t, s, "stopped")
	down(t, s, "still stopped")
	w.end(false)
	up(t, s, "started again")
	w.end(false) // a restart between two requests: every pooled connection is dead
	up(t, s, "restarted")
}

func TestAPostgreSQLThatIsRestartedLosesNoRequest(t *testing.T) {
	address := storetest.PostgresURL(t)
	s := storetest.Open(t, store.Options{URL: address})
	up(t, s, "at first")
	admin, err := sql.Open("pgx", address)
	check.OK(t, err)
	defer admin.Close()
	for range 3 {
		check.OK(t, check.ErrOf(admin.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)))
		up(t, s, "after the server has ended every connection")
	}
}

// A server that takes calls and says nothing, or a network that swallows what is sent, is told like one that is gone.
func TestAPostgreSQLThatNeverAnswersIsToldInTime(t *testing.T) {
	t.Parallel()
	w, over := newLine(t, storetest.PostgresURL(t))
	s := storetest.Open(t, store.Options{URL: over})
	s.Hurry()
	up(t, s, "at first")
	tx, err := s.Begin(t.Context())
	check.OK(t, err)
	w.still.Lock()
	began := time.Now()
	_, err = tx.LockBuckets(t.Context(), began, portal.AccountSubject(storetest.Number(t, "2690549588157")))
	tx.Rollback()
	if took := time.Since(began); !store.Unavailable(err) || took > soon {
		t.Errorf("in mid-unit: %v after %s", err, took)
	}
	down(t, s, "frozen")
	w.still.Unlock()
	up(t, s, "thawed")
}

// What nobody waits for takes its time: the events of an outage are kept, however many.
func TestAProgramInAHurryKeepsManyEventsAtOnce(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.PostgresURL(t) + "&connect_timeout=20", Patience: 20 * time.Millisecond})
	s.Hurry()
	if err := s.AppendAudit(t.Context(), make([]audit.Event, 500)); err != nil {
		t.Error(err)
	}
}

// A unit of work that loses its connection says so at whatever comes next, also at its end.
func TestAUnitThatLosesItsConnectionSaysThatItPasses(t *testing.T) {
	w, over := newLine(t, storetest.PostgresURL(t))
	s := storetest.Open(t, store.Options{URL: over})
	somebody := portal.AccountSubject(storetest.Number(t, "2690549588157"))
	for what, next := range map[string]func(portal.Tx) error{
		"a commit":         func(tx portal.Tx) error { return tx.Commit() },
		"a second attempt": func(tx portal.Tx) error { lock(t, tx, somebody); return lock(t, tx, somebody) },
		"the end of one that failed": func(tx portal.Tx) error {
			lock(t, tx, somebody)
			return tx.Commit()
		},
	} {
		tx, err := s.Begin(t.Context())
		check.OK(t, err)
		check.OK(t, lock(t, tx, somebody))
		w.end(false)
		if err := next(tx); err == nil || !store.Unavailable(err) {
			t.Errorf("%s: %v, want an error that passes", what, err)
		}
		tx.Rollback()
	}
}

// One whose time is over before its end says the same.
func TestAUnitThatIsTooLateSaysThatItPasses(t *testing.T) {
	address := storetest.PostgresURL(t)
	s := storetest.Open(t, store.Options{URL: address, Patience: 500 * time.Millisecond})
	s.Hurry()
	admin, err := sql.Open("pgx", address)
	check.OK(t, err)
	defer admin.Close()
	tx, err := s.Begin(t.Context())
	check.OK(t, err)
	defer tx.Rollback()
	for open := 1; open > 0; time.Sleep(time.Millisecond) { // until it is taken back
		check.OK(t, admin.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`).Scan(&open))
	}
	if err := lock(t, tx, portal.AccountSubject(storetest.Number(t, "2690549588157"))); !store.Unavailable(err) {
		t.Errorf("a statement: %v, want an error that passes", err)
	}
	if err := tx.Commit(); !store.Unavailable(err) {
		t.Errorf("its end: %v, want an error that passes", err)
	}
}

func lock(t *testing.T, tx portal.Tx, who portal.Subject) error {
	_, err := tx.LockBuckets(t.Context(), time.Now(), who)
	return err
}

// A program that froze in mid-unit keeps its locks until PostgreSQL ends its connection: whoever wants one is told in time, and only they.
func TestALockThatIsNotLetGoIsToldInTime(t *testing.T) {
	address := storetest.PostgresURL(t)
	ring := storetest.Keys(t)
	frozen := storetest.Open(t, store.Options{URL: address, Keys: ring})
	up(t, frozen, "at first")
	held, err := frozen.Begin(t.Context())
	check.OK(t, err)
	check.OK(t, check.ErrOf(held.LockBuckets(t.Context(), time.Now(), portal.AccountSubject(storetest.Number(t, "2690549588157")))))
	s := storetest.Open(t, store.Options{URL: address, Keys: ring})
	if err := signIn(t, s); err == nil || !store.Unavailable(err) {
		t.Errorf("%v, want an error that passes", err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("not ready, though nobody else waits: %v", err)
	}
	held.Rollback()
	up(t, s, "let go")
}

// After a failover connections may lead to a server that stands by now: they are let go, and others are writable.
func TestAPostgreSQLThatIsReadOnlyIsSaidSoAndItsConnectionsAreLetGo(t *testing.T) {
	address := storetest.PostgresURL(t)
	s := storetest.Open(t, store.Options{URL: address})
	admin, err := sql.Open("pgx", address)
	check.OK(t, err)
	defer admin.Close()
	set := func(statement string) {
		t.Helper()
		check.OK(t, check.ErrOf(admin.ExecContext(t.Context(), statement)))
	}
	name := address[strings.LastIndex(address, "/")+1 : strings.Index(address, "?")]
	set(`ALTER DATABASE ` + name + ` SET default_transaction_read_only = on`)
	set(`SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	for range 3 {
		down(t, s, "read only")
	}
	wanting := store.Options{URL: address + "&target_session_attrs=read-write", Keys: storetest.Keys(t)}
	if other, err := store.Open(t.Context(), wanting); err == nil || !store.Unavailable(err) {
		t.Errorf("a server that takes writes is asked for, and there is none: %v", err)
		other.Close()
	}
	set(`SET default_transaction_read_only = off`)
	set(`ALTER DATABASE ` + name + ` SET default_transaction_read_only = off`)
	up(t, s, "writable again")
	up(t, storetest.Open(t, wanting), "asked for")
}

// An operator changes a column under a running server: what was prepared for it before is asked for anew.
func TestAColumnThatChangesUnderARunningServerStopsNobody(t *testing.T) {
	address := storetest.PostgresURL(t)
	s := storetest.Open(t, store.Options{URL: address})
	id := storetest.Add(t, s, storetest.Nathalie(t))
	admin, err := sql.Open("pgx", address)
	check.OK(t, err)
	defer admin.Close()
	read := func() error { _, err := s.Account(t.Context(), id); return err }
	check.OK(t, errors.Join(signIn(t, s), read()))
	for _, change := range []string{`accounts ALTER COLUMN session_epoch TYPE numeric`, `accounts ALTER COLUMN session_epoch TYPE integer`,
		`buckets ALTER COLUMN in_row TYPE numeric`, `buckets ALTER COLUMN in_row TYPE bigint`} {
		check.OK(t, check.ErrOf(admin.ExecContext(t.Context(), `ALTER TABLE `+change)))
		if err := read(); err != nil {
			t.Errorf("%s: a read: %v", change, err)
		}
		// Within a unit of work nothing can be asked again: whoever it meets comes again.
		if err := signIn(t, s); err != nil && !store.Unavailable(err) {
			t.Errorf("%s: %v is told as a fault of ours", change, err)
		}
		up(t, s, change)
	}
}

func TestTheJournalShrinksAfterALongReader(t *testing.T) {
	address := storetest.SQLiteURL(t)
	s := storetest.Open(t, store.Options{URL: address})
	path := strings.TrimPrefix(address, "file:") + "-wal"
	reader, err := sql.Open("sqlite", address)
	check.OK(t, err)
	defer reader.Close()
	long, err := reader.BeginTx(t.Context(), nil)
	check.OK(t, err)
	var n int
	check.OK(t, long.QueryRowContext(t.Context(), `SELECT count(*) FROM accounts`).Scan(&n))
	account := storetest.Nathalie(t)
	size := func() int64 {
		info, err := os.Stat(path)
		check.OK(t, err)
		return info.Size()
	}
	for size() < 12<<20 {
		storetest.Add(t, s, account)
	}
	check.OK(t, long.Rollback())
	for range 3 {
		storetest.Add(t, s, account)
	}
	if now := size(); now > 8<<20 {
		t.Errorf("the journal still has %d bytes", now)
	}
}

// Two units that wait for each other are no fault of the person's: one of them is ended by the server, and works when it comes again.
func TestAUnitThatPostgreSQLEndsToEndADeadlockMayComeAgain(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.PostgresURL(t)})
	one := portal.AccountSubject(storetest.Number(t, "2690549588157"))
	other := portal.AccountSubject(storetest.Number(t, "1850578006048"))
	var first, all sync.WaitGroup
	first.Add(2)
	var faults [2]error
	for i, order := range [2][2]portal.Subject{{one, other}, {other, one}} {
		all.Go(func() {
			tx, err := s.Begin(t.Context())
			if err != nil {
				t.Error(err)
				first.Done()
				return
			}
			defer tx.Rollback()
			_, err = tx.LockBuckets(t.Context(), time.Now(), order[0])
			first.Done()
			first.Wait()
			if err == nil {
				_, err = tx.LockBuckets(t.Context(), time.Now(), order[1])
			}
			faults[i] = err
		})
	}
	all.Wait()
	if (faults[0] == nil) == (faults[1] == nil) {
		t.Fatalf("%v and %v, want one that is ended", faults[0], faults[1])
	}
	for _, err := range faults {
		if err != nil && !store.Unavailable(err) {
			t.Errorf("%v is told as a fault of ours", err)
		}
	}
}
