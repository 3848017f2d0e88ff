package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/portal"
)

// Session returns the session that is open under the hash of a token, the zero SessionRow when there is none.
func (s *reads) Session(ctx context.Context, token string) (portal.SessionRow, error) {
	return s.session(ctx, token, "")
}

func (s *reads) session(ctx context.Context, token, hold string) (portal.SessionRow, error) {
	kept := keptSession{token: token}
	err := s.row(ctx, `
		SELECT account_id, epoch, data, expires_at
		FROM sessions
		LEFT JOIN accounts ON accounts.id = sessions.account_id
		WHERE token_hash = $1
		AND expires_at > $2
		AND (account_id IS NULL OR (session_epoch = epoch AND disabled_at IS NULL))`+hold,
		token, micros(s.now())).Scan(&kept.account, &kept.epoch, &kept.sealed, &kept.expires)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.SessionRow{}, nil
	}
	if err != nil {
		return portal.SessionRow{}, err
	}
	row, sound := s.openSession(kept)
	if !sound {
		s.log.ErrorContext(ctx, "session not read", "account", kept.account.String)
		return portal.SessionRow{}, nil
	}
	return row, nil
}

// SaveSession keeps a session that belongs to no sign-in, or moves on one that is still there.
func (s *Store) SaveSession(ctx context.Context, row portal.SessionRow) error {
	return s.write(ctx, func(tx *Tx) error { return tx.saveSession(ctx, row) })
}

// ProlongSession moves the end of a session on to that time, and leaves the rest as it is by then: nothing when it has ended.
func (s *Store) ProlongSession(ctx context.Context, token string, until time.Time) error {
	return s.write(ctx, func(tx *Tx) error {
		hold := "" // SQLite has one writer
		if tx.postgres {
			hold = " FOR NO KEY UPDATE OF sessions"
		}
		row, err := tx.session(ctx, token, hold)
		if err != nil || row.Token == "" || !row.Expires.Before(until) {
			return err
		}
		row.Expires = until
		return tx.saveSession(ctx, row)
	})
}

func (tx *Tx) saveSession(ctx context.Context, row portal.SessionRow) error {
	if row.Replaces != "" {
		if err := tx.endSession(ctx, row.Replaces); err != nil {
			return err
		}
	}
	var account any
	if row.Account != "" {
		account = string(row.Account)
	}
	now := micros(tx.now())
	sealed := tx.sealSession(row)
	if row.New {
		_, err := tx.exec(ctx, `
			INSERT INTO sessions (token_hash, account_id, epoch, data, created_at, last_seen_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $5, $6)`, row.Token, account, row.Epoch, sealed, now, micros(row.Expires))
		return err
	}
	// No row means that the session ended while this request ran: it stays ended (OWASP ASVS 5.0 V7.4.1).
	tx.ended = append(tx.ended, row.Token)
	_, err := tx.exec(ctx, `
		UPDATE sessions SET account_id = $2, epoch = $3, data = $4, last_seen_at = $5, expires_at = $6
		WHERE token_hash = $1`, row.Token, account, row.Epoch, sealed, now, micros(row.Expires))
	return err
}

// EndSession ends the session under the hash of a token.
func (s *Store) EndSession(ctx context.Context, token string) error {
	return s.write(ctx, func(tx *Tx) error { return tx.endSession(ctx, token) })
}

func (tx *Tx) endSession(ctx context.Context, token string) error {
	tx.ended = append(tx.ended, token)
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash = $1`, token)
	return err
}

// EndSessions implements portal.Tx. The account's epoch moves on, which also ends a session that is being opened.
func (tx *Tx) EndSessions(ctx context.Context, id portal.AccountID) error {
	tx.ended = append(tx.ended, string(id))
	if err := one(tx.exec(ctx, `UPDATE accounts SET session_epoch = session_epoch + 1 WHERE id = $1`, string(id))); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE account_id = $1`, string(id))
	return err
}

// OpenSessions returns the account's sessions that have not expired, the latest used first.
func (s *reads) OpenSessions(ctx context.Context, id portal.AccountID) ([]portal.OpenSession, error) {
	var open []portal.OpenSession
	err := s.each(ctx, func(rows *sql.Rows) error {
		var kept keptSession
		var created, seen int64
		if err := rows.Scan(&kept.token, &kept.account, &kept.epoch, &kept.sealed, &kept.expires, &created, &seen); err != nil {
			return err
		}
		row, sound := s.openSession(kept)
		if !sound {
			return nil // it opens nothing
		}
		_, values, err := row.Read()
		open = append(open, portal.OpenSession{ID: values[portal.SessionID], Browser: values[portal.SessionBrowser],
			Started: fromMicros(created), LastSeen: fromMicros(seen)})
		return err
	}, `
		SELECT token_hash, account_id, epoch, data, expires_at, sessions.created_at, last_seen_at
		FROM sessions
		JOIN accounts ON accounts.id = account_id
		WHERE account_id = $1 AND epoch = session_epoch AND expires_at > $2
		ORDER BY last_seen_at DESC`, string(id), micros(s.now()))
	return open, err
}

