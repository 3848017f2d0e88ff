package store

import (
	"context"
	"crypto/rand"
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
	subjectOfIssuer = "subject"
	subjectSeal     = "subject"
	ownerSeal       = "link-owner"
	pivotIndex      = "pivot"
	linkingIndex    = "linking"
	linkingSeal     = "linking"
)

// subjectOf is what a subject is indexed by: the same words of two issuers are two people.
func subjectOf(issuer string, subject keys.Secret) string { return issuer + " " + subject.Reveal() }

// Linked implements portal.Reads. The account is the one that the link was sealed with: whoever can only write to the database gives their
// own link no other account. A link of an earlier release counts as it is until the keys file says that all are bound.
func (s *reads) Linked(ctx context.Context, issuer string, subject, device keys.Secret) (portal.Linked, error) {
	subjects, err := s.indexes(ctx, subjectOfIssuer, subjectOf(issuer, subject))
	if err != nil {
		return portal.Linked{}, err
	}
	var l portal.Linked
	var link string
	var owner []byte
	err = s.row(ctx, `
		SELECT links.id, owner_sealed, accounts.id, session_epoch, disabled_at IS NOT NULL,
			EXISTS (SELECT 1 FROM devices WHERE devices.account_id = accounts.id AND token_index = $2)
		FROM links
		JOIN accounts ON accounts.id = links.account_id
		WHERE ended_at IS NULL AND issuer = $1 AND subject_index IN (`+list(3, len(subjects))+`)`,
		append([]any{issuer, keys.TokenIndex(deviceIndex, device)}, anys(subjects)...)...).
		Scan(&link, &owner, &l.Account, &l.Epoch, &l.Disabled, &l.KnownDevice)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Linked{}, nil
	}
	if err == nil && !s.owns(link, l.Account, owner) {
		s.log.ErrorContext(ctx, "a link is not bound to its account: it opens nothing", "link", link, "account", l.Account)
		return portal.Linked{}, nil // who it was can prove the account and link it anew
	}
	return l, err
}

// owns tells whether the link was made for that account.
func (s *reads) owns(link string, account portal.AccountID, sealed []byte) bool {
	if sealed == nil {
		return !s.keys.LinksBound()
	}
	owner, err := s.keys.Open(ownerSeal, link, sealed)
	return err == nil && string(owner) == string(account)
}

// UseLink implements portal.Tx. Of a link that an earlier release made, the use is what seals it: Linked
// has found it to be the account's.
func (tx *Tx) UseLink(ctx context.Context, id portal.AccountID, identity portal.Identity, at time.Time) error {
	subject := subjectOf(identity.Issuer, identity.Subject)
	ring := tx.keys.Snapshot()
	subjects := ring.Indexes(subjectOfIssuer, subject)
	var link string
	err := tx.row(ctx, `
		UPDATE links SET last_used_at = $1, acr = $2
		WHERE ended_at IS NULL AND issuer = $3 AND account_id = $4 AND subject_index IN (`+list(5, len(subjects))+`)
		RETURNING id`,
		append([]any{micros(at), identity.ACR, identity.Issuer, string(id)}, anys(subjects)...)...).Scan(&link)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.ErrNotLinked
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE links SET subject_index = $2, subject_sealed = $3, owner_sealed = $4 WHERE id = $1`,
		link, subjects[0], ring.Seal(subjectSeal, link, []byte(subject)), ring.Seal(ownerSeal, link, []byte(id)))
	return err
}

// Candidates implements portal.Reads.
func (s *reads) Candidates(ctx context.Context, pivots []string) (n int, err error) {
	var indexes [][]byte
	for _, pivot := range pivots {
		more, err := s.indexes(ctx, pivotIndex, pivot)
		if err != nil {
			return 0, err
		}
		indexes = append(indexes, more...)
	}
	err = s.row(ctx, `SELECT count(*) FROM accounts WHERE pivot_index IN (`+list(1, len(indexes))+`)`, anys(indexes)...).Scan(&n)
	return n, err
}

// ReplaceLinks implements portal.Tx.
func (tx *Tx) ReplaceLinks(ctx context.Context, id portal.AccountID, identity portal.Identity, at time.Time) (loser portal.AccountID, err error) {
	subject := subjectOf(identity.Issuer, identity.Subject)
	ring := tx.keys.Snapshot()
	subjects := ring.Indexes(subjectOfIssuer, subject)
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var ended portal.AccountID
		err := rows.Scan(&ended)
		if ended != id {
			loser = ended
		}
		return err
	}, `
		UPDATE links SET ended_at = $1, end_reason = 'replaced'
		WHERE ended_at IS NULL AND (issuer = $2 AND account_id = $3 OR subject_index IN (`+list(4, len(subjects))+`))
		RETURNING account_id`,
		append([]any{micros(at), identity.Issuer, string(id)}, anys(subjects)...)...)
	if err != nil {
		return "", err
	}
	link := rand.Text()
	_, err = tx.exec(ctx, `
		INSERT INTO links (id, account_id, issuer, subject_index, subject_sealed, owner_sealed, acr, linked_at, last_used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		link, string(id), identity.Issuer, subjects[0], ring.Seal(subjectSeal, link, []byte(subject)), ring.Seal(ownerSeal, link, []byte(id)),
		identity.ACR, micros(at))
	return loser, err
}

