package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	passwordSeal   = "password"
	passwordHash   = "password_hash" // the column that an earlier release kept the hash in
	passwordSealed = "sealed"        // what it says since
)

// passwordColumns are what openPassword reads.
const passwordColumns = `coalesce(password_hash, ''), password_sealed`

var errUnsealed = errors.New("a hash that is not sealed, which the keys file rules out")

// openPassword returns the hash of the account's password, zero without one. It is sealed and bound to the account: a stolen database
// alone allows no guess, and whoever can only write to it gives no account the password of another (OWASP ASVS 5.0 V13.3.1). One that an
// earlier release left unsealed counts until the keys file says that there is none any more, which no writer of the database can undo.
func (s *reads) openPassword(id portal.AccountID, kept string, sealed []byte) (keys.Secret, error) {
	switch {
	case kept == "":
		return keys.Secret{}, nil
	case kept == passwordSealed:
		plain, err := s.keys.Open(passwordSeal, string(id), sealed)
		if err != nil {
			return keys.Secret{}, fmt.Errorf("account %s, password: %w", id, err)
		}
		return keys.NewSecret(string(plain)), nil
	case s.keys.PasswordsSealed():
		return keys.Secret{}, fmt.Errorf("account %s, password: %w", id, errUnsealed)
	}
	return keys.NewSecret(kept), nil
}

// password is openPassword for whoever goes on without one: it answers like a wrong password, and an operator is told.
func (s *reads) password(ctx context.Context, id portal.AccountID, kept string, sealed []byte) keys.Secret {
	hash, err := s.openPassword(id, kept, sealed)
	if err != nil {
		s.log.ErrorContext(ctx, "password not read", "account", id, "reason", err)
	}
	return hash
}

// SetPassword implements portal.Tx.
func (tx *Tx) SetPassword(ctx context.Context, id portal.AccountID, hash keys.Secret, scheme string, at time.Time) error {
	return one(tx.exec(ctx, `
		UPDATE accounts SET password_hash = 'sealed', password_sealed = $2, password_scheme = $3, password_cleared_at = NULL, updated_at = $4
		WHERE id = $1`, string(id), tx.sealPassword(id, hash), scheme, micros(at)))
}

func (tx *Tx) sealPassword(id portal.AccountID, hash keys.Secret) []byte {
	return tx.keys.Seal(passwordSeal, string(id), []byte(hash.Reveal()))
}

// UpgradeHash implements portal.Tx. The condition is part of the update: of two at once, one stays.
func (tx *Tx) UpgradeHash(ctx context.Context, id portal.AccountID, verified, upgrade keys.Secret, scheme string) error {
	var kept string
	var sealed []byte
	if err := tx.row(ctx, `SELECT `+passwordColumns+` FROM accounts WHERE id = $1`, string(id)).Scan(&kept, &sealed); err != nil {
		return err
	}
	if stored, err := tx.openPassword(id, kept, sealed); err != nil || stored.Reveal() != verified.Reveal() {
		return err
	}
	_, err := tx.exec(ctx, `
		UPDATE accounts SET password_hash = 'sealed', password_sealed = $2, password_scheme = $3
		WHERE id = $1 AND password_hash = $4 AND password_sealed IS NOT DISTINCT FROM $5`,
		string(id), tx.sealPassword(id, upgrade), scheme, kept, sealed)
	return err
}
