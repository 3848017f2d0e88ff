package store

import (
	"context"
	"database/sql"
	"sync"
)

// preparedMost bounds the statements that are kept: the texts are ours, but some vary with the number of keys.
const preparedMost = 256

// prepared keeps the compiled form of statements for SQLite, which otherwise compiles a text each time that it is run. (For
// PostgreSQL, pgx does the same.) SQLite compiles them again by itself after a change of the schema.
type prepared struct {
	db    *sql.DB
	mu    sync.RWMutex
	ready map[string]*sql.Stmt
}

func newPrepared(db *sql.DB) *prepared { return &prepared{db: db, ready: map[string]*sql.Stmt{}} }

// known returns the compiled form of the text if there is one.
func (p *prepared) known(query string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.ready[query]
}

// prepare returns the compiled form of the text; nil when it cannot be compiled, or when there are too many: run as it is,
// it gives its own error. It needs a free connection.
func (p *prepared) prepare(ctx context.Context, query string) *sql.Stmt {
	if stmt := p.known(query); stmt != nil {
		return stmt
	}
	stmt, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.ready[query]; other != nil || len(p.ready) >= preparedMost {
		stmt.Close() // another request was faster
		return other
	}
	p.ready[query] = stmt
	return stmt
}

// ExecContext, QueryContext and QueryRowContext run a statement outside a transaction.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := p.prepare(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return p.db.ExecContext(ctx, query, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := p.prepare(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.db.QueryContext(ctx, query, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := p.prepare(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.db.QueryRowContext(ctx, query, args...)
}

// preparedTx runs statements in a transaction that holds the only connection: what is not compiled yet is run as it is and
// noted, to be compiled after the transaction.
type preparedTx struct {
	*sql.Tx
	prepared *prepared
	missing  []string
}

func (t *preparedTx) known(ctx context.Context, query string) *sql.Stmt {
	stmt := t.prepared.known(query)
	if stmt == nil {
		t.missing = append(t.missing, query)
		return nil
	}
	return t.Tx.StmtContext(ctx, stmt)
}

// uninterrupted lets no statement begin for a caller who has left, and none end half-way: an interrupted one takes the whole
// transaction with it (sqlite3_interrupt), other callers' writes included.
func uninterrupted(ctx context.Context) context.Context {
	if ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// learn compiles what was missing, once the transaction is over.
func (t *preparedTx) learn() {
	for _, query := range t.missing {
		t.prepared.prepare(context.Background(), query)
	}
}

func (t *preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = uninterrupted(ctx)
	if stmt := t.known(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t *preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = uninterrupted(ctx)
	if stmt := t.known(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t *preparedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = uninterrupted(ctx)
	if stmt := t.known(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
