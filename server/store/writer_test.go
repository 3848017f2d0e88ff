package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// notebook is a writer on a new file with one table.
type notebook struct {
	*writer
	db *sql.DB
}

func newNotebook(t testing.TB) *notebook {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "notes.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE notes (text TEXT PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	n := &notebook{newWriter(db, func(string) {}), db}
	t.Cleanup(func() {
		n.close()
		db.Close()
	})
	return n
}

// note returns a write of one line.
func note(ctx context.Context, text string) func(statements) error {
	return func(q statements) error {
		_, err := q.exec(ctx, `INSERT INTO notes (text) VALUES ($1)`, text)
		return err
	}
}

// together runs the writes as if all had been waiting, and returns their errors and panics.
func (n *notebook) together(t *testing.T, writes ...func(statements) error) (errs []error, panics []any) {
	t.Helper()
	all := make([]*write, len(writes))
	for i, do := range writes {
		all[i] = &write{do: do, done: make(chan struct{})}
	}
	for left := all; len(left) > 0; {
		left = left[n.commit(left):]
	}
	for _, one := range all {
		<-one.done
		errs = append(errs, one.err)
		if one.panicked != nil {
			panics = append(panics, one.panicked)
		}
	}
	return errs, panics
}

func (n *notebook) notes(t *testing.T) string {
	t.Helper()
	var all sql.NullString
	if err := n.db.QueryRow(`SELECT group_concat(text, ' ') FROM (SELECT text FROM notes ORDER BY text)`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all.String
}

func TestWritesThatShareATransactionStandOrFailAlone(t *testing.T) {
	n := newNotebook(t)
	refused := errors.New("refused")
	left, leave := context.WithCancel(t.Context())
	leave()
	errs, panics := n.together(t,
		note(t.Context(), "a"),
		func(q statements) error { note(t.Context(), "b")(q); return refused },
		note(t.Context(), "a"), // there already
		func(q statements) error { note(t.Context(), "c")(q); panic("oops") },
		func(q statements) error {
			if err := note(t.Context(), "d")(q); err != nil {
				return err
			}
			return note(left, "e")(q)
		},
		note(t.Context(), "f"),
	)
	if got := n.notes(t); got != "a f" {
		t.Errorf("written: %q, want those of the writes that succeeded", got)
	}
	for i, ok := range []bool{true, false, false, false, false, true} {
		if (errs[i] == nil) != ok {
			t.Errorf("write %d: %v", i, errs[i])
		}
	}
	if !errors.Is(errs[1], refused) || !errors.Is(errs[4], context.Canceled) {
		t.Errorf("the writes' own errors were lost: %v", errs)
	}
	if len(panics) != 1 || !strings.Contains(panics[0].(error).Error(), "oops") {
		t.Errorf("panics: %v", panics)
	}
}

// A fault that ends the transaction takes what had run with it; its callers are told, and the rest has a transaction of
// its own.
func TestAFaultOfTheTransactionIsToldToAllWhoWereInIt(t *testing.T) {
	n := newNotebook(t)
	errs, _ := n.together(t,
		note(t.Context(), "a"),
		func(q statements) error {
			q.exec(t.Context(), `ROLLBACK`) // as SQLite does by itself when the disk is full
			return errors.New("disk full")
		},
		note(t.Context(), "b"),
	)
	if got := n.notes(t); got != "b" {
		t.Errorf("written: %q, want b alone", got)
	}
	if errs[0] == nil || errs[1] == nil || errs[2] != nil {
		t.Errorf("told: %v", errs)
	}
}

func TestManyWritersAtOnceLoseNothing(t *testing.T) {
	n := newNotebook(t)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if err := n.submit(t.Context(), note(t.Context(), string(rune(0x4e00+i)))); err != nil {
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
	n := newNotebook(t)
	n.close()
	if err := n.submit(t.Context(), note(t.Context(), "a")); !errors.Is(err, errClosed) {
		t.Errorf("after close: %v", err)
	}
}

func TestAPanicReachesTheCaller(t *testing.T) {
	n := newNotebook(t)
	defer func() {
		if cause, ok := recover().(error); !ok || !strings.Contains(cause.Error(), "oops") {
			t.Errorf("recovered %v", cause)
		}
		if err := n.submit(t.Context(), note(t.Context(), "a")); err != nil {
			t.Errorf("the next write: %v", err)
		}
	}()
	n.submit(t.Context(), func(statements) error { panic("oops") })
}

// BenchmarkWrite reports together-of-alone: how many times as many writes a second 64 callers get through as one caller does,
// the two taking turns.
func BenchmarkWrite(b *testing.B) {
	const round = 256
	n := newNotebook(b)
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

// fill returns how long so many callers take for so many writes.
func (n *notebook) fill(b *testing.B, callers, writes int) time.Duration {
	b.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range writes / callers {
				if err := n.submit(b.Context(), note(b.Context(), rand.Text())); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}
