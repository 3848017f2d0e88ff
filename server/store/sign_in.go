package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	deviceIndex = "device"
	devicesKept = 20 // browsers remembered an account, the latest used
	signInsKept = 20 // sign-ins shown to the person
)

// Credential implements portal.SignInStore.
func (s *Store) Credential(ctx context.Context, n nir.Number) (portal.Credential, error) {
	indexes := s.keys.Indexes(identifierIndex, n.Canonical())
	var c portal.Credential
	var hash string
	err := s.read().row(ctx, `
		SELECT id, session_epoch, coalesce(password_hash, ''), disabled_at IS NOT NULL
		FROM accounts
		WHERE identifier_index IN (`+list(1, len(indexes))+`)`, anys(indexes)...).
		Scan(&c.Account, &c.Epoch, &hash, &c.Disabled)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Credential{}, nil
	}
	if hash != "" {
		c.Hash = keys.NewSecret(hash)
	}
	return c, err
}

// KnownDevice implements portal.SignInStore. Without a token the same statement runs and finds nothing.
func (s *Store) KnownDevice(ctx context.Context, token keys.Secret, n nir.Number) (device string, err error) {
	tokens := s.keys.Indexes(deviceIndex, token.Reveal())
	indexes := s.keys.Indexes(identifierIndex, n.Canonical())
	var found []byte
	err = s.read().row(ctx, `
		SELECT token_index
		FROM devices
		JOIN accounts ON accounts.id = devices.account_id
		WHERE token_index IN (`+list(1, len(tokens))+`)
		AND identifier_index IN (`+list(1+len(tokens), len(indexes))+`)`,
		append(anys(tokens), anys(indexes)...)...).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil || token.IsZero() {
		return "", err
	}
	return hex.EncodeToString(found), nil
}

// SignedIn implements portal.SignInStore.
func (s *Store) SignedIn(ctx context.Context, success portal.Success) error {
	return s.write(ctx, func(q statements) error {
		if err := s.settle(ctx, q, success.At, portal.Succeeded, success.Subjects); err != nil {
			return err
		}
		if err := s.upgradeHash(ctx, q, success); err != nil {
			return err
		}
		if err := s.rememberDevice(ctx, q, success); err != nil {
			return err
		}
		_, err := q.exec(ctx, `INSERT INTO sign_ins (account_id, at, method, device) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			string(success.Account), micros(success.At), string(success.Method), s.keys.Index(deviceIndex, success.Device.Reveal()))
		return err
	})
}

// upgradeHash replaces the hash only while it is the one that was verified: a password reset that happened meanwhile
// must not be undone.
func (s *Store) upgradeHash(ctx context.Context, q statements, success portal.Success) error {
	if success.Upgrade.IsZero() {
		return nil
	}
	_, err := q.exec(ctx, `UPDATE accounts SET password_hash = $2, password_scheme = $3 WHERE id = $1 AND password_hash = $4`,
		string(success.Account), success.Upgrade.Reveal(), success.UpgradeScheme, success.Verified.Reveal())
	return err
}

func (s *Store) rememberDevice(ctx context.Context, q statements, success portal.Success) error {
	_, err := q.exec(ctx, `
		INSERT INTO devices (token_index, account_id, used_at) VALUES ($1, $2, $3)
		ON CONFLICT (token_index, account_id) DO UPDATE SET used_at = excluded.used_at`,
		s.keys.Index(deviceIndex, success.Device.Reveal()), string(success.Account), micros(success.At))
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, `
		DELETE FROM devices WHERE account_id = $1 AND used_at < (
			SELECT min(used_at) FROM (
				SELECT used_at FROM devices WHERE account_id = $1 ORDER BY used_at DESC LIMIT $2) AS latest)`,
		string(success.Account), devicesKept)
	return err
}

// Schemes implements portal.SignInStore.
func (s *Store) Schemes(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := s.read().each(ctx, func(rows *sql.Rows) error {
		var scheme string
		var n int
		if err := rows.Scan(&scheme, &n); err != nil {
			return err
		}
		counts[scheme] = n
		return nil
	}, `SELECT password_scheme, count(*) FROM accounts WHERE password_scheme IS NOT NULL GROUP BY password_scheme`)
	return counts, err
}

// SignIns returns the account's latest sign-ins, newest first. ThisDevice is set on those of the browser that holds the
// token; a zero token sets it on none.
func (s *Store) SignIns(ctx context.Context, id portal.AccountID, device keys.Secret) ([]portal.SignIn, error) {
	var signIns []portal.SignIn
	tokens := s.keys.Indexes(deviceIndex, device.Reveal())
	err := s.read().each(ctx, func(rows *sql.Rows) error {
		var at int64
		var method string
		var this bool
		if err := rows.Scan(&at, &method, &this); err != nil {
			return err
		}
		signIns = append(signIns, portal.SignIn{At: fromMicros(at), Method: portal.Method(method), ThisDevice: this})
		return nil
	}, `
		SELECT at, method, device IN (`+list(3, len(tokens))+`)
		FROM sign_ins
		WHERE account_id = $1
		ORDER BY at DESC
		LIMIT $2`, append([]any{string(id), signInsKept}, anys(tokens)...)...)
	return signIns, err
}
