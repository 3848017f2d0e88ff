package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Unavailable tells whether an error says that the database cannot be used now, rather than that something is wrong with what was asked:
// it is stopped, starts, stands by, is read-only, full, locked by somebody else, changed under the program, or under a key that it lacks. The
// same may work in a moment.
func Unavailable(err error) bool {
	if fault, ok := errors.AsType[*sqlite.Error](err); ok {
		switch fault.Code() & 0xff { // the rest tells more of the same
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN:
			return true
		}
		return false
	}
	if fault, ok := errors.AsType[*pgconn.PgError](err); ok {
		// Classes of SQLSTATE: connection, rollback of one of two that wait for each other, resources, operator's intervention,
		// system; and single codes.
		for _, begin := range []string{"08", "40", "53", "57", "58", readOnly, overtaken, "55P03"} {
			if strings.HasPrefix(fault.Code, begin) {
				return true
			}
		}
		return false
	}
	if _, ok := errors.AsType[net.Error](err); ok || pgconn.SafeToRetry(err) { // the second: nothing was sent, as on a connection that has ended
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	for _, known := range []error{errClosed, errBusy, errReadOnly, ErrKeys, sql.ErrConnDone, driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// readOnly is the SQLSTATE of a write to a server that stands by or is set to be read only.
const readOnly = "25006"

// overtaken is the SQLSTATE of a prepared statement whose column has another type by now: it is prepared anew the next time.
const overtaken = "0A000"

// died tells whether a statement met a connection that had ended meanwhile, or one whose plan the schema has overtaken: on another
// connection the same statement may work at once.
func died(err error) bool {
	fault, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case err == nil:
		return false
	case ok:
		return strings.HasPrefix(fault.Code, "57P") || fault.Code == overtaken
	}
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	return !refused && Unavailable(err) && !errors.Is(err, context.DeadlineExceeded)
}

// again runs reads of PostgreSQL, each once more on a new connection when the first had died: the idle ones died with it. A read may be
// repeated; a write may have happened, so that those are left to a unit of work, whose beginning alone is repeated.
type again struct{ *sql.DB }

func (a again) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := a.DB.QueryContext(ctx, query, args...)
	if died(err) && ctx.Err() == nil {
		dropIdle(a.DB)
		return a.DB.QueryContext(ctx, query, args...)
	}
	return rows, err
}

func (a again) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	row := a.DB.QueryRowContext(ctx, query, args...)
	if died(row.Err()) && ctx.Err() == nil {
		dropIdle(a.DB)
		return a.DB.QueryRowContext(ctx, query, args...)
	}
	return row
}
