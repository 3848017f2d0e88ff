package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/portal"
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
	ended  []string // sessions, by the hash of the token, and accounts all of whose sessions are not what they were
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
	within := s.reads
	within.current = nil
	if !s.postgres {
		turn, stop := context.WithTimeoutCause(ctx, s.patience, errBusy)
		defer stop()
		unit, err := s.writes.begin(turn)
		if err != nil {
			return nil, cmp.Or(context.Cause(ctx), context.Cause(turn), err)
		}
		within.on = unit.on
		return &Tx{reads: within, end: unit, recent: &s.recent}, nil
	}
	stop := context.CancelFunc(func() {})
	began := time.Now()
	if s.within > 0 && ctx.Value(slowlyKey{}) == nil {
		ctx, stop = context.WithTimeout(ctx, s.within)
	}
	tx, err := s.beginPostgres(ctx)
	if died(err) && ctx.Err() == nil { // nothing has happened yet
		dropIdle(s.writer)
		tx, err = s.beginPostgres(ctx)
	}
	if err != nil {
		stop()
		return nil, err
	}
	within.on = tx
	if s.within > 0 {
		within.on = hurried{tx, s.within, began}
	}
	return &Tx{reads: within, end: stopping{tx, ctx, stop}, recent: &s.recent}, nil
}

// stopping lets go of a unit's time with its end.
type stopping struct {
	*sql.Tx
	ctx  context.Context
	stop context.CancelFunc
}

func (s stopping) Commit() error {
	defer s.stop()
	err := s.Tx.Commit()
	if errors.Is(err, sql.ErrTxDone) && s.ctx.Err() != nil {
		return s.ctx.Err() // its time was over, and it is taken back: the same may work in a moment
	}
	return err
}

func (s stopping) Rollback() error {
	defer s.stop()
	return s.Tx.Rollback()
}

func (s *Store) beginPostgres(ctx context.Context) (*sql.Tx, error) {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil || !s.pooled {
		return tx, err
	}
	if _, err := tx.ExecContext(ctx, s.bounds(true)); err != nil {
		tx.Rollback()
		return nil, err
	}
	return tx, nil
}

// Commit returns once the work is on the disk.
func (tx *Tx) Commit() error {
	err := tx.end.Commit()
	if len(tx.ended) > 0 { // also after an error: the work may stand
		tx.recent.forget(tx.now(), tx.ended...)
	}
	return err
}

// Rollback undoes the work unless it is committed.
func (tx *Tx) Rollback() { tx.end.Rollback() }

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
