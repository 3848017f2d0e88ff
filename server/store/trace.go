package store

import (
	"context"
	"database/sql"

	"moncompte/server/tracing"
)

// traced tells traces of each statement outside a unit of work, by its text, which holds no value.
type traced struct {
	querier
	engine string
}

func (t traced) begin(ctx context.Context, query string) (context.Context, tracing.Span) {
	ctx, span := tracing.Call(ctx, "statement")
	span.Text("db.system.name", t.engine)
	span.Text("db.query.text", query)
	return ctx, span
}

func (t traced) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, span := t.begin(ctx, query)
	result, err := t.querier.ExecContext(ctx, query, args...)
	span.End(err)
	return result, err
}

func (t traced) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, span := t.begin(ctx, query)
	rows, err := t.querier.QueryContext(ctx, query, args...)
	span.End(err)
	return rows, err
}

func (t traced) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, span := t.begin(ctx, query)
	row := t.querier.QueryRowContext(ctx, query, args...)
	span.End(row.Err())
	return row
}
