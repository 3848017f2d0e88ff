package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	deviceIndex = "device"
	devicesKept = 20  // browsers remembered an account, the latest used
	signInsRead = 500 // sign-ins that a person can look through
)

// Credential implements portal.Reads.
func (s *reads) Credential(ctx context.Context, n nir.Number) (portal.Credential, error) {
	var c portal.Credential
	var hash string
	var sealed []byte
	found, err := s.nearest(ctx, n.Canonical(), `id, session_epoch, `+passwordColumns+`, disabled_at IS NOT NULL`,
		func() []any { return []any{&c.Account, &c.Epoch, &hash, &sealed, &c.Disabled} })
	if err != nil {
		return portal.Credential{}, err
	}
	// Opened whoever it is of, for the same work whether or not there is an account.
	c.Hash = s.password(ctx, c.Account, hash, sealed)
	if !found {
		return portal.Credential{}, nil
	}
	return c, nil
}

// KnownDevice implements portal.Reads. Without a token the same statement runs and finds nothing.
func (s *reads) KnownDevice(ctx context.Context, token keys.Secret, n nir.Number) (device string, ours bool, err error) {
	index := keys.TokenIndex(deviceIndex, token)
	indexes, err := s.indexes(ctx, identifierIndex, n.Canonical())
	if err != nil {
		return "", false, err
	}
	var signedIn bool
	err = s.row(ctx, `
		SELECT identifier_index IN (`+list(2, len(indexes))+`) AS signed_in
		FROM devices
		JOIN accounts ON accounts.id = devices.account_id
		WHERE token_index = $1
		ORDER BY signed_in DESC
		LIMIT 1`,
		append([]any{index}, anys(indexes)...)...).Scan(&signedIn)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil || token.IsZero() {
		return "", false, err
	}
	if !signedIn {
		return "", true, nil
	}
	return hex.EncodeToString(index), true, nil
}

