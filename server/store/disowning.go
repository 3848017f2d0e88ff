package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const disowningIndex = "disowning"

// AddDisowning implements portal.Tx.
func (tx *Tx) AddDisowning(ctx context.Context, token keys.Secret, d portal.Disowning) error {
	_, err := tx.exec(ctx, `INSERT INTO disownings (token_index, account_id, channel, created_at) VALUES ($1, $2, $3, $4)`,
		keys.TokenIndex(disowningIndex, token), string(d.Account), string(d.Channel), micros(d.At))
	return err
}

// Disowning implements portal.Reads.
func (s *reads) Disowning(ctx context.Context, token keys.Secret, since time.Time) (portal.Disowning, error) {
	var d portal.Disowning
	var at, used int64
	err := s.row(ctx, `SELECT account_id, channel, created_at, coalesce(used_at, 0) FROM disownings WHERE created_at > $1 AND token_index = $2`,
		micros(since), keys.TokenIndex(disowningIndex, token)).Scan(&d.Account, &d.Channel, &at, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return d, portal.ErrNoDisowning
	}
	d.At = fromMicros(at)
	if used != 0 {
		d.Used = fromMicros(used)
	}
	return d, err
}

// TakeDisowning implements portal.Tx. The condition is part of the update: of two at once, one finds the row unused.
func (tx *Tx) TakeDisowning(ctx context.Context, token keys.Secret, id portal.AccountID, at time.Time) error {
	index := keys.TokenIndex(disowningIndex, token)
	n, err := tx.exec(ctx, `UPDATE disownings SET used_at = $2 WHERE token_index = $1 AND used_at IS NULL`, index, micros(at))
	if err != nil {
		return err
	}
	if n != 1 {
		return portal.ErrNoDisowning
	}
	_, err = tx.exec(ctx, `
		DELETE FROM disownings WHERE account_id = $1 AND token_index <> $2
		AND created_at >= (SELECT created_at FROM disownings WHERE token_index = $2)`, string(id), index)
	return err
}

// ClearPassword implements portal.Tx.
func (tx *Tx) ClearPassword(ctx context.Context, id portal.AccountID, at time.Time) error {
	return one(tx.exec(ctx, `
		UPDATE accounts SET password_hash = NULL, password_sealed = NULL, password_scheme = NULL, password_cleared_at = $2, updated_at = $2
		WHERE id = $1`, string(id), micros(at)))
}

// EndWaysSince implements portal.Tx.
func (tx *Tx) EndWaysSince(ctx context.Context, id portal.AccountID, since, at time.Time) error {
	_, err := tx.exec(ctx, `UPDATE links SET ended_at = $3, end_reason = 'unlinked' WHERE ended_at IS NULL AND account_id = $1 AND linked_at > $2`,
		string(id), micros(since), micros(at))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `DELETE FROM passkeys WHERE account_id = $1 AND created_at > $2`, string(id), micros(since))
	return err
}
