package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"moncompte/server/keys"
)

// protectBatch is how many rows one transaction moves over.
const protectBatch = 1000

// Protect seals and indexes everything with the current key that is not yet, and returns how many rows there were. It goes on until a
// whole reading finds nothing left to do: other instances may have written meanwhile. It may be interrupted and called again, while
// servers go on. progress is told how many rows of how many have been moved; nil = nobody.
func (s *Store) Protect(ctx context.Context, progress func(done, all int)) (moved int, err error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	// SQLite has one writer and lets who waits for it try now and then: where servers run, they get as much time as they lose.
	programs, err := s.programs(ctx)
	if err != nil {
		return 0, err
	}
	yields := !s.postgres && len(programs) > 0
	all := 0
	for _, t := range protectedTables {
		older := s.older(t)
		var n int
		if err := s.row(ctx, `SELECT count(*) FROM `+t.name+` WHERE `+older.condition(1), older.args...).Scan(&n); err != nil {
			return 0, err
		}
		all += n
	}
	for {
		before := moved
		for i := range protectedTables {
			t := &protectedTables[i]
			err := s.eachProtected(ctx, t, s.older(*t), func(batch []protectedRow) error {
				began := time.Now()
				n, err := s.protectBatch(ctx, batch)
				moved += n
				progress(moved, max(moved, all))
				if n > 0 && yields {
					time.Sleep(time.Since(began))
				}
				return err
			})
			if err != nil {
				return moved, err
			}
		}
		if moved == before {
			return moved, nil
		}
	}
}

// filter is a condition on rows.
type filter struct {
	condition func(from int) string // parameters are numbered from there
	args      []any
}

// every is no condition but that the row matters.
func (t protectedTable) every() filter {
	return filter{func(int) string { return cmp.Or(t.rows, "true") }, nil}
}

// older tells the rows that have something sealed under another key than the current one. What is computed from it is of the same key.
func (s *reads) older(t protectedTable) filter {
	return filter{func(from int) string {
		var columns []string
		for _, c := range t.sealed {
			columns = append(columns, `substr(`+c.name+`, 1, 5) <> $`+strconv.Itoa(from))
			if c.before != "" && !s.keys.PasswordsSealed() {
				columns = append(columns, c.before+` <> '`+passwordSealed+`'`)
			}
			if c.of != "" && !s.keys.LinksBound() {
				columns = append(columns, c.name+` IS NULL`)
			}
		}
		return strings.Join(columns, " OR ")
	}, []any{keys.SealedPrefix(s.keys.Current())}}
}

// eachProtected reads the rows in batches outside of a transaction, in the order in which SQLite keeps them: neighbours share a page. A
// row that moves meanwhile may come twice.
func (s *Store) eachProtected(ctx context.Context, t *protectedTable, f filter, do func([]protectedRow) error) error {
	columns := t.columns()
	place, after := t.key, any("")
	switch {
	case t.blob:
		after = []byte{}
	case t.rowid && !s.postgres:
		place, after = "rowid", int64(0)
	}
	query := `SELECT ` + strings.Join(columns, ", ") + `, ` + place + ` FROM ` + t.name +
		` WHERE ` + place + ` > $1 AND (` + f.condition(2) + `) ORDER BY ` + place + ` LIMIT ` + strconv.Itoa(protectBatch)
	for {
		var batch []protectedRow
		err := s.each(ctx, func(rows *sql.Rows) error {
			row := protectedRow{t, make([]any, len(columns))}
			into := make([]any, len(columns), len(columns)+1)
			for i := range into {
				into[i] = &row.values[i]
			}
			batch = append(batch, row)
			return rows.Scan(append(into, &after)...)
		}, query, append([]any{after}, f.args...)...)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := do(batch); err != nil {
			return err
		}
	}
}

// protectBatch moves the rows of the batch over that are not yet. They are sealed before the transaction begins, which is therefore
// short, and each is changed only as it was read: what somebody else changes meanwhile is for the next reading.
func (s *Store) protectBatch(ctx context.Context, batch []protectedRow) (moved int, err error) {
	ring := s.keys.Snapshot()
	var old, next []protectedRow
	for _, row := range batch {
		protected, changed, err := row.protect(ring)
		if err != nil {
			return 0, err
		}
		if changed {
			old, next = append(old, row), append(next, protected)
		}
	}
	if len(old) == 0 {
		return 0, nil
	}
	err = patiently(ctx, func() error {
		moved, err = s.replaceRows(ctx, old, next)
		return err
	})
	return moved, err
}

// lockWait is how long a batch waits for a row that a request holds. It is shorter than PostgreSQL's deadlock_timeout (1 s): where the
// two wait for each other it is the batch that gives way and tries again, and never a person's request that fails.
const lockWait = 200 * time.Millisecond

// patiently does it again while others hold what it needs.
func patiently(ctx context.Context, do func() error) error {
	for {
		err := do()
		if !lockedOut(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockWait):
		}
	}
}

func lockedOut(err error) bool {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failure.Code == "55P03" || failure.Code == "40P01" // lock_not_available, deadlock_detected
	}
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && failure.Code()&0xff == sqlite3.SQLITE_BUSY
}

func (s *Store) replaceRows(ctx context.Context, old, next []protectedRow) (moved int, err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if s.postgres {
		if _, err := tx.exec(ctx, `SET LOCAL lock_timeout = `+strconv.Itoa(int(lockWait.Milliseconds()))); err != nil {
			return 0, err
		}
	}
	for i := range old {
		query, args := replacement(old[i], next[i])
		n, err := tx.exec(ctx, query, args...)
		if err != nil {
			return 0, err
		}
		moved += int(n)
	}
	return moved, tx.Commit()
}

// replacement is the statement that makes next of the row while it is old.
func replacement(old, next protectedRow) (query string, args []any) {
	names := old.table.columns()
	var set, where []string
	for i, name := range names {
		args = append(args, old.values[i])
		where = append(where, name+` IS NOT DISTINCT FROM $`+strconv.Itoa(len(args)))
	}
	for i, name := range names {
		if !same(old.values[i], next.values[i]) {
			args = append(args, next.values[i])
			set = append(set, name+` = $`+strconv.Itoa(len(args)))
		}
	}
	where[0] = names[0] + ` = $1` // so that the row is found by its index
	return `UPDATE ` + old.table.name + ` SET ` + strings.Join(set, ", ") + ` WHERE ` + strings.Join(where, " AND "), args
}

// Needs says what would be lost without every key but that version's, one line a column with how many rows; nothing when they can go.
func (s *Store) Needs(ctx context.Context, version int) ([]string, error) {
	only, ok := s.keys.Only(version)
	if !ok {
		return nil, fmt.Errorf("the keys file has no version %d", version)
	}
	faults, _, err := s.checkProtected(ctx, only, true)
	return faults, err
}
