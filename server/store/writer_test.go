package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/check"
)

// notes is a writer on a new file with one table.
type notes struct {
	*writer
	db  *sql.DB
	url string
}

func newNotes(t testing.TB) *notes {
	t.Helper()
	url := "file:" + filepath.Join(t.TempDir(), "notes.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	db, err := sql.Open("sqlite", url)
	check.OK(t, err)
	db.SetMaxOpenConns(1)
	check.OK(t, check.ErrOf(db.Exec(`CREATE TABLE notes (text TEXT PRIMARY KEY)`)))
	n := &notes{newWriter(db, func(string) {}), db, url}
	t.Cleanup(func() {
		n.close()
		db.Close()
	})
	return n
}

// note writes one line in the unit.
func note(ctx context.Context, u *unit, text string) error {
	_, err := u.on.ExecContext(ctx, `INSERT INTO notes (text) VALUES ($1)`, text)
	return err
}

// write is a whole unit of work: it commits what do wrote unless do fails.
func (n *notes) write(ctx context.Context, do func(*unit) error) error {
	u, err := n.begin(ctx)
	if err != nil {
		return err
	}
	defer u.Rollback()
	if err := do(u); err != nil {
		return err
	}
	return u.Commit()
}

func (n *notes) note(ctx context.Context, text string) error {
	return n.write(ctx, func(u *unit) error { return note(ctx, u, text) })
}

// together runs the units in one transaction: all but the first wait while the first is open, in this order.
func (n *notes) together(t *testing.T, units ...func(*unit) error) []error {
	t.Helper()
	errs := make([]error, len(units))
	queued := make(chan struct{})
	var all sync.WaitGroup
	for i, do := range units {
		all.Go(func() {
			errs[i] = n.write(t.Context(), func(u *unit) error {
				<-queued
				return do(u)
			})
		})
		synctest.Wait()
	}
	close(queued)
	all.Wait()
	return errs
}

func (n *notes) written(t *testing.T) string {
	t.Helper()
	var all sql.NullString
	check.OK(t, n.db.QueryRow(`SELECT group_concat(text, ' ') FROM (SELECT text FROM notes ORDER BY text)`).Scan(&all))
	return all.String
}

// bubble runs a test on a clock that moves on when nothing else does.
func bubble(t *testing.T, test func(t *testing.T, n *notes)) {
	synctest.Test(t, func(t *testing.T) { test(t, newNotes(t)) })
}

func TestUnitsThatShareATransactionStandOrFailAlone(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		refused := errors.New("refused")
		left, leave := context.WithCancel(t.Context())
		leave()
		ctx := t.Context()
		errs := n.together(t,
			func(u *unit) error { return note(ctx, u, "a") },
			func(u *unit) error { note(ctx, u, "b"); return refused },
			func(u *unit) error { return note(ctx, u, "a") }, // there already
			func(u *unit) error { return errors.Join(note(ctx, u, "d"), note(left, u, "e")) },
			func(u *unit) error { return note(ctx, u, "f") },
		)
		if got := n.written(t); got != "a f" {
			t.Errorf("written: %q, want those of the units that succeeded", got)
		}
		for i, ok := range []bool{true, false, false, false, true} {
			if (errs[i] == nil) != ok {
				t.Errorf("unit %d: %v", i, errs[i])
			}
		}
		if !errors.Is(errs[1], refused) || !errors.Is(errs[3], context.Canceled) {
			t.Errorf("the units' own errors were lost: %v", errs)
		}
	})
}

// A fault that ends the transaction takes what had run with it; its callers are told, and the rest has a transaction of
// its own.
func TestAFaultOfTheTransactionIsToldToAllWhoWereInIt(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		ctx := t.Context()
		errs := n.together(t,
			func(u *unit) error { return note(ctx, u, "a") },
			func(u *unit) error {
				u.on.ExecContext(ctx, `ROLLBACK`) // as SQLite does by itself when the disk is full
				return errors.New("disk full")
			},
			func(u *unit) error { return note(ctx, u, "b") },
		)
		if got := n.written(t); got != "b" {
			t.Errorf("written: %q, want b alone", got)
		}
		if errs[0] == nil || errs[1] == nil || errs[2] != nil {
			t.Errorf("told: %v", errs)
		}
	})
}

func TestAUnitBegunWithinAnotherEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		err := n.write(t.Context(), func(u *unit) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := n.note(ctx, "inner"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the inner unit: %v", err)
			}
			return note(t.Context(), u, "outer")
		})
		if got := n.written(t); err != nil || got != "outer" {
			t.Errorf("written: %q, %v", got, err)
		}
	})
}

