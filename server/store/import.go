package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// importColumns are the columns that an import writes, in the order of rowValues.
var importColumns = []string{"id", "identifier_index", "identifier_sealed", "civil_sealed", "email_sealed", "phone_sealed", "password_hash",
	"password_scheme", "updated_at", "pivot_index", "password_sealed", "created_at"}

// rowValues seals a row for the account of that id.
func rowValues(ring *keys.Ring, r portal.ImportRow, id portal.AccountID, at time.Time) ([]any, error) {
	a := r.Account
	civil, err := json.Marshal(a.Civil)
	if err != nil {
		return nil, err
	}
	seal := func(purpose string, plain string) any {
		if plain == "" {
			return nil
		}
		return ring.Seal(purpose, string(id), []byte(plain))
	}
	hash, hashScheme := any(nil), any(nil)
	if !a.Password.IsZero() {
		hash, hashScheme = passwordSealed, r.Scheme
	}
	return []any{
		string(id),
		ring.Index(identifierIndex, a.Identifier.Canonical()),
		ring.Seal(identifierSeal, string(id), []byte(a.Identifier.Canonical())),
		ring.Seal(civilSeal, string(id), civil),
		seal(emailSeal, a.Email.Reveal()),
		seal(phoneSeal, a.Phone.Reveal()),
		hash,
		hashScheme,
		micros(at),
		ring.Index(pivotIndex, portal.PivotKey(a.Civil)),
		seal(passwordSeal, a.Password.Reveal()),
		micros(at),
	}, nil
}

// readyRow is what MakeReady makes of a row: an account with an id of its own.
type readyRow struct {
	version int // of the key
	values  []any
}

// MakeReady implements portal.Store.
func (s *Store) MakeReady(rows []portal.ImportRow) error {
	return makeReady(s.keys.Snapshot(), rows, s.now())
}

func makeReady(ring *keys.Ring, rows []portal.ImportRow, at time.Time) error {
	for i, r := range rows {
		values, err := rowValues(ring, r, portal.NewAccountID(), at)
		if err != nil {
			return err
		}
		rows[i].Ready = readyRow{ring.Current(), values}
	}
	return nil
}

// storedTogether is how many indexes one statement of Stored looks up on SQLite; always as many, so that it is compiled once.
const storedTogether = 250

// Stored implements portal.Reads. It is asked by operators, as AccountOf.
func (s *reads) Stored(ctx context.Context, rows []portal.ImportRow) ([]bool, error) {
	var indexes [][]byte
	at := map[string]int{} // the row of an index
	for i, r := range rows {
		all, err := s.indexes(ctx, identifierIndex, r.Account.Identifier.Canonical())
		if err != nil {
			return nil, err
		}
		for _, index := range all {
			indexes = append(indexes, index)
			at[string(index)] = i
		}
	}
	there := make([]bool, len(rows))
	found := func(rows *sql.Rows) error {
		var index []byte
		err := rows.Scan(&index)
		there[at[string(index)]] = true
		return err
	}
	if s.postgres {
		return there, s.each(ctx, found, `SELECT identifier_index FROM accounts WHERE identifier_index = ANY($1)`, indexes)
	}
	for len(indexes) > 0 {
		some := make([]any, storedTogether)
		for i := range some {
			some[i] = indexes[min(i, len(indexes)-1)]
		}
		err := s.each(ctx, found, `SELECT identifier_index FROM accounts WHERE identifier_index IN (`+list(1, storedTogether)+`)`, some...)
		if err != nil {
			return nil, err
		}
		indexes = indexes[min(storedTogether, len(indexes)):]
	}
	return there, nil
}

// AddAccounts implements portal.Tx.
func (tx *Tx) AddAccounts(ctx context.Context, rows []portal.ImportRow) error {
	ring := tx.keys.Snapshot()
	values := make([][]any, len(rows))
	for i, r := range rows {
		ready, ok := r.Ready.(readyRow)
		if !ok || ready.version != ring.Current() { // the key has changed meanwhile
			if err := makeReady(ring, rows[i:i+1], tx.now()); err != nil {
				return err
			}
			ready = rows[i].Ready.(readyRow)
		}
		values[i] = ready.values
	}
	if tx.copier != nil {
		return tx.copyAccounts(ctx, values)
	}
	insert := `INSERT INTO accounts (` + strings.Join(importColumns, ", ") + `) VALUES (` + list(1, len(importColumns)) + `)`
	for _, row := range values { // one by one: of several rows SQLite keeps what would undo their statement, which takes longer
		if _, err := tx.exec(ctx, insert, row...); err != nil {
			return err
		}
	}
	return nil
}

// copyAccounts is AddAccounts by PostgreSQL's COPY.
func (tx *Tx) copyAccounts(ctx context.Context, values [][]any) error {
	tx.trace(`COPY accounts (` + strings.Join(importColumns, ", ") + `)`)
	return tx.copier.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{"accounts"}, importColumns, pgx.CopyFromRows(values))
		return err
	})
}

// ImportAccount implements portal.Tx.
func (tx *Tx) ImportAccount(ctx context.Context, r portal.ImportRow) error {
	if r.Account.ID == "" {
		return errors.New("store: an account without an id cannot be updated")
	}
	values, err := rowValues(tx.keys.Snapshot(), r, r.Account.ID, tx.now())
	if err != nil {
		return err
	}
	hash := !r.Account.Password.IsZero()
	// A file that is imported again brings no old password back, and fills no place that its owner has emptied: that password is in the
	// hands of somebody else.
	chosen := "password_hash IS NULL AND password_cleared_at IS NULL"
	if r.Replace {
		chosen = "1 = 1"
	}
	if !hash {
		chosen = "1 = 0"
	}
	_, err = tx.exec(ctx, fmt.Sprintf(`
		UPDATE accounts SET
			identifier_index = $2,
			identifier_sealed = $3,
			civil_sealed = $4,
			email_sealed = $5,
			phone_sealed = $6,
			password_sealed = CASE WHEN %[1]s THEN $11 ELSE password_sealed END,
			password_hash = CASE WHEN %[1]s THEN $7 ELSE password_hash END,
			password_scheme = CASE WHEN %[1]s THEN $8 ELSE password_scheme END,
			password_cleared_at = CASE WHEN %[1]s THEN NULL ELSE password_cleared_at END,
			updated_at = $9,
			pivot_index = $10
		WHERE id = $1`, chosen), values[:11]...)
	if err == nil && r.Replace && hash {
		err = tx.EndSessions(ctx, r.Account.ID) // whoever came in with the old password leaves
	}
	return err
}
