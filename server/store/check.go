package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// CheckResult is what Check found.
type CheckResult struct {
	Accounts int
	Faults   []string // one line each, without personal data; empty = everything is sound
}

// Check reads the whole database: its own integrity (SQLite), its schema, and whether every account opens with the keys.
func (s *Store) Check(ctx context.Context) (CheckResult, error) {
	var result CheckResult
	if !s.postgres {
		err := s.read().each(ctx, func(rows *sql.Rows) error {
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
	err := s.read().each(ctx, func(rows *sql.Rows) error {
		result.Accounts++
		var broken error
		_, err := s.scanAccount(func(into ...any) error {
			broken = rows.Scan(into...)
			return broken
		})
		if broken != nil {
			return broken
		}
		if err != nil {
			result.Faults = append(result.Faults, err.Error())
		}
		return nil
	}, `SELECT`+accountColumns+` FROM accounts ORDER BY id`)
	return result, err
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
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	f.Close()
	if err := s.copyTo(ctx, path); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func (s *Store) copyTo(ctx context.Context, path string) error {
	// On the writer's connection because readers may not even write elsewhere; it only reads, and other processes go on.
	if _, err := (statements{s.writer, s.trace}).exec(ctx, `VACUUM INTO $1`, path); err != nil {
		return err
	}
	copied, err := Open(ctx, Options{URL: "file:" + path, Keys: s.keys})
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
