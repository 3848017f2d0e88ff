package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to date and returns the names of the migrations that it applied. It holds a lock while it
// works: of several instances that start together, one migrates and the others wait for it.
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
	results, err := provider.Up(ctx)
	for _, r := range results {
		applied = append(applied, r.Source.Path)
	}
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
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	var options []goose.ProviderOption
	if s.postgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, s.writer, files, options...)
}

// lockMigration lets one process migrate at a time; the others wait for it. PostgreSQL has advisory locks. SQLite has none
// that outlives a transaction, so the lock is an exclusive transaction on an empty database file beside the data: the
// system lets go of it when the process ends, however it ends.
func (s *Store) lockMigration(ctx context.Context) (unlock func(), err error) {
	if s.postgres {
		return func() {}, nil
	}
	db, err := sql.Open("sqlite", "file:"+s.path+"-migrate?_pragma=busy_timeout(60000)&_txlock=exclusive")
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
