package store

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	bulkCache = 64 << 10 // KiB of SQLite's pages: what is between the root and the leaves of ten million accounts
	bulkWAL   = 16 << 10 // pages in the WAL before they are copied into the database: until then one that is changed twice is copied once
)

// Bulk is for a program that writes one unit of work after the other, each of many rows, and answers nobody. It is called before the first.
// On PostgreSQL accounts are then added by COPY. On SQLite each unit leaves the servers that run beside it as much time as the one before
// took: SQLite has one writer, and lets who waits for it try now and then.
func (s *Store) Bulk(ctx context.Context) error {
	s.bulk = &bulk{}
	if s.postgres {
		return nil
	}
	for _, setting := range []string{`PRAGMA cache_size = -` + strconv.Itoa(bulkCache), `PRAGMA wal_autocheckpoint = ` + strconv.Itoa(bulkWAL)} {
		if _, err := (statements{s.writer, s.trace}).exec(ctx, setting); err != nil {
			return err
		}
	}
	return nil
}

// bulk is what is known of a program that writes one unit after the other.
type bulk struct{ wrote atomic.Int64 } // nanoseconds in which nobody else could write, since the last rest

// timed counts how long a unit keeps others from writing.
type timed struct {
	*unit
	bulk  *bulk
	began time.Time
}

func (t timed) Commit() error   { defer t.count(); return t.unit.Commit() }
func (t timed) Rollback() error { defer t.count(); return t.unit.Rollback() }

func (t timed) count() { t.bulk.wrote.Store(int64(time.Since(t.began))) }

// rest lets servers write before the next unit of a bulk.
func (s *Store) rest(ctx context.Context) error {
	if s.bulk == nil {
		return nil
	}
	wrote := time.Duration(s.bulk.wrote.Swap(0))
	// All of them are on this machine and have one clock. One that was killed stays listed, and is waited for no more.
	others := 0
	err := s.row(ctx, `SELECT count(*) FROM instances WHERE id <> $1 AND seen_at > $2`, s.instance, micros(s.now().Add(-deadAfter*s.beat))).Scan(&others)
	if err != nil || others == 0 {
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(wrote):
	}
	return ctx.Err()
}
