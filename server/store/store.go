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
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib" // driver "pgx" too
	_ "modernc.org/sqlite"           // driver "sqlite"

	"moncompte/app/limits"
	"moncompte/server/keys"
	"moncompte/server/portal"
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
	// Patience is how long a connection, or a turn to write, is waited for; 0 = two seconds, so that whoever asks is told within
	// three that it does not come.
	Patience time.Duration
	// Kept is how long Sweep leaves what has no more use; zero = that of portal.StandardLimits.
	Kept limits.Kept
}

// Store is the portal's data. What belongs together is written in a unit of work: see Begin.
type Store struct {
	reads
	reader, writer *sql.DB
	path           string        // of the SQLite file
	writes         *writer       // of SQLite alone
	pooled         bool          // PostgreSQL is reached through a pooler
	within         time.Duration // see Hurry; 0 = as long as it takes
	bulk           *bulk         // see Bulk; nil = a unit now and then
	instance       string        // its name among the programs that run
	beat, patience time.Duration
	kept           limits.Kept
	said           atomic.Pointer[time.Time] // when it began to join last; nil = it is not listed
	unsaid         atomic.Bool               // it could not join the last time that it tried
	recent         recent
}

// reads are the questions that are answered outside a unit of work and within one, where they see what it has written.
type reads struct {
	statements
	postgres bool
	keys     *keys.Ring
	log      *slog.Logger
	now      func() time.Time
	current  func(context.Context) error // Store.stayCurrent; nil within a unit of work, which began with it
}

// Open opens the database and checks that it answers. It does not migrate: see Migrate and CheckSchema. Its errors never
// hold the password of the URL.
func Open(ctx context.Context, o Options) (*Store, error) {
	switch {
	case strings.HasPrefix(o.URL, "postgres://"), strings.HasPrefix(o.URL, "postgresql://"):
		return open(ctx, o, func(s *Store) error { return s.openPostgres(ctx, o.URL) })
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
	s.beat, s.patience = cmp.Or(o.Beat, beatEvery), cmp.Or(o.Patience, 2*time.Second)
	s.kept = cmp.Or(o.Kept, portal.StandardLimits.Kept)
	s.current = s.stayCurrent
	s.log = cmp.Or(s.log, slog.New(slog.DiscardHandler))
	if s.now == nil {
		s.now = time.Now
	}
	if s.trace == nil {
		s.trace = func(string) {}
	}
	if err := connect(s); err != nil {
		return nil, err
	}
	s.on = traced{s.on, map[bool]string{true: "postgresql", false: "sqlite"}[s.postgres]}
	if err := errors.Join(s.writer.PingContext(ctx), s.reader.PingContext(ctx)); err != nil {
		s.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return s, nil
}

// openSQLite opens one writer, since SQLite has one, and several readers that WAL lets run beside it. synchronous(FULL)
// makes a counted attempt outlive a crash of the machine; immediate transactions wait for their turn at the start,
// where busy_timeout works, and not in the middle, where it does not. A long reader makes the WAL grow: its file shrinks afterwards.
func (s *Store) openSQLite(path string) error {
	if err := ownFile(path, 0); err != nil {
		return err
	}
	s.path = path

	q := url.Values{"_pragma": {fmt.Sprintf("busy_timeout(%d)", s.patience.Milliseconds()), "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "journal_size_limit(8388608)"}, "_txlock": {"immediate"}}
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

// openPostgres opens a pool. Connections whose server says that it is read only are dropped: after a failover they may lead to the
// server that was, and new ones do not. None lives for ever, so that a new server behind the same name is found.
func (s *Store) openPostgres(ctx context.Context, raw string) error {
	config, err := pgx.ParseConfig(raw)
	if err != nil {
		return errors.New("the database URL cannot be read")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = s.patience
	}
	if s.pooled, err = pooled(ctx, config); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	// A prepared statement belongs to a connection of the server, which a pooler gives to somebody else.
	if s.pooled && !strings.Contains(raw, "default_query_exec_mode=") {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	var db *sql.DB
	config.OnPgError = func(_ *pgconn.PgConn, fault *pgconn.PgError) bool {
		if fault.Code == readOnly {
			dropIdle(db)
			return false
		}
		return !strings.EqualFold(fault.Severity, "FATAL")
	}
	db = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		if s.pooled {
			return nil // each unit of work sets its own
		}
		_, err := conn.Exec(ctx, s.bounds(false), pgx.QueryExecModeSimpleProtocol)
		return err
	}))
	db.SetMaxOpenConns(mostConnections)
	db.SetMaxIdleConns(mostConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(30 * time.Minute)
	s.reader, s.writer, s.on, s.postgres = db, db, again{db}, true
	return nil
}

// pooled tells whether a pooler such as PgBouncer stands before the server, and may give each unit of work another connection of it: its
// connections have a number of its own.
func pooled(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return false, err
	}
	defer conn.Close(ctx)
	var pid uint32
	err = conn.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeExec).Scan(&pid)
	return pid != conn.PgConn().PID(), err
}

// bounds are of a connection, or of a unit of work alone: no lock is waited for longer than whoever asks waits for an answer, and none is
// kept by a program that froze in mid-unit. Set by a statement: PgBouncer refuses these as parameters of the start.
func (s *Store) bounds(unit bool) string {
	return fmt.Sprintf(`SELECT set_config('lock_timeout', '%d', %t), set_config('idle_in_transaction_session_timeout', '%d', %t)`,
		s.patience.Milliseconds(), unit, heldMost.Milliseconds(), unit)
}

// mostConnections is how many connections to PostgreSQL there are at most, at work or not.
const mostConnections = 16

// dropIdle closes the connections that nobody uses: what one of them says of its server, the others would say too.
func dropIdle(db *sql.DB) {
	db.SetMaxIdleConns(0)
	db.SetMaxIdleConns(mostConnections)
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

var errReadOnly = errors.New("the database is read only")

// Ping reports whether the database can be read and written, for readiness: nobody signs in where no attempt can be counted.
func (s *Store) Ping(ctx context.Context) error {
	if s.unsaid.Load() { // a disk that is full is seen by a write alone
		if err := s.Join(ctx); err != nil {
			return err
		}
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.postgres {
		var standby bool
		var setting string
		err := tx.on.QueryRowContext(ctx, `SELECT pg_is_in_recovery(), current_setting('transaction_read_only')`).Scan(&standby, &setting)
		if err != nil {
			return err
		}
		if standby || setting == "on" {
			tx.Rollback() // it is idle then
			dropIdle(s.writer)
			return errReadOnly
		}
	}
	return s.reader.PingContext(ctx)
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
