package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// FinishFlow implements portal.Tx.
func (tx *Tx) FinishFlow(ctx context.Context, flow portal.FlowRef, id portal.AccountID, at, since time.Time) error {
	var kept keptBond
	err := tx.row(ctx, `
		UPDATE flows SET closed_at = $1, finished_at = $1
		WHERE closed_at IS NULL AND consumed_at > $2 AND account_id = $3 AND token_index = $4
		RETURNING `+bondColumns,
		micros(at), micros(since), string(id), []byte(flow)).Scan(kept.into()...)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !tx.holds(ctx, kept) {
		return portal.ErrNoFlow
	}
	return err
}

// EndFlows implements portal.Tx.
func (tx *Tx) EndFlows(ctx context.Context, id portal.AccountID, at time.Time) error {
	_, err := tx.exec(ctx, `
		UPDATE outbox SET state = 'dropped', body_sealed = NULL, reason = 'superseded', closed_at = $2
		WHERE state = 'open' AND flow IN (SELECT token_index FROM flows WHERE account_id = $1)`, string(id), micros(at))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE flows SET closed_at = $2 WHERE account_id = $1 AND closed_at IS NULL`, string(id), micros(at))
	return err
}

// FinishedFlow implements portal.Reads.
func (s *reads) FinishedFlow(ctx context.Context, token keys.Secret, since time.Time) (portal.Finished, error) {
	index := keys.TokenIndex(flowIndex, token)
	var f portal.Finished
	var kept keptBond
	var sealed, password []byte
	var hash string
	var account portal.AccountID
	err := s.row(ctx, `
		SELECT flows.identifier_sealed, accounts.id, `+passwordColumns+`, `+bondColumns+`
		FROM flows
		JOIN accounts ON accounts.id = flows.account_id
		WHERE finished_at > $1 AND token_index = $2`, micros(since), index).
		Scan(append([]any{&sealed, &account, &hash, &password}, kept.into()...)...)
	f.Purpose = portal.Purpose(kept.Purpose)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !s.holds(ctx, kept) {
		return portal.Finished{}, portal.ErrNoFlow
	}
	if err != nil {
		return portal.Finished{}, err
	}
	plain, err := s.keys.Open(flowSeal, hex.EncodeToString(index), sealed)
	if err != nil {
		return portal.Finished{}, fmt.Errorf("identifier: %w", err)
	}
	f.Hash = s.password(ctx, account, hash, password)
	f.Identifier, err = restoreNumber(string(plain))
	return f, err
}
