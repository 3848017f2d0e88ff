package store

import (
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
	linkingIndex = "linking"
	linkingSeal  = "linking"
)

// sealedVisit is what is sealed of a visit.
type sealedVisit struct {
	State   string `json:"state"`
	Nonce   string `json:"nonce,omitempty"`
	IDToken string `json:"id_token,omitempty"`
}

// BeginVisit implements portal.LinkStore.
func (s *Store) BeginVisit(ctx context.Context, browser keys.Secret, v portal.Visit) error {
	index := keys.TokenIndex(stateIndex, v.State)
	plain, err := json.Marshal(sealedVisit{v.State.Reveal(), v.Nonce.Reveal(), v.IDToken.Reveal()})
	if err != nil {
		return err
	}
	return s.write(ctx, func(q statements) error {
		_, err := q.exec(ctx, `
			INSERT INTO visits (state_index, browser_index, way, visit_sealed, created_at)
			VALUES ($1, $2, $3, $4, $5)`,
			index,
			keys.TokenIndex(browserIndex, browser),
			string(v.Way),
			s.keys.Seal(visitSeal, hex.EncodeToString(index), plain),
			micros(v.At))
		return err
	})
}

// TakeVisit implements portal.LinkStore. The conditions are part of the update: of two returns at once, one gets the visit.
func (s *Store) TakeVisit(ctx context.Context, browser, state keys.Secret, way portal.Way, since, now time.Time) (portal.Visit, error) {
	states := tokenIndexes(stateIndex, state)
	browsers := tokenIndexes(browserIndex, browser)
	where := `
		WHERE way = $1 AND created_at > $2 AND state_index IN (` + list(3, len(states)) + `)
		AND browser_index IN (` + list(3+len(states), len(browsers)) + `)`
	args := append(append([]any{string(way), micros(since)}, anys(states)...), anys(browsers)...)
	var visit portal.Visit
	err := s.write(ctx, func(q statements) error {
		var index, sealed []byte
		var at int64
		err := q.row(ctx, `UPDATE visits SET used_at = `+list(1+len(args), 1)+where+` AND used_at IS NULL
			RETURNING state_index, visit_sealed, created_at`, append(args, micros(now))...).Scan(&index, &sealed, &at)
		if errors.Is(err, sql.ErrNoRows) {
			var used int
			if err := q.row(ctx, `SELECT count(*) FROM visits`+where, args...).Scan(&used); err != nil {
				return err
			}
			if used > 0 {
				return portal.ErrVisitUsed
			}
			return portal.ErrNoVisit
		}
		if err != nil {
			return err
		}
		visit, err = s.openVisit(way, index, sealed, at)
		return err
	})
	return visit, err
}

// OpenSignOut implements portal.LinkStore.
func (s *reads) OpenSignOut(ctx context.Context, browser keys.Secret, since time.Time) (portal.Visit, error) {
	browsers := tokenIndexes(browserIndex, browser)
	var index, sealed []byte
	var at int64
	err := s.row(ctx, `
		SELECT state_index, visit_sealed, created_at
		FROM visits
		WHERE way = $1 AND created_at > $2 AND used_at IS NULL AND browser_index IN (`+list(3, len(browsers))+`)
		ORDER BY created_at DESC
		LIMIT 1`,
		append([]any{string(portal.ToSignOut), micros(since)}, anys(browsers)...)...).Scan(&index, &sealed, &at)
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
		IDToken: keys.NewSecret(v.IDToken), At: fromMicros(at)}, nil
}

// sealedIdentity is what is sealed of an identity that waits for its account.
type sealedIdentity struct {
	Issuer  string       `json:"issuer"`
	Subject string       `json:"subject"`
	ACR     string       `json:"acr"`
	Civil   portal.Civil `json:"civil"`
	IDToken string       `json:"id_token"`
}

// BeginLinking implements portal.LinkStore.
func (s *Store) BeginLinking(ctx context.Context, token keys.Secret, id portal.Identity, at time.Time) error {
	index := keys.TokenIndex(linkingIndex, token)
	plain, err := json.Marshal(sealedIdentity{id.Issuer, id.Subject.Reveal(), id.ACR, id.Civil, id.IDToken.Reveal()})
	if err != nil {
		return err
	}
	return s.write(ctx, func(q statements) error {
		_, err := q.exec(ctx, `INSERT INTO linkings (token_index, identity_sealed, created_at) VALUES ($1, $2, $3)`,
			index, s.keys.Seal(linkingSeal, hex.EncodeToString(index), plain), micros(at))
		return err
	})
}

// Linking implements portal.LinkStore.
func (s *reads) Linking(ctx context.Context, token keys.Secret, since time.Time) (portal.Identity, error) {
	indexes := tokenIndexes(linkingIndex, token)
	var index, sealed []byte
	err := s.row(ctx, `
		SELECT token_index, identity_sealed
		FROM linkings
		WHERE created_at > $1 AND token_index IN (`+list(2, len(indexes))+`)`,
		append([]any{micros(since)}, anys(indexes)...)...).Scan(&index, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Identity{}, portal.ErrNoLinking
	}
	if err != nil {
		return portal.Identity{}, err
	}
	plain, err := s.keys.Open(linkingSeal, hex.EncodeToString(index), sealed)
	if err != nil {
		return portal.Identity{}, fmt.Errorf("linking: %w", err)
	}
	var id sealedIdentity
	if err := json.Unmarshal(plain, &id); err != nil {
		return portal.Identity{}, errors.New("the stored identity cannot be read")
	}
	return portal.Identity{Issuer: id.Issuer, Subject: keys.NewSecret(id.Subject), ACR: id.ACR, Civil: id.Civil,
		IDToken: keys.NewSecret(id.IDToken)}, nil
}
