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
	// missing are texts that were run while no connection was free to compile them.
	missing []string
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

// learn compiles what was missing, once a connection is free.
func (p *prepared) learn() {
	p.mu.Lock()
	missing := p.missing
	p.missing = nil
	p.mu.Unlock()
	for _, query := range missing {
		p.prepare(context.Background(), query)
	}
}

// preparedTx runs one unit's statements in a transaction that holds the only connection: what is not compiled yet is run as it
// is and noted, to be compiled after the transaction.
type preparedTx struct {
	*sql.Tx
	prepared *prepared
	over     bool // the unit has ended, though others may go on in the transaction
}

func (t *preparedTx) known(query string) *sql.Stmt {
	stmt := t.prepared.known(query)
	if stmt == nil {
		t.prepared.mu.Lock()
		t.prepared.missing = append(t.prepared.missing, query)
		t.prepared.mu.Unlock()
		return nil
	}
	return t.Tx.StmtContext(context.Background(), stmt)
}

// ended is the context of a statement that comes after its unit, and would run in somebody else's.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// uninterrupted lets no statement begin for a caller who has left, and none end half-way: an interrupted one takes the whole
// transaction with it (sqlite3_interrupt), other callers' writes included.
func (t *preparedTx) uninterrupted(ctx context.Context) context.Context {
	switch {
	case t.over:
		return ended
	case ctx.Err() != nil:
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func (t *preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = t.uninterrupted(ctx)
	if stmt := t.known(query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t *preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = t.uninterrupted(ctx)
	if stmt := t.known(query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t *preparedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = t.uninterrupted(ctx)
	if stmt := t.known(query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// all runs the writer's own statements, untraced: they depend on who else writes, not on what is written.
func (t *preparedTx) all(texts ...string) error {
	for _, text := range texts {
		var err error
		if stmt := t.known(text); stmt != nil {
			_, err = stmt.ExecContext(context.Background())
		} else {
			_, err = t.Tx.ExecContext(context.Background(), text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
