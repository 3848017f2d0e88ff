package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

// personalTables is what is kept about a person beside the account's own row, by the columns that a person can read. What is
// left out is there for machines: indexes, seals, counters of a row. A test compares it with the schema.
var personalTables = []struct {
	name    string
	columns []string // times end with _at or _until
}{
	{"sign_ins", []string{"at", "method"}},
	{"sessions", []string{"created_at", "last_seen_at", "expires_at"}},
	{"devices", []string{"used_at", "remembered_until"}},
	{"links", []string{"issuer", "acr", "linked_at", "last_used_at", "ended_at", "end_reason"}},
	{"passkeys", []string{"created_at", "used_at"}},
	{"passkey_users", []string{"offered_at"}},
	{"passkey_challenges", []string{"created_at"}},
	{"flows", []string{"purpose", "asked", "sends", "tries", "created_at", "consumed_at", "finished_at"}},
	{"disownings", []string{"channel", "created_at"}},
	{"former_contacts", []string{"channel", "replaced_at"}},
}

// Personal is what is kept about one person, in words that a person can read (GDPR article 15). Secrets of the account are not
// data about its owner: of the password there is only whether it is set.
type Personal struct {
	Account     portal.AccountID            `json:"account"`
	Identifier  string                      `json:"identifier"`
	Civil       portal.Civil                `json:"civil_status"`
	Email       string                      `json:"email,omitempty"`
	Phone       string                      `json:"phone,omitempty"`
	Password    bool                        `json:"password_set"`
	Disabled    bool                        `json:"disabled"`
	CreatedAt   time.Time                   `json:"created_at"`
	UpdatedAt   time.Time                   `json:"updated_at"`
	PasskeyName []string                    `json:"passkey_names,omitempty"`
	Browsers    []string                    `json:"session_browsers,omitempty"`
	Kept        map[string][]map[string]any `json:"kept"` // by table
}

// Personal returns what is kept about the account's owner, or portal.ErrNoAccount.
func (s *Store) Personal(ctx context.Context, id portal.AccountID) (Personal, error) {
	account, err := s.Account(ctx, id)
	if err != nil {
		return Personal{}, err
	}
	p := Personal{
		Account:    id,
		Identifier: account.Identifier.Canonical(),
		Civil:      account.Civil,
		Email:      account.Email.Reveal(),
		Phone:      account.Phone.Reveal(),
		Password:   !account.Password.IsZero(),
		Disabled:   account.Disabled,
		CreatedAt:  account.CreatedAt,
		UpdatedAt:  account.UpdatedAt,
		Kept:       map[string][]map[string]any{},
	}
	passkeys, err := s.Passkeys(ctx, id)
	if err != nil {
		return Personal{}, err
	}
	for _, k := range passkeys {
		p.PasskeyName = append(p.PasskeyName, k.Name)
	}
	open, err := s.OpenSessions(ctx, id)
	if err != nil {
		return Personal{}, err
	}
	for _, session := range open {
		p.Browsers = append(p.Browsers, session.Browser)
	}
	for _, table := range personalTables {
		err := s.each(ctx, func(rows *sql.Rows) error {
			row, err := scanPersonal(rows, table.columns)
			p.Kept[table.name] = append(p.Kept[table.name], row)
			return err
		}, `SELECT `+strings.Join(table.columns, ", ")+` FROM `+table.name+` WHERE account_id = $1 ORDER BY `+table.columns[0], string(id))
		if err != nil {
			return Personal{}, err
		}
	}
	return p, nil
}

// scanPersonal reads one row by the names of its columns. What is NULL is left out.
func scanPersonal(rows *sql.Rows, columns []string) (map[string]any, error) {
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	row := map[string]any{}
	for i, column := range columns {
		n, number := values[i].(int64)
		switch {
		case values[i] == nil, number && n == 0 && column == "remembered_until":
		case number && (column == "at" || strings.HasSuffix(column, "_at") || strings.HasSuffix(column, "_until")):
			row[column] = fromMicros(n)
		default:
			row[column] = values[i]
		}
	}
	return row, nil
}

// Erase leaves nothing of the account in any table: its row takes with it all that names it, and what is found by its number or
// its addresses goes first (GDPR article 17). It returns portal.ErrNoAccount when there is none.
func (s *Store) Erase(ctx context.Context, id portal.AccountID) error {
	return s.write(ctx, func(tx *Tx) error {
		account, err := tx.Account(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.Unlock(ctx, id); err != nil {
			return err
		}
		if err := tx.eraseMessages(ctx, id, account); err != nil {
			return err
		}
		tx.ended = append(tx.ended, string(id))
		return one(tx.exec(ctx, `DELETE FROM accounts WHERE id = $1`, string(id)))
	})
}

// eraseMessages deletes the messages of the account's flows, and those for its addresses that have not left.
func (tx *Tx) eraseMessages(ctx context.Context, id portal.AccountID, account portal.Account) error {
	if _, err := tx.exec(ctx, `DELETE FROM outbox WHERE flow IN (SELECT token_index FROM flows WHERE account_id = $1)`, string(id)); err != nil {
		return err
	}
	var theirs []any
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var m notify.Message
		var sealed []byte
		if err := rows.Scan(&m.ID, &sealed); err != nil {
			return err
		}
		// One that cannot be read is nobody's that we could tell; Claim drops it.
		if tx.openBody(&m, sealed) == nil && (sameAddress(m.To, account.Email) || sameAddress(m.To, account.Phone)) {
			theirs = append(theirs, m.ID)
		}
		return nil
	}, `SELECT id, body_sealed FROM outbox WHERE body_sealed IS NOT NULL`)
	for _, message := range theirs {
		if err == nil {
			_, err = tx.exec(ctx, `DELETE FROM outbox WHERE id = $1`, message)
		}
	}
	return err
}

func sameAddress(a, b keys.Secret) bool { return !a.IsZero() && a.Reveal() == b.Reveal() }
