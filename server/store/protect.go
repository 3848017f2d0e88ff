package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"moncompte/server/portal"
)

// protectBatch is how many accounts one transaction moves over.
const protectBatch = 100

// Protect seals and indexes every account with the newest key that is not yet, and returns how many there were. It may be
// interrupted and called again. What lives shorter than a change of keys takes (sessions, flows, messages) is left to end
// by itself under its old key; counts of attempts on accounts are carried over, so that a change of keys gives nobody
// fresh guesses.
func (s *Store) Protect(ctx context.Context) (done int, err error) {
	after := ""
	for {
		var batch []portal.Account
		err := s.read().each(ctx, func(rows *sql.Rows) error {
			account, err := s.scanAccount(rows.Scan)
			batch = append(batch, account)
			return err
		}, `SELECT`+accountColumns+` FROM accounts WHERE id > $1 ORDER BY id LIMIT $2`, after, protectBatch)
		if err != nil || len(batch) == 0 {
			return done, err
		}
		n, err := s.protectAccounts(ctx, batch)
		if done += n; err != nil {
			return done, err
		}
		after = string(batch[len(batch)-1].ID)
	}
}

func (s *Store) protectAccounts(ctx context.Context, batch []portal.Account) (done int, err error) {
	err = s.write(ctx, func(q statements) error {
		done = 0
		for _, account := range batch {
			moved, err := s.protectAccount(ctx, q, account)
			if err != nil {
				return err
			}
			if moved {
				done++
			}
		}
		return nil
	})
	return done, err
}

// protectAccount reports false when the account is already under the newest key.
func (s *Store) protectAccount(ctx context.Context, q statements, a portal.Account) (bool, error) {
	id := string(a.ID)
	civil, err := json.Marshal(a.Civil)
	if err != nil {
		return false, err
	}
	seal := func(purpose, plain string) any {
		if plain == "" {
			return nil
		}
		return s.keys.Seal(purpose, id, []byte(plain))
	}
	index := s.keys.Index(identifierIndex, a.Identifier.Canonical())
	n, err := q.exec(ctx, `
		UPDATE accounts SET
			identifier_index = $2,
			identifier_sealed = $3,
			civil_sealed = $4,
			email_sealed = $5,
			phone_sealed = $6,
			pivot_index = $7
		WHERE id = $1 AND identifier_index <> $2`,
		id,
		index,
		s.keys.Seal(identifierSeal, id, []byte(a.Identifier.Canonical())),
		s.keys.Seal(civilSeal, id, civil),
		seal(emailSeal, a.Email.Reveal()),
		seal(phoneSeal, a.Phone.Reveal()),
		s.keys.Index(pivotIndex, portal.PivotKey(a.Civil)))
	if err != nil || n == 0 {
		return false, err
	}
	return true, s.carryAttempts(ctx, q, portal.AccountSubject(a.Identifier))
}

// carryAttempts gives the counts of a subject to its index under the newest key.
func (s *Store) carryAttempts(ctx context.Context, q statements, subject portal.Subject) error {
	newest := s.subject(subject)
	for _, version := range s.keys.Versions()[1:] {
		old, known := s.keys.IndexAt(version, subjectIndex, string(subject.Kind)+" "+subject.Value)
		if !known {
			continue
		}
		if _, err := q.exec(ctx, `UPDATE buckets SET subject = $2 WHERE subject = $1 AND NOT EXISTS (SELECT 1 FROM buckets WHERE subject = $2)`,
			old, newest); err != nil {
			return err
		}
	}
	return nil
}