// CountSessions returns how many sessions of everybody have not expired.
func (s *reads) CountSessions(ctx context.Context) (n int, err error) {
	err = s.row(ctx, `SELECT count(*) FROM sessions WHERE account_id IS NOT NULL AND expires_at > $1`, micros(s.now())).Scan(&n)
	return n, err
}

// EndOtherSessions ends the account's sessions except the one with that ID, and returns how many there were, or
// portal.ErrUnauthorized when by has ended.
func (s *Store) EndOtherSessions(ctx context.Context, by portal.SessionRow, keep string) (ended int, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		ended, err = tx.endSessionsWhere(ctx, by.Account, func(values map[string]string) bool { return values[portal.SessionID] != keep })
		return err
	})
	return ended, err
}

// EndOneSession ends the account's session with that ID, and returns how many there were, one or none, or portal.ErrUnauthorized when
// by has ended.
func (s *Store) EndOneSession(ctx context.Context, by portal.SessionRow, session string) (ended int, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		ended, err = tx.endSessionsWhere(ctx, by.Account, func(values map[string]string) bool { return values[portal.SessionID] == session })
		return err
	})
	return ended, err
}

// HoldSession implements portal.Tx. A request loads its session before its body has come, which may take as long as somebody likes: what it
// changes in the account wants the session as it is now. On PostgreSQL the account's row is held against every other such change.
func (tx *Tx) HoldSession(ctx context.Context, row portal.SessionRow) error {
	hold, stay := "", "" // SQLite has one writer
	if tx.postgres {
		hold, stay = " FOR NO KEY UPDATE", " FOR SHARE"
	}
	var open int
	err := tx.row(ctx, `SELECT 1 FROM accounts WHERE id = $1 AND session_epoch = $2 AND disabled_at IS NULL`+hold,
		string(row.Account), row.Epoch).Scan(&open)
	if err == nil {
		err = tx.row(ctx, `SELECT 1 FROM sessions WHERE token_hash = $1 AND account_id = $2 AND epoch = $3 AND expires_at > $4`+stay,
			row.Token, string(row.Account), row.Epoch, micros(tx.now())).Scan(&open)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return portal.ErrUnauthorized
	}
	return err
}

// LeaveSession implements portal.Tx. Its epoch is over, so that no session is found under its token.
func (tx *Tx) LeaveSession(ctx context.Context, row portal.SessionRow) error {
	return tx.saveSession(ctx, row)
}

// LeftSession implements portal.Reads.
func (s *reads) LeftSession(ctx context.Context, token string) (portal.AccountID, error) {
	kept := keptSession{token: token}
	err := s.row(ctx, `
		SELECT account_id, epoch, data, expires_at
		FROM sessions
		JOIN accounts ON accounts.id = account_id
		WHERE token_hash = $1 AND expires_at > $2 AND epoch < session_epoch AND disabled_at IS NULL`,
		token, micros(s.now())).Scan(&kept.account, &kept.epoch, &kept.sealed, &kept.expires)
	if errors.Is(err, sql.ErrNoRows) {
		return "", portal.ErrNoFlow
	}
	if err != nil {
		return "", err
	}
	if row, sound := s.openSession(kept); sound && row.Left() {
		return row.Account, nil
	}
	return "", portal.ErrNoFlow
}

// EndSessionsBy implements portal.Tx.
func (tx *Tx) EndSessionsBy(ctx context.Context, id portal.AccountID, method portal.Method, keep string) error {
	_, err := tx.endSessionsWhere(ctx, id, func(values map[string]string) bool {
		return values[portal.SessionMethod] == string(method) && values[portal.SessionID] != keep
	})
	return err
}

// endSessionsWhere ends the account's sessions whose values are chosen. One that is not sound has none.
func (tx *Tx) endSessionsWhere(ctx context.Context, id portal.AccountID, chosen func(values map[string]string) bool) (ended int, err error) {
	var tokens []any
	tx.ended = append(tx.ended, string(id))
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var kept keptSession
		if err := rows.Scan(&kept.token, &kept.account, &kept.epoch, &kept.sealed, &kept.expires); err != nil {
			return err
		}
		var values map[string]string
		var err error
		if row, sound := tx.openSession(kept); sound {
			_, values, err = row.Read()
		}
		if chosen(values) {
			tokens = append(tokens, kept.token)
		}
		return err
	}, `SELECT token_hash, account_id, epoch, data, expires_at FROM sessions WHERE account_id = $1`, string(id))
	if err != nil || len(tokens) == 0 {
		return 0, err
	}
	n, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash IN (`+list(1, len(tokens))+`)`, tokens...)
	return int(n), err
}

// endOldestSessions leaves the account's sessions that were begun last. Its owner can then look through all of them.
func (tx *Tx) endOldestSessions(ctx context.Context, id portal.AccountID) error {
	tx.ended = append(tx.ended, string(id))
	_, err := tx.exec(ctx, `
		DELETE FROM sessions WHERE account_id = $1 AND created_at < (
			SELECT min(created_at) FROM (
				SELECT created_at FROM sessions WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2) AS latest)`,
		string(id), portal.MostSessions)
	return err
}