// Enter implements portal.Tx.
func (tx *Tx) Enter(ctx context.Context, session portal.Session, row portal.SessionRow) error {
	if err := tx.isOfEpoch(ctx, session.Account, row.Epoch); err != nil {
		return err
	}
	device := keys.TokenIndex(deviceIndex, session.Device)
	if !session.Shared {
		if err := tx.RememberDevice(ctx, session.Account, session.Device, session.At, session.Remember); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `
			DELETE FROM devices WHERE account_id = $1 AND used_at < (
				SELECT min(used_at) FROM (
					SELECT used_at FROM devices WHERE account_id = $1 ORDER BY used_at DESC LIMIT $2) AS latest)`,
			string(session.Account), devicesKept)
		if err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, `INSERT INTO sign_ins (account_id, at, method, device) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		string(session.Account), micros(session.At), string(session.Method), device)
	if err != nil {
		return err
	}
	if err := tx.saveSession(ctx, row); err != nil {
		return err
	}
	return tx.endOldestSessions(ctx, session.Account)
}

// RememberedUntil implements portal.Reads.
func (s *reads) RememberedUntil(ctx context.Context, token keys.Secret, id portal.AccountID) (time.Time, error) {
	var until int64
	err := s.row(ctx, `SELECT remembered_until FROM devices WHERE token_index = $1 AND account_id = $2`,
		keys.TokenIndex(deviceIndex, token), string(id)).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) || err == nil && token.IsZero() {
		return time.Time{}, nil
	}
	return fromMicros(until), err
}

// EnteredFrom implements portal.Reads. A browser that was made known by a code alone (portal.SecondStep.Admit) has entered nothing yet.
func (s *reads) EnteredFrom(ctx context.Context, id portal.AccountID, token keys.Secret) (bool, error) {
	var entered bool
	err := s.row(ctx, `
		SELECT EXISTS (SELECT 1 FROM devices WHERE token_index = $1 AND account_id = $2)
			AND EXISTS (SELECT 1 FROM sign_ins WHERE account_id = $2 AND device = $1)`,
		keys.TokenIndex(deviceIndex, token), string(id)).Scan(&entered)
	return entered && !token.IsZero(), err
}

// KeepSession implements portal.Tx.
func (tx *Tx) KeepSession(ctx context.Context, row portal.SessionRow) error {
	if err := tx.isOfEpoch(ctx, row.Account, row.Epoch); err != nil {
		return err
	}
	return tx.saveSession(ctx, row)
}

// isOfEpoch returns portal.ErrUnauthorized unless that is the epoch of the account, which stays until the unit ends.
func (tx *Tx) isOfEpoch(ctx context.Context, id portal.AccountID, epoch int64) error {
	stay := "" // SQLite has one writer
	if tx.postgres {
		stay = " FOR SHARE"
	}
	var open int
	err := tx.row(ctx, `SELECT 1 FROM accounts WHERE id = $1 AND session_epoch = $2 AND disabled_at IS NULL`+stay,
		string(id), epoch).Scan(&open)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.ErrUnauthorized
	}
	return err
}

// RememberDevice implements portal.Tx.
func (tx *Tx) RememberDevice(ctx context.Context, id portal.AccountID, device keys.Secret, at, until time.Time) error {
	end := int64(0)
	if !until.IsZero() {
		end = micros(until)
	}
	_, err := tx.exec(ctx, `
		INSERT INTO devices (token_index, account_id, used_at, remembered_until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (token_index, account_id) DO UPDATE SET used_at = excluded.used_at, remembered_until =
			CASE WHEN excluded.remembered_until > devices.remembered_until THEN excluded.remembered_until ELSE devices.remembered_until END`,
		keys.TokenIndex(deviceIndex, device), string(id), micros(at), end)
	return err
}

// ForgetDevices implements portal.Tx.
func (tx *Tx) ForgetDevices(ctx context.Context, id portal.AccountID) error {
	_, err := tx.exec(ctx, `DELETE FROM devices WHERE account_id = $1`, string(id))
	return err
}

// schemesDrawn is how many accounts Schemes looks at: shares are then right to one in a hundred. To count ten million of them takes seconds,
// in which whoever has no account would wait longer than who has one (OWASP ASVS 5.0 V6.3.8).
const schemesDrawn = 4000

// Schemes implements portal.Reads. The first accounts by their index are drawn as at random: it is a keyed hash.
func (s *reads) Schemes(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := s.each(ctx, func(rows *sql.Rows) error {
		var scheme string
		var n int
		if err := rows.Scan(&scheme, &n); err != nil {
			return err
		}
		counts[scheme] = n
		return nil
	}, `
		SELECT password_scheme, count(*)
		FROM (SELECT password_scheme FROM accounts ORDER BY identifier_index LIMIT $1) AS drawn
		WHERE password_scheme IS NOT NULL
		GROUP BY password_scheme`, schemesDrawn)
	return counts, err
}

// SignIns returns the account's latest sign-ins, newest first. ThisDevice is set on those of the browser that holds the
// token; a zero token sets it on none.
func (s *reads) SignIns(ctx context.Context, id portal.AccountID, device keys.Secret) ([]portal.SignIn, error) {
	var signIns []portal.SignIn
	err := s.each(ctx, func(rows *sql.Rows) error {
		var at int64
		var method string
		var this bool
		var browser []byte
		if err := rows.Scan(&at, &method, &this, &browser); err != nil {
			return err
		}
		signIns = append(signIns, portal.SignIn{At: fromMicros(at), Method: portal.Method(method), ThisDevice: this,
			Device: hex.EncodeToString(browser)})
		return nil
	}, `
		SELECT at, method, device = $3, device
		FROM sign_ins
		WHERE account_id = $1
		ORDER BY at DESC
		LIMIT $2`, string(id), signInsRead, keys.TokenIndex(deviceIndex, device))
	return signIns, err
}
