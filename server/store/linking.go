package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	subjectOfIssuer = "subject"
	subjectSeal     = "subject"
	pivotIndex      = "pivot"
)

// subjectOf is what a subject is indexed by: the same words of two issuers are two people.
func subjectOf(issuer string, subject keys.Secret) string { return issuer + " " + subject.Reveal() }

// Linked implements portal.LinkStore.
func (s *reads) Linked(ctx context.Context, issuer string, subject, device keys.Secret) (portal.Linked, error) {
	tokens := tokenIndexes(deviceIndex, device)
	subjects := s.keys.Indexes(subjectOfIssuer, subjectOf(issuer, subject))
	var l portal.Linked
	err := s.row(ctx, `
		SELECT accounts.id, session_epoch, disabled_at IS NOT NULL,
			EXISTS (SELECT 1 FROM devices WHERE devices.account_id = accounts.id AND token_index IN (`+list(2, len(tokens))+`))
		FROM links
		JOIN accounts ON accounts.id = links.account_id
		WHERE ended_at IS NULL AND issuer = $1 AND subject_index IN (`+list(2+len(tokens), len(subjects))+`)`,
		append(append([]any{issuer}, anys(tokens)...), anys(subjects)...)...).
		Scan(&l.Account, &l.Epoch, &l.Disabled, &l.KnownDevice)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Linked{}, nil
	}
	return l, err
}

// SignedInByLink implements portal.LinkStore. Of a link that was made before subjects were kept sealed, the use is what seals it.
func (s *Store) SignedInByLink(ctx context.Context, id portal.Identity, success portal.Success) error {
	subject := subjectOf(id.Issuer, id.Subject)
	subjects := s.keys.Indexes(subjectOfIssuer, subject)
	return s.write(ctx, func(q statements) error {
		var link string
		err := q.row(ctx, `
			UPDATE links SET last_used_at = $1, acr = $2
			WHERE ended_at IS NULL AND issuer = $3 AND account_id = $4 AND subject_index IN (`+list(5, len(subjects))+`)
			RETURNING id`,
			append([]any{micros(success.At), id.ACR, id.Issuer, string(success.Account)}, anys(subjects)...)...).Scan(&link)
		if errors.Is(err, sql.ErrNoRows) {
			return portal.ErrNotLinked
		}
		if err != nil {
			return err
		}
		ring := s.keys.Snapshot()
		if _, err := q.exec(ctx, `UPDATE links SET subject_index = $2, subject_sealed = $3 WHERE id = $1`,
			link, ring.Index(subjectOfIssuer, subject), ring.Seal(subjectSeal, link, []byte(subject))); err != nil {
			return err
		}
		return s.signedIn(ctx, q, success)
	})
}

// Candidates implements portal.LinkStore.
func (s *reads) Candidates(ctx context.Context, pivots []string) (n int, err error) {
	var indexes [][]byte
	for _, pivot := range pivots {
		indexes = append(indexes, s.keys.Indexes(pivotIndex, pivot)...)
	}
	err = s.row(ctx, `SELECT count(*) FROM accounts WHERE pivot_index IN (`+list(1, len(indexes))+`)`, anys(indexes)...).Scan(&n)
	return n, err
}

// Link implements portal.LinkStore.
func (s *Store) Link(ctx context.Context, l portal.NewLink) error {
	tokens := tokenIndexes(linkingIndex, l.Token)
	subject := subjectOf(l.Identity.Issuer, l.Identity.Subject)
	ring := s.keys.Snapshot()
	subjects := ring.Indexes(subjectOfIssuer, subject)
	return s.write(ctx, func(q statements) error {
		// Deleting is the use: of two proofs at once, one finds the row.
		n, err := q.exec(ctx, `DELETE FROM linkings WHERE created_at > $1 AND token_index IN (`+list(2, len(tokens))+`)`,
			append([]any{micros(l.Since)}, anys(tokens)...)...)
		if err != nil {
			return err
		}
		if n != 1 {
			return portal.ErrNoLinking
		}
		losers, err := s.endLinks(ctx, q, l, subjects)
		if err != nil {
			return err
		}
		id := rand.Text()
		_, err = q.exec(ctx, `
			INSERT INTO links (id, account_id, issuer, subject_index, subject_sealed, acr, linked_at, last_used_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
			id, string(l.Account), l.Identity.Issuer, subjects[0], ring.Seal(subjectSeal, id, []byte(subject)), l.Identity.ACR, micros(l.At))
		if err != nil {
			return err
		}
		for _, loser := range losers {
			if err := s.notices(ctx, q, loser, l.At, l.Lost.Usable, l.Lost.Compose); err != nil {
				return err
			}
		}
		return s.notices(ctx, q, l.Account, l.At, l.Notice.Usable, l.Notice.Compose)
	})
}

// endLinks ends the account's link and the subject's, and returns the other account that the subject opened, if any.
func (s *Store) endLinks(ctx context.Context, q statements, l portal.NewLink, subjects [][]byte) (losers []portal.AccountID, err error) {
	err = q.each(ctx, func(rows *sql.Rows) error {
		var id portal.AccountID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if id != l.Account {
			losers = append(losers, id)
		}
		return nil
	}, `
		UPDATE links SET ended_at = $1, end_reason = 'replaced'
		WHERE ended_at IS NULL AND (issuer = $2 AND account_id = $3 OR subject_index IN (`+list(4, len(subjects))+`))
		RETURNING account_id`,
		append([]any{micros(l.At), l.Identity.Issuer, string(l.Account)}, anys(subjects)...)...)
	return losers, err
}

// AccountLink implements portal.LinkStore.
func (s *reads) AccountLink(ctx context.Context, id portal.AccountID, issuer string) (portal.Link, error) {
	var at, used int64
	err := s.row(ctx, `SELECT linked_at, last_used_at FROM links WHERE ended_at IS NULL AND account_id = $1 AND issuer = $2`,
		string(id), issuer).Scan(&at, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return portal.Link{}, nil
	}
	return portal.Link{At: fromMicros(at), LastUsed: fromMicros(used)}, err
}

// Unlink implements portal.LinkStore.
func (s *Store) Unlink(ctx context.Context, id portal.AccountID, issuer string, at time.Time, notice portal.Notice) error {
	return s.write(ctx, func(q statements) error {
		n, err := q.exec(ctx, `
			UPDATE links SET ended_at = $3, end_reason = 'unlinked'
			WHERE ended_at IS NULL AND account_id = $1 AND issuer = $2`, string(id), issuer, micros(at))
		if err != nil || n == 0 {
			return err
		}
		return s.notices(ctx, q, id, at, notice.Usable, notice.Compose)
	})
}