// AccountLink implements portal.Reads.
func (s *reads) AccountLink(ctx context.Context, id portal.AccountID, issuer string) (portal.Link, error) {
	var at, used int64
	err := s.row(ctx, `SELECT linked_at, last_used_at FROM links WHERE ended_at IS NULL AND account_id = $1 AND issuer = $2`,
		string(id), issuer).Scan(&at, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Link{}, nil
	}
	return portal.Link{At: fromMicros(at), LastUsed: fromMicros(used)}, err
}

// EndLink implements portal.Tx.
func (tx *Tx) EndLink(ctx context.Context, id portal.AccountID, issuer string, at time.Time) (ended bool, err error) {
	n, err := tx.exec(ctx, `
		UPDATE links SET ended_at = $3, end_reason = 'unlinked'
		WHERE ended_at IS NULL AND account_id = $1 AND issuer = $2`, string(id), issuer, micros(at))
	return n > 0, err
}

// sealedIdentity is what is sealed of an identity that waits for its account.
type sealedIdentity struct {
	Issuer  string       `json:"issuer"`
	Subject string       `json:"subject"`
	ACR     string       `json:"acr"`
	Civil   portal.Civil `json:"civil"`
	IDToken string       `json:"id_token"`
	Shared  bool         `json:"shared,omitempty"`
}

// AddLinking implements portal.Tx.
func (tx *Tx) AddLinking(ctx context.Context, token keys.Secret, id portal.Identity, at time.Time) error {
	index := keys.TokenIndex(linkingIndex, token)
	plain, err := json.Marshal(sealedIdentity{id.Issuer, id.Subject.Reveal(), id.ACR, id.Civil, id.IDToken.Reveal(), id.Shared})
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO linkings (token_index, identity_sealed, created_at) VALUES ($1, $2, $3)`,
		index, tx.keys.Seal(linkingSeal, hex.EncodeToString(index), plain), micros(at))
	return err
}

// TakeLinking implements portal.Tx. Deleting is the use: of two proofs at once, one finds the row.
func (tx *Tx) TakeLinking(ctx context.Context, token keys.Secret, since time.Time) error {
	n, err := tx.exec(ctx, `DELETE FROM linkings WHERE created_at > $1 AND token_index = $2`, micros(since), keys.TokenIndex(linkingIndex, token))
	if err == nil && n != 1 {
		return portal.ErrNoLinking
	}
	return err
}

// Linking implements portal.Reads.
func (s *reads) Linking(ctx context.Context, token keys.Secret, since time.Time) (portal.Identity, error) {
	index := keys.TokenIndex(linkingIndex, token)
	var sealed []byte
	err := s.row(ctx, `SELECT identity_sealed FROM linkings WHERE created_at > $1 AND token_index = $2`, micros(since), index).Scan(&sealed)
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
		IDToken: keys.NewSecret(id.IDToken), Shared: id.Shared}, nil
}
