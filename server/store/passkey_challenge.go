package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// PasskeyHandle implements portal.Tx.
func (tx *Tx) PasskeyHandle(ctx context.Context, id portal.AccountID, fresh []byte) (handle []byte, err error) {
	_, err = tx.exec(ctx, `INSERT INTO passkey_users (account_id, handle) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING`, string(id), fresh)
	if err != nil {
		return nil, err
	}
	err = tx.row(ctx, `SELECT handle FROM passkey_users WHERE account_id = $1`, string(id)).Scan(&handle)
	return handle, err
}

// PasskeyUser implements portal.Reads.
func (s *reads) PasskeyUser(ctx context.Context, id portal.AccountID) (handle []byte, offered bool, err error) {
	err = s.row(ctx, `SELECT handle, offered_at IS NOT NULL FROM passkey_users WHERE account_id = $1`, string(id)).Scan(&handle, &offered)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return handle, offered, err
}

// SetPasskeyOffered implements portal.Tx.
func (tx *Tx) SetPasskeyOffered(ctx context.Context, id portal.AccountID, fresh []byte, at time.Time) error {
	_, err := tx.exec(ctx, `
		INSERT INTO passkey_users (account_id, handle, offered_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET offered_at = excluded.offered_at`, string(id), fresh, micros(at))
	return err
}

// AddChallenge implements portal.Tx. What the library has to know again is sealed under the browser's token, so that no other browser
// has any use for it.
func (tx *Tx) AddChallenge(ctx context.Context, browser keys.Secret, c portal.Challenge) error {
	_, err := tx.exec(ctx, `
		INSERT INTO passkey_challenges (challenge_index, browser_index, account_id, session, created_at) VALUES ($1, $2, $3, $4, $5)`,
		keys.TokenIndex(challengeIndex, keys.NewSecret(c.Value)), keys.TokenIndex(challengerIndex, browser), orNull(c.Account),
		keys.SealUnder(browser, challengeSeal, c.Session), micros(c.At))
	return err
}

// TakeChallenge implements portal.Tx. Deleting is the use: of two answers at once, one finds the row.
func (tx *Tx) TakeChallenge(ctx context.Context, browser keys.Secret, value string, account portal.AccountID, since time.Time) (session []byte, err error) {
	var sealed []byte
	err = tx.row(ctx, `
		DELETE FROM passkey_challenges
		WHERE challenge_index = $1 AND browser_index = $2 AND account_id IS NOT DISTINCT FROM $3 AND created_at > $4
		RETURNING session`,
		keys.TokenIndex(challengeIndex, keys.NewSecret(value)), keys.TokenIndex(challengerIndex, browser), orNull(account), micros(since)).
		Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, portal.ErrNoChallenge
	}
	if err != nil {
		return nil, err
	}
	return keys.OpenUnder(browser, challengeSeal, sealed)
}

// orNull is the account as a column has it that may hold none.
func orNull(id portal.AccountID) any {
	if id == "" {
		return nil
	}
	return string(id)
}
