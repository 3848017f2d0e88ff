package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/portal"
	"moncompte/server/tracing"
)

// Tx is a unit of work: what its methods write stands together once Commit has returned nil, or not at all, and its reads see
// it. It is used by one goroutine. Between Begin and Commit everybody else's writes wait on SQLite: no hash is computed there
// and nothing is waited for but statements. Rollback does nothing once committed, so it is deferred right after Begin.
type Tx struct {
	reads
	end interface {
		Commit() error
		Rollback() error
	}
	recent *recent
	copier *sql.Conn // the unit's own, for COPY; nil but on PostgreSQL after Bulk
	ended  []string  // sessions, by the hash of the token, and accounts all of whose sessions are not what they were
	span   tracing.Span
}

// errBusy is for a turn to write that did not come.
var errBusy = errors.New("store: another process writes for too long")

// Begin begins a unit of work. On SQLite it waits for its turn, as long as Options.Patience and ctx last: whoever leaves before it has
// written nothing. To begin one while another is open in the same goroutine is to wait for oneself, until ctx ends.
func (s *Store) Begin(ctx context.Context) (portal.Tx, error) {
	if err := s.stayCurrent(ctx); err != nil {
		return nil, err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, err // and not a nil *Tx, which is no nil portal.Tx
	}
	return tx, nil
}

func (s *Store) begin(ctx context.Context) (*Tx, error) {
	within, span := tracing.Begin(ctx, "unit of work")
	_, waiting := tracing.Begin(within, "wait for the turn to write")
	tx, err := s.take(ctx)
	waiting.End(err)
	if err != nil {
		span.End(err)
		return nil, err
	}
	tx.span = span
	return tx, nil
}

func (s *Store) take(ctx context.Context) (*Tx, error) {
	within := s.reads
	within.current = nil
	if !s.postgres {
		if err := s.rest(ctx); err != nil {
			return nil, err
		}
		turn, stop := context.WithTimeoutCause(ctx, s.patience, errBusy)
		defer stop()
		unit, err := s.writes.begin(turn)
		if err != nil {
			return nil, cmp.Or(context.Cause(ctx), context.Cause(turn), err)
		}
		within.on = unit.on
		tx := &Tx{reads: within, end: unit, recent: &s.recent}
		if s.bulk != nil {
			tx.end = timed{unit, s.bulk, time.Now()}
		}
		return tx, nil
	}
	stop := context.CancelFunc(func() {})
	began := time.Now()
	if s.within > 0 && ctx.Value(slowlyKey{}) == nil {
		ctx, stop = context.WithTimeout(ctx, s.within)
	}
	tx, own, err := s.beginPostgres(ctx)
	if died(err) && ctx.Err() == nil { // nothing has happened yet
		dropIdle(s.writer)
		tx, own, err = s.beginPostgres(ctx)
	}
	if err != nil {
		stop()
		return nil, err
	}
	within.on = tx
	if s.within > 0 {
		within.on = hurried{tx, s.within, began}
	}
	return &Tx{reads: within, end: stopping{tx, ctx, stop, own}, recent: &s.recent, copier: own}, nil
}

// stopping lets go of a unit's time, and of a connection of its own, with its end.
type stopping struct {
	*sql.Tx
	ctx  context.Context
	stop context.CancelFunc
	own  *sql.Conn // nil = one of the pool, which knows by itself
}

func (s stopping) release() {
	s.stop()
	if s.own != nil {
		s.own.Close()
	}
}

func (s stopping) Commit() error {
	defer s.release()
	err := s.Tx.Commit()
	if errors.Is(err, sql.ErrTxDone) && s.ctx.Err() != nil {
		return s.ctx.Err() // its time was over, and it is taken back: the same may work in a moment
	}
	return err
}

func (s stopping) Rollback() error {
	defer s.release()
	return s.Tx.Rollback()
}

// beginPostgres returns the connection as well, where the unit needs one by name.
func (s *Store) beginPostgres(ctx context.Context) (tx *sql.Tx, own *sql.Conn, err error) {
	begin := s.writer.BeginTx
	if s.bulk != nil {
		if own, err = s.writer.Conn(ctx); err != nil {
			return nil, nil, err
		}
		begin = own.BeginTx
	}
	tx, err = begin(ctx, nil)
	if err == nil && s.pooled {
		if _, err = tx.ExecContext(ctx, s.bounds(true)); err != nil {
			tx.Rollback()
		}
	}
	if err != nil && own != nil {
		own.Close()
	}
	return tx, own, err
}

// Commit returns once the work is on the disk.
func (tx *Tx) Commit() error {
	err := tx.end.Commit()
	tx.span.End(err)
	if len(tx.ended) > 0 { // also after an error: the work may stand
		tx.recent.forget(tx.now(), tx.ended...)
	}
	return err
}

// Rollback undoes the work unless it is committed.
func (tx *Tx) Rollback() {
	tx.end.Rollback()
	tx.span.End(nil)
}

// write runs do in a unit of work of its own: what belongs to nothing else.
func (s *Store) write(ctx context.Context, do func(*Tx) error) error {
	if err := s.stayCurrent(ctx); err != nil {
		return err
	}
	return s.writeAsIs(ctx, do)
}

// writeAsIs is write for what is about the keys themselves.
func (s *Store) writeAsIs(ctx context.Context, do func(*Tx) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
