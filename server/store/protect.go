package store

import (
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
)

// protectBatch is how many rows one transaction moves over.
const protectBatch = 500

// Protect seals and indexes everything with the current key that is not yet, and returns how many rows there were. It goes on until a
// whole reading finds nothing left to do: other instances may have written meanwhile. It may be interrupted and called again, while
// servers go on. progress is told how many rows of how many have been read; nil = nobody.
func (s *Store) Protect(ctx context.Context, progress func(read, all int)) (moved int, err error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	// SQLite has one writer and lets who waits for it try now and then: where servers run, they get as much time as they lose.
	programs, err := s.programs(ctx)
	if err != nil {
		return 0, err
	}
	yields := !s.postgres && len(programs) > 0
	for {
		all, err := s.countProtected(ctx)
		if err != nil {
			return moved, err
		}
		read, before := 0, moved
		for i := range protectedTables {
			err := s.eachProtected(ctx, &protectedTables[i], func(batch []protectedRow) error {
				began := time.Now()
				n, err := s.protectBatch(ctx, batch)
				moved += n
				if n > 0 && yields {
					time.Sleep(time.Since(began))
				}
				read += len(batch)
				progress(read, max(read, all))
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

func (s *Store) countProtected(ctx context.Context) (all int, err error) {
	for _, t := range protectedTables {
		var n int
		if err := s.row(ctx, `SELECT count(*) FROM `+t.name+t.where("")).Scan(&n); err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}

// where is the condition on the rows that matter, and another one.
func (t protectedTable) where(and string) string {
	switch {
	case t.rows == "" && and == "":
		return ""
	case t.rows == "":
		return ` WHERE ` + and
	case and == "":
		return ` WHERE (` + t.rows + `)`
	}
	return ` WHERE (` + t.rows + `) AND ` + and
}

// eachProtected reads the table in the order of its keys, in batches outside of a transaction. A row whose key changes meanwhile may come twice.
func (s *Store) eachProtected(ctx context.Context, t *protectedTable, do func([]protectedRow) error) error {
	columns := t.columns()
	query := `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + t.name + t.where(t.key+` > $1`) + ` ORDER BY ` + t.key + ` LIMIT ` + strconv.Itoa(protectBatch)
	for after := t.first(); ; {
		var batch []protectedRow
		err := s.each(ctx, func(rows *sql.Rows) error {
			row := protectedRow{t, make([]any, len(columns))}
			into := make([]any, len(columns))
			for i := range into {
				into[i] = &row.values[i]
			}
			batch = append(batch, row)
			return rows.Scan(into...)
		}, query, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := do(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].values[0]
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
