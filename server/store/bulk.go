package store

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	bulkCache = 64 << 10  // KiB of SQLite's pages: what is between the root and the leaves of ten million accounts
	bulkWAL   = 256 << 10 // pages in the WAL before they are copied into the database, 1 GiB: one that is changed ten times is copied once
)

// Bulk is for a program that writes one unit of work after the other, each of many rows, and answers nobody. It is called before the first.
// On PostgreSQL accounts are then added by COPY. On SQLite a unit need not be on the disk before the next one begins, for each changes thousands
// of pages: what stands when the machine itself fails is a number of whole units, and all of them after BulkEnd. Each unit leaves the servers that run beside it as much time as the one before
// took: SQLite has one writer, and lets who waits for it try now and then.
func (s *Store) Bulk(ctx context.Context) error {
	s.bulk = &bulk{}
	if s.postgres {
		return nil
	}
	return s.pragmas(ctx, `cache_size = -`+strconv.Itoa(bulkCache), `wal_autocheckpoint = `+strconv.Itoa(bulkWAL), `synchronous = NORMAL`)
}

// BulkEnd returns once all that was written is on the disk. It is called after the last unit.
func (s *Store) BulkEnd(ctx context.Context) error {
	if s.postgres {
		return nil
	}
	return s.pragmas(ctx, `synchronous = FULL`, copyWAL)
}

// copyWAL copies what is in the WAL into the database, and the disk has both then. It waits for nobody.
const copyWAL = `wal_checkpoint(PASSIVE)`

func (s *Store) pragmas(ctx context.Context, all ...string) error {
	for _, setting := range all {
		if _, err := (statements{s.writer, s.trace}).exec(ctx, `PRAGMA `+setting); err != nil {
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
	if err := s.pragmas(ctx, copyWAL); err != nil { // or whoever writes next would, while a person waits
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(wrote):
	}
	return ctx.Err()
}
