package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	stateIndex   = "state"
	browserIndex = "browser"
	visitSeal    = "visit"
)

// sealedVisit is what is sealed of a visit.
type sealedVisit struct {
	State   string `json:"state"`
	Nonce   string `json:"nonce,omitempty"`
	IDToken string `json:"id_token,omitempty"`
	Shared  bool   `json:"shared,omitempty"`
	Session string `json:"session,omitempty"`
}

// AddVisit implements portal.Tx.
func (tx *Tx) AddVisit(ctx context.Context, browser keys.Secret, v portal.Visit) error {
	index := keys.TokenIndex(stateIndex, v.State)
	plain, err := json.Marshal(sealedVisit{v.State.Reveal(), v.Nonce.Reveal(), v.IDToken.Reveal(), v.Shared, v.Session})
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO visits (state_index, browser_index, way, visit_sealed, created_at)
		VALUES ($1, $2, $3, $4, $5)`,
		index,
		keys.TokenIndex(browserIndex, browser),
		string(v.Way),
		tx.keys.Seal(visitSeal, hex.EncodeToString(index), plain),
		micros(v.At))
	return err
}

// TakeVisit implements portal.Tx. The conditions are part of the update: of two returns at once, one gets the visit, and the other reads it
// with ErrVisitUsed.
func (tx *Tx) TakeVisit(ctx context.Context, browser, state keys.Secret, way portal.Way, since, now time.Time) (portal.Visit, error) {
	const where = ` WHERE way = $1 AND created_at > $2 AND state_index = $3 AND browser_index = $4`
	index := keys.TokenIndex(stateIndex, state)
	args := []any{string(way), micros(since), index, keys.TokenIndex(browserIndex, browser)}
	var sealed []byte
	var at int64
	err := tx.row(ctx, `UPDATE visits SET used_at = $5`+where+` AND used_at IS NULL RETURNING visit_sealed, created_at`,
		append(args, micros(now))...).Scan(&sealed, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err := tx.row(ctx, `SELECT visit_sealed, created_at FROM visits`+where, args...).Scan(&sealed, &at)
		if errors.Is(err, sql.ErrNoRows) {
			return portal.Visit{}, portal.ErrNoVisit
		}
		if err != nil {
			return portal.Visit{}, err
		}
		used, err := tx.openVisit(way, index, sealed, at)
		return used, cmp.Or(err, error(portal.ErrVisitUsed))
	}
	if err != nil {
		return portal.Visit{}, err
	}
	return tx.openVisit(way, index, sealed, at)
}

// OpenSignOut implements portal.Reads.
func (s *reads) OpenSignOut(ctx context.Context, browser keys.Secret, since time.Time) (portal.Visit, error) {
	var index, sealed []byte
	var at int64
	err := s.row(ctx, `
		SELECT state_index, visit_sealed, created_at
		FROM visits
		WHERE way = $1 AND created_at > $2 AND used_at IS NULL AND browser_index = $3
		ORDER BY created_at DESC
		LIMIT 1`,
		string(portal.ToSignOut), micros(since), keys.TokenIndex(browserIndex, browser)).Scan(&index, &sealed, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Visit{}, portal.ErrNoVisit
	}
	if err != nil {
		return portal.Visit{}, err
	}
	return s.openVisit(portal.ToSignOut, index, sealed, at)
}

func (s *reads) openVisit(way portal.Way, index, sealed []byte, at int64) (portal.Visit, error) {
	plain, err := s.keys.Open(visitSeal, hex.EncodeToString(index), sealed)
	if err != nil {
		return portal.Visit{}, fmt.Errorf("visit: %w", err)
	}
	var v sealedVisit
	if err := json.Unmarshal(plain, &v); err != nil {
		return portal.Visit{}, errors.New("the stored visit cannot be read")
	}
	return portal.Visit{Way: way, State: keys.NewSecret(v.State), Nonce: keys.NewSecret(v.Nonce),
		IDToken: keys.NewSecret(v.IDToken), Shared: v.Shared, Session: v.Session, At: fromMicros(at)}, nil
}
