package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// The purposes that keep indexes and seals of different columns apart.
const (
	identifierIndex = "identifier"
	identifierSeal  = "identifier"
	civilSeal       = "civil"
	emailSeal       = "email"
	phoneSeal       = "phone"
)

const accountColumns = `
	id,
	identifier_sealed,
	civil_sealed,
	email_sealed,
	phone_sealed,
	` + passwordColumns + `,
	session_epoch,
	disabled_at IS NOT NULL,
	created_at,
	updated_at`

// Account implements portal.Reads.
func (s *reads) Account(ctx context.Context, id portal.AccountID) (portal.Account, error) {
	row := s.row(ctx, `SELECT`+accountColumns+` FROM accounts WHERE id = $1`, string(id))
	a, err := s.scanAccount(ctx, row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Account{}, portal.ErrNoAccount
	}
	return a, err
}

func (s *reads) scanAccount(ctx context.Context, scan func(...any) error) (portal.Account, error) {
	var a portal.Account
	var identifier, civil, email, phone, password []byte
	var hash string
	var created, updated int64
	err := scan(&a.ID, &identifier, &civil, &email, &phone, &hash, &password, &a.Epoch, &a.Disabled, &created, &updated)
	if err != nil {
		return portal.Account{}, err
	}
	a.CreatedAt, a.UpdatedAt = fromMicros(created), fromMicros(updated)
	a.Password = s.password(ctx, a.ID, hash, password)
	id := string(a.ID)
	open := func(purpose string, sealed []byte) (plain []byte) {
		if sealed == nil || err != nil {
			return nil
		}
		if plain, err = s.keys.Open(purpose, id, sealed); err != nil {
			err = fmt.Errorf("account %s, %s: %w", id, purpose, err)
		}
		return plain
	}
	number := string(open(identifierSeal, identifier))
	if b := open(civilSeal, civil); b != nil {
		err = json.Unmarshal(b, &a.Civil)
	}
	if b := open(emailSeal, email); b != nil {
		a.Email = keys.NewSecret(string(b))
	}
	if b := open(phoneSeal, phone); b != nil {
		a.Phone = keys.NewSecret(string(b))
	}
	if err != nil {
		return portal.Account{}, err
	}
	if a.Identifier, err = restoreNumber(number); err != nil {
		return portal.Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	return a, nil
}

// anyProvisional accepts what any pattern may have accepted when the account was imported: a stored identifier stays
// readable when the setting changes.
var anyProvisional = func() *nir.Pattern {
	p, err := nir.ParsePattern("[A-Z][0-9A-Z]{0,63}")
	if err != nil {
		panic(err)
	}
	return p
}()

func restoreNumber(canonical string) (nir.Number, error) {
	n, report := nir.Parse(canonical, anyProvisional)
	if !report.OK() {
		return nir.Number{}, errors.New("the stored identifier cannot be read")
	}
	return n, nil
}

// AccountOf implements portal.Reads. It is asked by operators: a known number may take longer than an unknown one.
func (s *reads) AccountOf(ctx context.Context, n nir.Number) (portal.Account, error) {
	indexes, err := s.indexes(ctx, identifierIndex, n.Canonical())
	if err != nil {
		return portal.Account{}, err
	}
	row := s.row(ctx, `SELECT`+accountColumns+` FROM accounts WHERE identifier_index IN (`+list(1, len(indexes))+`)`, anys(indexes)...)
	a, err := s.scanAccount(ctx, row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Account{}, nil
	}
	if err == nil && a.Identifier.Canonical() != n.Canonical() {
		return portal.Account{}, fmt.Errorf("account %s is found by an identifier that is not its own", a.ID) // see nearest
	}
	return a, err
}

// SetDisabled refuses or allows an account's sign-ins again. Disabling ends its sessions. It returns portal.ErrNoAccount
// when there is none.
func (s *Store) SetDisabled(ctx context.Context, id portal.AccountID, disabled bool) error {
	var at any
	if disabled {
		at = micros(s.now())
	}
	return s.write(ctx, func(tx *Tx) error {
		tx.ended = append(tx.ended, string(id))
		return one(tx.exec(ctx, `
			UPDATE accounts SET
				disabled_at = $2,
				session_epoch = session_epoch + 1,
				updated_at = $3
			WHERE id = $1`, string(id), at, micros(s.now())))
	})
}

// EndSessions ends every session of the account at once, on every instance. It returns portal.ErrNoAccount when there is none.
func (s *Store) EndSessions(ctx context.Context, id portal.AccountID) error {
	return s.write(ctx, func(tx *Tx) error { return tx.EndSessions(ctx, id) })
}

// Unlock forgets every failed attempt on the account. It returns
// portal.ErrNoAccount when there is none.
func (s *Store) Unlock(ctx context.Context, id portal.AccountID) error {
	return s.write(ctx, func(tx *Tx) error { return tx.Unlock(ctx, id) })
}

// one turns "no row was changed" into portal.ErrNoAccount.
func one(changed int64, err error) error {
	if err == nil && changed == 0 {
		return portal.ErrNoAccount
	}
	return err
}
