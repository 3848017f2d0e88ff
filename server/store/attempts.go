package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"time"

	"moncompte/server/portal"
)

const (
	attemptIndex = "attempts"
	attemptSeal  = "attempts"
	// attemptBinding binds every seal of a subject alike: the index, which is the row's name, changes with the key.
	attemptBinding = "bucket"
)

// counted is what is sealed and indexed of a subject.
func counted(subject portal.Subject) string { return string(subject.Kind) + " " + subject.Value }

// subjectIndexes are the names that the subject's bucket may have: under the current key first.
func (s *reads) subjectIndexes(subject portal.Subject) []any {
	return anys(s.keys.Indexes(attemptIndex, counted(subject)))
}

// Bucket implements portal.Reads.
func (s *reads) Bucket(ctx context.Context, subject portal.Subject) (portal.Bucket, error) {
	var bucket portal.Bucket
	names := s.subjectIndexes(subject)
	err := s.each(ctx, func(rows *sql.Rows) error {
		var recent []byte
		if err := rows.Scan(&bucket.InRow, &recent); err != nil {
			return err
		}
		bucket.Recent = unpackTimes(recent)
		return nil
	}, `SELECT in_row, recent FROM buckets WHERE subject IN (`+list(1, len(names))+`)`, names...)
	return bucket, err
}

// LockBuckets implements portal.Tx. The upsert that reads a bucket also locks it until the unit ends (SQLite has one writer
// anyway), so that a look and the count after it are one step for all instances.
func (tx *Tx) LockBuckets(ctx context.Context, at time.Time, subjects ...portal.Subject) ([]portal.Bucket, error) {
	buckets := make([]portal.Bucket, len(subjects))
	for i, subject := range subjects {
		ring := tx.keys.Snapshot()
		names := ring.Indexes(attemptIndex, counted(subject))
		sealed := ring.Seal(attemptSeal, attemptBinding, []byte(counted(subject)))
		if err := tx.moveBucket(ctx, subject, names, sealed); err != nil {
			return nil, err
		}
		var recent []byte
		err := tx.row(ctx, `
			INSERT INTO buckets (subject, subject_sealed, forget_at) VALUES ($1, $2, $3)
			ON CONFLICT (subject) DO UPDATE SET subject_sealed = excluded.subject_sealed, forget_at = excluded.forget_at
			RETURNING in_row, recent`, names[0], sealed, forgetAt(subject, at)).Scan(&buckets[i].InRow, &recent)
		if err != nil {
			return nil, err
		}
		buckets[i].Recent = unpackTimes(recent)
	}
	return buckets, nil
}

// moveBucket gives the bucket of another key, if there is one, its name under the current key: a change of keys gives nobody fresh
// guesses. While instances go over to a new key they count under different ones, so that the name alone does not keep two of them
// apart: PostgreSQL locks the subject itself until the transaction ends. (SQLite has one writer.)
func (tx *Tx) moveBucket(ctx context.Context, subject portal.Subject, names [][]byte, sealed []byte) error {
	if len(names) == 1 {
		return nil
	}
	if tx.postgres {
		sum := sha256.Sum256([]byte(counted(subject)))
		if _, err := tx.exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(binary.BigEndian.Uint64(sum[:]))); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, `
		UPDATE buckets SET subject = $1, subject_sealed = $2
		WHERE subject = (SELECT subject FROM buckets WHERE subject IN (`+list(3, len(names)-1)+`) ORDER BY forget_at DESC LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM buckets WHERE subject = $1)`,
		append([]any{names[0], sealed}, anys(names[1:])...)...)
	return err
}

// SaveBuckets implements portal.Tx.
func (tx *Tx) SaveBuckets(ctx context.Context, at time.Time, subjects []portal.Subject, buckets []portal.Bucket) error {
	for i, subject := range subjects {
		names := tx.subjectIndexes(subject)
		_, err := tx.exec(ctx, `UPDATE buckets SET in_row = $1, recent = $2, forget_at = $3 WHERE subject IN (`+list(4, len(names))+`)`,
			append([]any{buckets[i].InRow, packTimes(buckets[i].Recent), forgetAt(subject, at)}, names...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetAt is when nothing that was counted until then matters any more: made-up numbers and addresses leave no rows for longer.
func forgetAt(subject portal.Subject, at time.Time) int64 {
	return micros(at.Add(subject.Limit.Window))
}

// Unlock implements portal.Tx.
func (tx *Tx) Unlock(ctx context.Context, id portal.AccountID) error {
	account, err := tx.Account(ctx, id)
	if err != nil {
		return err
	}
	subjects := portal.BrakeSubjects(account.Identifier)
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var token []byte
		err := rows.Scan(&token)
		subjects = append(subjects, portal.DeviceSubject(hex.EncodeToString(token), account.Identifier))
		return err
	}, `SELECT token_index FROM devices WHERE account_id = $1`, string(id))
	for _, subject := range subjects {
		if err == nil {
			names := tx.subjectIndexes(subject)
			_, err = tx.exec(ctx, `DELETE FROM buckets WHERE subject IN (`+list(1, len(names))+`)`, names...)
		}
	}
	return err
}

// Times of failures are packed as 8-byte big-endian microseconds: a bucket is one row, locked and written as one.
func packTimes(times []time.Time) []byte {
	b := make([]byte, 0, 8*len(times))
	for _, t := range times {
		b = binary.BigEndian.AppendUint64(b, uint64(micros(t)))
	}
	return b
}

func unpackTimes(b []byte) []time.Time {
	times := make([]time.Time, 0, len(b)/8)
	for ; len(b) >= 8; b = b[8:] {
		times = append(times, fromMicros(int64(binary.BigEndian.Uint64(b))))
	}
	return times
}
