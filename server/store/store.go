// Package store keeps the portal's data in SQLite, or in PostgreSQL when one machine is not enough. Whatever instances
// must share is here and nowhere else, so that any of them answers any request. Everything personal is sealed or indexed
// with the keys of package keys before it reaches the database.
package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	_ "modernc.org/sqlite"             // driver "sqlite"

	"moncompte/server/keys"
)

// Options say where the data is and how it is protected. Now, Log and Trace may be left out.
type Options struct {
	// URL is `file:PATH` for SQLite or `postgres://…`.
	URL  string
	Keys *keys.Ring
	Log  *slog.Logger
	Now  func() time.Time
	// Trace is told the text of each statement, never its values.
	Trace func(statement string)
	// Beat is how often Follow says what this program knows of the keys; 0 = every three seconds.
	Beat time.Duration
}

// Store is the portal's data. What belongs together is written in a unit of work: see Begin.
type Store struct {
	reads
	reader, writer *sql.DB
	path           string  // of the SQLite file
	writes         *writer // of SQLite alone
	instance       string  // its name among the programs that run
	beat           time.Duration
}

// reads are the questions that are answered outside a unit of work and within one, where they see what it has written.
type reads struct {
	statements
	postgres bool
	keys     *keys.Ring
	log      *slog.Logger
	now      func() time.Time
}

// Open opens the database and checks that it answers. It does not migrate: see Migrate and CheckSchema. Its errors never
// hold the password of the URL.
func Open(ctx context.Context, o Options) (*Store, error) {
	switch {
	case strings.HasPrefix(o.URL, "postgres://"), strings.HasPrefix(o.URL, "postgresql://"):
		return open(ctx, o, func(s *Store) error { return s.openPostgres(o.URL) })
	case strings.HasPrefix(o.URL, "file:"):
		path, err := sqlitePath(o.URL)
		if err != nil {
			return nil, err
		}
		return open(ctx, o, func(s *Store) error { return s.openSQLite(path) })
	}
	return nil, errors.New("the database URL must begin with file: or postgres://")
}

func open(ctx context.Context, o Options, connect func(*Store) error) (*Store, error) {
	s := &Store{reads: reads{keys: o.Keys, log: o.Log, now: o.Now}}
	s.trace = o.Trace
	s.instance = rand.Text()
	s.beat = cmp.Or(o.Beat, beatEvery)
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.trace == nil {
		s.trace = func(string) {}
	}
	if err := connect(s); err != nil {
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return s, nil
}

// openSQLite opens one writer, since SQLite has one, and several readers that WAL lets run beside it. synchronous(FULL)
// makes a counted attempt outlive a crash of the machine; immediate transactions wait for their turn at the start,
// where busy_timeout works, and not in the middle, where it does not.
func (s *Store) openSQLite(path string) error {
	if err := ownFile(path, 0); err != nil {
		return err
	}
	s.path = path

	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}, "_txlock": {"immediate"}}
	var err error
	if s.writer, err = sql.Open("sqlite", sqliteDSN(path, q)); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)

	q.Add("_pragma", "query_only(1)")
	q.Del("_txlock")
	if s.reader, err = sql.Open("sqlite", sqliteDSN(path, q)); err != nil {
		return err
	}
	s.reader.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	s.reader.SetMaxIdleConns(max(4, runtime.GOMAXPROCS(0)))
	s.on = newPrepared(s.reader)
	s.writes = newWriter(s.writer, s.trace)
	return nil
}

func (s *Store) openPostgres(raw string) error {
	db, err := sql.Open("pgx", raw)
	if err != nil {
		return errors.New("the database URL cannot be read")
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	db.SetConnMaxIdleTime(5 * time.Minute)
	s.reader, s.writer, s.on, s.postgres = db, db, db, true
	return nil
}

// Close ends every connection.
func (s *Store) Close() error {
	if s.writes != nil {
		s.writes.close()
	}
	err := s.writer.Close()
	if s.reader != s.writer {
		err = errors.Join(err, s.reader.Close())
	}
	return err
}

// Ping reports whether the database answers, for readiness.
func (s *Store) Ping(ctx context.Context) error {
	return errors.Join(s.writer.PingContext(ctx), s.reader.PingContext(ctx))
}

// Engine is "sqlite" or "postgres".
func (s *Store) Engine() string {
	if s.postgres {
		return "postgres"
	}
	return "sqlite"
}

// Keys are the keys that protect this data.
func (s *Store) Keys() *keys.Ring { return s.keys }
