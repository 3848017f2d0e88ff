package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// statements runs SQL on a connection pool or in a transaction. Both engines read $1-style parameters.
type statements struct {
	on    querier
	trace func(string)
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (q statements) exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	q.trace(query)
	res, err := q.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (q statements) row(ctx context.Context, query string, args ...any) *sql.Row {
	q.trace(query)
	return q.on.QueryRowContext(ctx, query, args...)
}

// each calls scan once a row.
func (q statements) each(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	q.trace(query)
	rows, err := q.on.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// list returns "$from, $from+1, …" for n parameters.
func list(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}

// anys returns the values as arguments of a statement.
func anys(values [][]byte) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}

// text tells whether PostgreSQL takes it as one: what comes from outside may be no UTF-8, or hold a zero, and then nothing has that name.
func text(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Times are stored as microseconds since 1970, UTC, which both engines compare as integers.
func micros(t time.Time) int64     { return t.UnixMicro() }
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
