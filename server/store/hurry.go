package store

import (
	"context"
	"database/sql"
	"time"
)

// Hurry is for a program that answers people: from then on neither a statement nor a unit of work may take longer on PostgreSQL than they
// wait to be told, whether the server is frozen, slow or behind a pooler that waits for it. It is called before the first request. (What
// SQLite waits for is bounded by itself.)
func (s *Store) Hurry() {
	if s.postgres {
		s.within = s.patience * 9 / 8 // a lock that is not let go is told as such, a little earlier
		s.on = hurried{s.on, s.within, time.Time{}}
	}
}

// slowly is ctx for what nobody waits for.
func slowly(ctx context.Context) context.Context { return context.WithValue(ctx, slowlyKey{}, true) }

type slowlyKey struct{}

// hurried ends what takes too long, counted from the beginning of a unit of work, or of each statement.
type hurried struct {
	querier
	within time.Duration
	began  time.Time
}

func (h hurried) bound(ctx context.Context) context.Context {
	if ctx.Value(slowlyKey{}) != nil {
		return ctx
	}
	left := h.within
	if !h.began.IsZero() {
		left = time.Until(h.began.Add(h.within))
	}
	ctx, stop := context.WithTimeout(ctx, left)
	context.AfterFunc(ctx, stop) // rows are read afterwards
	return ctx
}

func (h hurried) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return h.querier.ExecContext(h.bound(ctx), query, args...)
}

func (h hurried) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return h.querier.QueryContext(h.bound(ctx), query, args...)
}

func (h hurried) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return h.querier.QueryRowContext(h.bound(ctx), query, args...)
}
