package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	passkeySeal     = "passkey"
	credentialIndex = "credential"
	challengeIndex  = "challenge"
	challengeSeal   = "passkey challenge"
	challengerIndex = "challenger"
)

// sealedPasskey is what is sealed of a passkey. Its owner is in it, so that nobody who can write to the database alone gives an
// account the passkey of another.
type sealedPasskey struct {
	Account    portal.AccountID    `json:"account"`
	Handle     []byte              `json:"handle"`
	Name       string              `json:"name"`
	Credential webauthn.Credential `json:"credential"`
}

// indexOfCredential is what the id of a credential is found by. The device made it of at least 100 random bits, so that a plain hash does
// (W3C Web Authentication §4, "Credential ID").
func indexOfCredential(id []byte) []byte {
	return keys.TokenIndex(credentialIndex, keys.NewSecret(string(id)))
}

func (s *reads) sealPasskey(p portal.Passkey) ([]byte, error) {
	plain, err := json.Marshal(sealedPasskey{p.Account, p.Handle, p.Name, p.Credential})
	if err != nil {
		return nil, err
	}
	return s.keys.Seal(passkeySeal, p.ID, plain), nil
}

// openPasskey reads what is sealed in the row of an account.
func (s *reads) openPasskey(id string, account portal.AccountID, sealed []byte) (portal.Passkey, error) {
	plain, err := s.keys.Open(passkeySeal, id, sealed)
	if err != nil {
		return portal.Passkey{}, fmt.Errorf("passkey %s: %w", id, err)
	}
	var p sealedPasskey
	if json.Unmarshal(plain, &p) != nil || p.Account != account {
		return portal.Passkey{}, fmt.Errorf("passkey %s: cannot be read, or is another account's", id)
	}
	return portal.Passkey{ID: id, Account: p.Account, Handle: p.Handle, Name: p.Name, Credential: p.Credential}, nil
}

// Passkeys implements portal.Reads.
func (s *reads) Passkeys(ctx context.Context, id portal.AccountID) (all []portal.Passkey, err error) {
	err = s.each(ctx, func(rows *sql.Rows) error {
		var name string
		var sealed []byte
		var at int64
		var used sql.NullInt64
		if err := rows.Scan(&name, &sealed, &at, &used); err != nil {
			return err
		}
		p, err := s.openPasskey(name, id, sealed)
		p.At = fromMicros(at)
		if used.Valid {
			p.Used = fromMicros(used.Int64)
		}
		all = append(all, p)
		return err
	}, `SELECT id, passkey_sealed, created_at, used_at FROM passkeys WHERE account_id = $1 ORDER BY created_at, id`, string(id))
	return all, err
}

// PasskeyOwner implements portal.Reads.
func (s *reads) PasskeyOwner(ctx context.Context, credential []byte, device keys.Secret) (portal.PasskeyOwner, error) {
	var owner portal.PasskeyOwner
	var id string
	var account portal.AccountID
	var sealed []byte
	err := s.row(ctx, `
		SELECT passkeys.id, account_id, passkey_sealed, session_epoch, disabled_at IS NOT NULL,
			EXISTS (SELECT 1 FROM devices WHERE devices.account_id = accounts.id AND token_index = $2)
		FROM passkeys
		JOIN accounts ON accounts.id = account_id
		WHERE credential_index = $1`,
		indexOfCredential(credential), keys.TokenIndex(deviceIndex, device)).
		Scan(&id, &account, &sealed, &owner.Epoch, &owner.Disabled, &owner.KnownDevice)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.PasskeyOwner{}, nil
	}
	if err != nil {
		return portal.PasskeyOwner{}, err
	}
	owner.Passkey, err = s.openPasskey(id, account, sealed)
	return owner, err
}

// AddPasskey implements portal.Tx.
func (tx *Tx) AddPasskey(ctx context.Context, p portal.Passkey) error {
	sealed, err := tx.sealPasskey(p)
	if err != nil {
		return err
	}
	n, err := tx.exec(ctx, `
		INSERT INTO passkeys (id, account_id, credential_index, passkey_sealed, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (credential_index) DO NOTHING`,
		p.ID, string(p.Account), indexOfCredential(p.Credential.ID), sealed, micros(p.At))
	if err == nil && n != 1 {
		return portal.ErrPasskeyRefused
	}
	return err
}

// UsePasskey implements portal.Tx.
func (tx *Tx) UsePasskey(ctx context.Context, p portal.Passkey, at time.Time) error {
	return tx.changePasskey(ctx, p.Account, p.ID, func(kept *portal.Passkey) {
		kept.Credential, kept.Used = p.Credential, at
	})
}

// NamePasskey implements portal.Tx.
func (tx *Tx) NamePasskey(ctx context.Context, account portal.AccountID, id, name string) error {
	return tx.changePasskey(ctx, account, id, func(kept *portal.Passkey) { kept.Name = name })
}

// changePasskey changes the passkey as it is now: what others have changed since it was read stays.
func (tx *Tx) changePasskey(ctx context.Context, account portal.AccountID, id string, change func(*portal.Passkey)) error {
	if !text(id) {
		return portal.ErrNoPasskey
	}
	hold := "" // SQLite has one writer
	if tx.postgres {
		hold = " FOR UPDATE"
	}
	var sealed []byte
	var used sql.NullInt64
	err := tx.row(ctx, `SELECT passkey_sealed, used_at FROM passkeys WHERE account_id = $1 AND id = $2`+hold, string(account), id).Scan(&sealed, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.ErrNoPasskey
	}
	if err != nil {
		return err
	}
	p, err := tx.openPasskey(id, account, sealed)
	if err != nil {
		return err
	}
	change(&p)
	if !p.Used.IsZero() {
		used = sql.NullInt64{Int64: micros(p.Used), Valid: true}
	}
	if sealed, err = tx.sealPasskey(p); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE passkeys SET passkey_sealed = $2, used_at = $3 WHERE id = $1`, id, sealed, used)
	return err
}

// RemovePasskey implements portal.Tx.
func (tx *Tx) RemovePasskey(ctx context.Context, account portal.AccountID, id string) error {
	if !text(id) {
		return portal.ErrNoPasskey
	}
	n, err := tx.exec(ctx, `DELETE FROM passkeys WHERE account_id = $1 AND id = $2`, string(account), id)
	if err == nil && n != 1 {
		return portal.ErrNoPasskey
	}
	return err
}
