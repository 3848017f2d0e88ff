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

// FinishFlow implements portal.RecoveryStore. Rows are locked in the order in which sign-in does (counters, then the
// account) and the flow after its account: two flows of one account that end at once must not wait for each other.
func (s *Store) FinishFlow(ctx context.Context, token keys.Secret, p portal.NewPassword) error {
	indexes := tokenIndexes(flowIndex, token)
	return s.write(ctx, func(q statements) error {
		if err := s.unlock(ctx, q, p.Account); err != nil {
			return err
		}
		if err := one(q.exec(ctx, `UPDATE accounts SET password_hash = $2, password_scheme = $3, updated_at = $4 WHERE id = $1`,
			string(p.Account), p.Hash.Reveal(), p.Scheme, micros(p.At))); err != nil {
			return err
		}
		if err := s.endSessions(ctx, q, p.Account); err != nil {
			return err
		}
		// Only this flow's own code, given after since, lets any of it stand (OWASP ASVS 5.0 V2.3.1).
		n, err := q.exec(ctx, `
			UPDATE flows SET closed_at = $1, finished_at = $1
			WHERE closed_at IS NULL AND consumed_at > $2 AND account_id = $3 AND token_index IN (`+list(4, len(indexes))+`)`,
			append([]any{micros(p.At), micros(p.Since), string(p.Account)}, anys(indexes)...)...)
		if err != nil {
			return err
		}
		if n != 1 {
			return portal.ErrNoFlow
		}
		if err := s.endFlows(ctx, q, p.Account, p.At); err != nil {
			return err
		}
		return s.notices(ctx, q, p.Account, p.At, p.Usable, p.Notice)
	})
}

// FinishedFlow implements portal.RecoveryStore.
func (s *reads) FinishedFlow(ctx context.Context, token keys.Secret, since time.Time) (portal.Finished, error) {
	indexes := tokenIndexes(flowIndex, token)
	var f portal.Finished
	var index, sealed []byte
	var hash string
	err := s.row(ctx, `
		SELECT token_index, purpose, flows.identifier_sealed, coalesce(password_hash, '')
		FROM flows
		JOIN accounts ON accounts.id = flows.account_id
		WHERE finished_at > $1 AND token_index IN (`+list(2, len(indexes))+`)`,
		append([]any{micros(since)}, anys(indexes)...)...).Scan(&index, &f.Purpose, &sealed, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Finished{}, portal.ErrNoFlow
	}
	if err != nil {
		return portal.Finished{}, err
	}
	plain, err := s.keys.Open(flowSeal, hex.EncodeToString(index), sealed)
	if err != nil {
		return portal.Finished{}, fmt.Errorf("identifier: %w", err)
	}
	f.Hash = keys.NewSecret(hash)
	f.Identifier, err = restoreNumber(string(plain))
	return f, err
}

// endFlows closes every other flow of the account, takes their messages back and forgets its devices: whoever has used the
// account from elsewhere begins anew.
func (s *Store) endFlows(ctx context.Context, q statements, id portal.AccountID, at time.Time) error {
	for _, end := range []struct {
		query string
		args  []any
	}{
		{`UPDATE outbox SET state = 'dropped', body_sealed = NULL, reason = 'superseded', closed_at = $2
			WHERE state = 'open' AND flow IN (SELECT token_index FROM flows WHERE account_id = $1)`, []any{string(id), micros(at)}},
		{`UPDATE flows SET closed_at = $2 WHERE account_id = $1 AND closed_at IS NULL`, []any{string(id), micros(at)}},
		{`DELETE FROM devices WHERE account_id = $1`, []any{string(id)}},
	} {
		if _, err := q.exec(ctx, end.query, end.args...); err != nil {
			return err
		}
	}
	return nil
}

// noticeLife is how long a notice is tried: it tells of something that has happened, so it keeps its worth for days.
const noticeLife = 3 * 24 * time.Hour

// notices tells every address of the account (NIST SP 800-63B-4 §4.6).
func (s *Store) notices(ctx context.Context, q statements, id portal.AccountID, at time.Time, usable func(portal.Channel, keys.Secret) bool,
	compose func(portal.Channel) portal.Content) error {
	account, err := s.account(ctx, q, id)
	if err != nil {
		return err
	}
	on := portal.Addresses{Phone: account.Phone, Email: account.Email}
	for _, channel := range []portal.Channel{portal.SMS, portal.Email} {
		to := on.To(channel)
		if !usable(channel, to) {
			continue
		}
		err := s.post(ctx, q, post{state: "open", notice: true, channel: channel, to: to, content: compose(channel), at: at, expires: at.Add(noticeLife)})
		if err != nil {
			return err
		}
	}
	return nil
}
