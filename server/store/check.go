package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"moncompte/server/keys"
)

// CheckResult is what Check found.
type CheckResult struct {
	Accounts int
	Faults   []string // one line each, without personal data; empty = everything is sound
}

// Check reads the whole database: its own integrity (SQLite), its schema, and whether everything that is sealed opens with the keys and
// is found by them.
func (s *Store) Check(ctx context.Context) (CheckResult, error) {
	var result CheckResult
	if !s.postgres {
		err := s.each(ctx, func(rows *sql.Rows) error {
			var line string
			err := rows.Scan(&line)
			if line != "ok" {
				result.Faults = append(result.Faults, line)
			}
			return err
		}, `PRAGMA integrity_check`)
		if err != nil {
			return result, err
		}
	}
	if err := s.CheckSchema(ctx); errors.Is(err, ErrSchema) {
		result.Faults = append(result.Faults, err.Error())
		return result, nil
	} else if err != nil {
		return result, err
	}
	versions, err := s.keyVersions(ctx)
	if err != nil {
		return result, err
	}
	if _, _, err := s.compareKeys(versions); err != nil {
		result.Faults = append(result.Faults, err.Error())
	}
	faults, read, err := s.checkProtected(ctx, s.keys, false)
	result.Faults, result.Accounts = append(result.Faults, faults...), read["accounts"]
	return result, err
}

// checkProtected reads everything that needs a key with the keys of the ring. It returns a line for each column and fault, with how many
// rows there are of it and the name of the first where that is no index, and how many rows of each table were read. What is not kept
// sealed yet is sound, but needs whichever key it is under: all tells of it too.
func (s *Store) checkProtected(ctx context.Context, ring *keys.Ring, all bool) (lines []string, read map[string]int, err error) {
	read = map[string]int{}
	for i := range protectedTables {
		t := &protectedTables[i]
		found := map[fault]int{}
		first := map[fault]string{}
		err := s.eachProtected(ctx, t, t.every(), func(batch []protectedRow) error {
			for _, row := range batch {
				for _, f := range row.check(ring) {
					if f.reason == unsealed && !all {
						continue
					}
					if found[f]++; found[f] == 1 {
						first[f] = row.name()
					}
				}
			}
			read[t.name] += len(batch)
			return nil
		})
		if err != nil {
			return lines, read, err
		}
		for _, f := range slices.SortedFunc(maps.Keys(found), func(a, b fault) int {
			return cmp.Or(strings.Compare(a.column, b.column), strings.Compare(a.reason, b.reason))
		}) {
			line := fmt.Sprintf("%s.%s: %d of %d rows %s", t.name, f.column, found[f], read[t.name], f.reason)
			if first[f] != "" {
				line += ", the first " + first[f]
			}
			lines = append(lines, line)
		}
	}
	return lines, read, nil
}

// ErrBackup says that the engine has its own tool for backups.
var ErrBackup = errors.New("PostgreSQL is backed up with its own tools, such as pg_dump or pg_basebackup")

// Backup writes a copy of a SQLite database to a new file while the servers go on, and checks the copy. It returns
// ErrBackup on PostgreSQL and fs.ErrExist when the file is there already. The keys file is not part of it.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.postgres {
		return ErrBackup
	}
	// Made by us, so that only its owner can read it; VACUUM INTO takes a file that is empty.
	if err := ownFile(path, os.O_EXCL); err != nil {
		return err
	}
	if err := s.copyTo(ctx, path); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func (s *Store) copyTo(ctx context.Context, path string) error {
	// On the writer's connection because readers may not even write elsewhere; it only reads, and other processes go on.
	if _, err := (statements{s.writer, s.trace}).exec(ctx, `VACUUM INTO $1`, sqliteDSN(path, nil)); err != nil {
		return err
	}
	copied, err := open(ctx, Options{Keys: s.keys}, func(copied *Store) error { return copied.openSQLite(path) })
	if err != nil {
		return err
	}
	result, err := copied.Check(ctx)
	if err := errors.Join(err, copied.Close()); err != nil {
		return err
	}
	if len(result.Faults) > 0 {
		return fmt.Errorf("the copy is not sound: %s", result.Faults[0])
	}
	return nil
}
