package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"strings"

	"github.com/pressly/goose/v3"
)

// migrations are written for SQLite; postgresSQL says the same to PostgreSQL. They only grow: a file that was released is
// never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// On PostgreSQL whoever uses a table waits behind a migration that waits for it: so it gives up soon, and comes again.
var postgresSQL = strings.NewReplacer(
	"-- +goose Up\n", "-- +goose Up\nSET LOCAL lock_timeout = 200;\n", // less than deadlock_timeout
	") STRICT, WITHOUT ROWID;", ");",
	") STRICT;", ");",
	"INTEGER", "BIGINT",
	"BLOB", "BYTEA",
	"x''", "''", // no bytes
)

// Migrate brings the schema up to date and returns the names of the migrations that it applied. It holds a lock while it
// works: of several instances that start together, one migrates and the others wait for it. Servers go on meanwhile, also those of the
// release before.
func (s *Store) Migrate(ctx context.Context) (applied []string, err error) {
	provider, err := s.provider()
	if err != nil {
		return nil, err
	}
	unlock, err := s.lockMigration(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	err = patiently(ctx, func() error {
		results, err := provider.Up(ctx)
		if cut, ok := errors.AsType[*goose.PartialError](err); ok {
			results = cut.Applied
		}
		for _, r := range results {
			applied = append(applied, r.Source.Path)
		}
		return err
	})
	return applied, err
}

// ErrSchema says that the database is not at the version that this program needs.
var ErrSchema = errors.New("the database schema is not up to date: run `moncompte db migrate`")

// CheckSchema returns ErrSchema unless every migration is applied.
func (s *Store) CheckSchema(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return err
	}
	if pending {
		return ErrSchema
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if s.postgres {
		dialect, files = goose.DialectPostgres, replacedFS{files, postgresSQL}
	}
	return goose.NewProvider(dialect, s.writer, files)
}

// replacedFS are files whose text goes through a replacer. Folders stay as they are.
type replacedFS struct {
	fs.FS
	words *strings.Replacer
}

func (f replacedFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, folder := file.(fs.ReadDirFile); folder {
		return file, nil
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return replacedFile{file, strings.NewReader(f.words.Replace(string(text)))}, nil
}

type replacedFile struct {
	fs.File
	text *strings.Reader
}

func (f replacedFile) Read(p []byte) (int, error) { return f.text.Read(p) }

// migrationLock is a number that nothing else in the database locks.
const migrationLock = "7032617421850914"

// lockMigration lets one process migrate at a time; the others wait for it. The lock lives in a transaction, since a pooler may give what
// follows another connection, and the system lets go of it when the process ends, however it ends. PostgreSQL has such locks; SQLite has
// an exclusive transaction, here on an empty database file beside the data.
func (s *Store) lockMigration(ctx context.Context) (unlock func(), err error) {
	if s.postgres {
		tx, err := s.writer.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		for _, query := range []string{`SET LOCAL lock_timeout = 0`, `SET LOCAL idle_in_transaction_session_timeout = 0`,
			`SELECT pg_advisory_xact_lock(` + migrationLock + `)`} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return nil, errors.Join(err, tx.Rollback())
			}
		}
		return func() { tx.Rollback() }, nil
	}
	path := s.path + "-migrate"
	if err := ownFile(path, 0); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, url.Values{"_pragma": {"busy_timeout(60000)"}, "_txlock": {"exclusive"}}))
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return func() {
		tx.Rollback()
		db.Close()
	}, nil
}