func TestAUnitThatIsNeverEndedStopsNobodyForGood(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		ctx := t.Context()
		held, err := n.begin(ctx)
		check.OK(t, err)
		check.OK(t, note(ctx, held, "a"))
		if err := n.note(ctx, "b"); err != nil {
			t.Errorf("whoever waited: %v", err)
		}
		if err := note(ctx, held, "c"); err == nil {
			t.Error("the unit goes on after it was taken back")
		}
		if err := held.Commit(); !errors.Is(err, errHeld) {
			t.Errorf("its commit: %v", err)
		}
		if got := n.written(t); got != "b" {
			t.Errorf("written: %q", got)
		}
	})
}

func TestWhoeverLeavesBeforeTheTurnHasWrittenNothing(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		held, err := n.begin(t.Context())
		check.OK(t, err)
		impatient, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := n.note(impatient, "impatient"); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		all.Wait()
		if err := errors.Join(note(t.Context(), held, "a"), held.Commit(), n.note(t.Context(), "b")); err != nil {
			t.Error(err)
		}
		if got := n.written(t); got != "a b" {
			t.Errorf("written: %q", got)
		}
	})
}

func TestAStatementAfterItsUnitRunsInNobodyElses(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		ctx := t.Context()
		var over *unit
		errs := n.together(t,
			func(u *unit) error { return note(ctx, u, "a") },
			func(u *unit) error { over = u; return errors.New("refused") },
			func(u *unit) error {
				if err := note(ctx, over, "late"); err == nil {
					t.Error("a statement ran after its unit")
				}
				if err := over.Commit(); !errors.Is(err, sql.ErrTxDone) {
					t.Errorf("a commit after the rollback: %v", err)
				}
				return note(ctx, u, "b")
			},
		)
		if got := n.written(t); got != "a b" || errs[0] != nil || errs[2] != nil {
			t.Errorf("written: %q, %v", got, errs)
		}
	})
}

// What a unit has seen of another one in the same transaction is on the disk when it ends, so that whoever was refused because
// of it finds it.
func TestARefusedUnitEndsWithTheTransaction(t *testing.T) {
	bubble(t, func(t *testing.T, n *notes) {
		ctx := t.Context()
		readers, err := sql.Open("sqlite", n.url)
		check.OK(t, err)
		defer readers.Close()
		seen := 0
		n.together(t,
			func(u *unit) error { return note(ctx, u, "a") },
			func(u *unit) error {
				if err := note(ctx, u, "a"); err == nil {
					t.Error("the same note twice")
				}
				u.Rollback()
				return readers.QueryRow(`SELECT count(*) FROM notes`).Scan(&seen)
			},
		)
		if seen != 1 {
			t.Errorf("whoever was refused finds %d notes", seen)
		}
	})
}

func TestAPanicUndoesItsUnit(t *testing.T) {
	n := newNotes(t)
	func() {
		defer func() {
			if recover() != "oops" {
				t.Error("the panic was lost")
			}
		}()
		n.write(t.Context(), func(u *unit) error { note(t.Context(), u, "a"); panic("oops") })
	}()
	if err := n.note(t.Context(), "b"); err != nil {
		t.Errorf("the next unit: %v", err)
	}
	if got := n.written(t); got != "b" {
		t.Errorf("written: %q", got)
	}
}

func TestManyWritersAtOnceLoseNothing(t *testing.T) {
	n := newNotes(t)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if err := n.note(t.Context(), string(rune(0x4e00+i))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var count int
	if err := n.db.QueryRow(`SELECT count(*) FROM notes`).Scan(&count); err != nil || count != 200 {
		t.Errorf("%d notes (%v), want 200", count, err)
	}
}

func TestAClosedWriterRefuses(t *testing.T) {
	n := newNotes(t)
	n.close()
	if err := n.note(t.Context(), "a"); !errors.Is(err, errClosed) {
		t.Errorf("after close: %v", err)
	}
}

// BenchmarkWrite reports together-of-alone: how many times as many units a second 64 callers get through as one caller does,
// the two taking turns.
func BenchmarkWrite(b *testing.B) {
	const round = 256
	n := newNotes(b)
	var alone, together time.Duration
	done := 0
	for done < b.N {
		alone += n.fill(b, 1, round)
		together += n.fill(b, 64, round)
		done += round
	}
	b.ReportMetric(alone.Seconds()/together.Seconds(), "together-of-alone")
	b.ReportMetric(0, "ns/op") // rounds are whole: b.N is not what was done
}

// fill returns how long so many callers take for so many units.
func (n *notes) fill(b *testing.B, callers, units int) time.Duration {
	b.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range units / callers {
				if err := n.note(b.Context(), rand.Text()); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}
