package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
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

// Reserve implements portal.AttemptStore. The upsert that reads a bucket also locks it until the transaction ends
// (SQLite has one writer anyway), so that the check and the count are one step for all instances.
func (s *Store) Reserve(ctx context.Context, at time.Time, subjects ...portal.Subject) error {
	var refused *portal.Error
	err := s.write(ctx, func(q statements) error {
		buckets := make([]portal.Bucket, len(subjects))
		for i, subject := range subjects {
			var err error
			if buckets[i], err = s.lockBucket(ctx, q, subject, at); err != nil {
				return err
			}
			// Every subject is read even after a refusal: the same statements run for everybody.
			if wait, disabled := subject.Limit.Wait(buckets[i], at); wait > 0 || disabled {
				if refused == nil || wait > refused.Wait || disabled {
					refused = portal.Throttled(max(wait, time.Second), disabled)
				}
			}
		}
		if refused != nil {
			return refused // rolls back the empty buckets made by the reading
		}
		for i, subject := range subjects {
			if err := s.saveBucket(ctx, q, subject, subject.Limit.Count(buckets[i], at), at); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// Settle implements portal.AttemptStore.
func (s *Store) Settle(ctx context.Context, at time.Time, outcome portal.Outcome, subjects ...portal.Subject) error {
	return s.write(ctx, func(q statements) error {
		_, err := s.settle(ctx, q, at, outcome, subjects)
		return err
	})
}

// settle returns the longest row of failures that came before this attempt, those of an address apart: many people may
// share it.
func (s *Store) settle(ctx context.Context, q statements, at time.Time, outcome portal.Outcome, subjects []portal.Subject) (failures int, err error) {
	for _, subject := range subjects {
		bucket, err := s.lockBucket(ctx, q, subject, at)
		if err != nil {
			return 0, err
		}
		bucket = subject.Limit.Forgive(bucket, at)
		if subject.Kind != portal.ByAddress {
			failures = max(failures, bucket.InRow)
		}
		if outcome == portal.Succeeded {
			bucket = subject.Limit.Reset(bucket)
		}
		if err := s.saveBucket(ctx, q, subject, bucket, at); err != nil {
			return 0, err
		}
	}
	return failures, nil
}

// forget drops what is counted against the subject.
func (s *Store) forget(ctx context.Context, q statements, subject portal.Subject) error {
	names := s.subjectIndexes(subject)
	_, err := q.exec(ctx, `DELETE FROM buckets WHERE subject IN (`+list(1, len(names))+`)`, names...)
	return err
}

// Bucket returns what is counted against the subject, the zero Bucket when nothing is.
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

// lockBucket reads the bucket, which is empty when there was none, and locks it until the transaction ends.
func (s *Store) lockBucket(ctx context.Context, q statements, subject portal.Subject, at time.Time) (portal.Bucket, error) {
	ring := s.keys.Snapshot()
	names := ring.Indexes(attemptIndex, counted(subject))
	sealed := ring.Seal(attemptSeal, attemptBinding, []byte(counted(subject)))
	if err := s.moveBucket(ctx, q, subject, names, sealed); err != nil {
		return portal.Bucket{}, err
	}
	var bucket portal.Bucket
	var recent []byte
	err := q.row(ctx, `
		INSERT INTO buckets (subject, subject_sealed, touched_at) VALUES ($1, $2, $3)
		ON CONFLICT (subject) DO UPDATE SET subject_sealed = excluded.subject_sealed, touched_at = excluded.touched_at
		RETURNING in_row, recent`, names[0], sealed, micros(at)).Scan(&bucket.InRow, &recent)
	bucket.Recent = unpackTimes(recent)
	return bucket, err
}

// moveBucket gives the bucket of another key, if there is one, its name under the current key: a change of keys gives nobody fresh
// guesses. While instances go over to a new key they count under different ones, so that the name alone does not keep two of them
// apart: PostgreSQL locks the subject itself until the transaction ends. (SQLite has one writer.)
func (s *Store) moveBucket(ctx context.Context, q statements, subject portal.Subject, names [][]byte, sealed []byte) error {
	if len(names) == 1 {
		return nil
	}
	if s.postgres {
		sum := sha256.Sum256([]byte(counted(subject)))
		if _, err := q.exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(binary.BigEndian.Uint64(sum[:]))); err != nil {
			return err
		}
	}
	_, err := q.exec(ctx, `
		UPDATE buckets SET subject = $1, subject_sealed = $2
		WHERE subject = (SELECT subject FROM buckets WHERE subject IN (`+list(3, len(names)-1)+`) ORDER BY touched_at DESC LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM buckets WHERE subject = $1)`,
		append([]any{names[0], sealed}, anys(names[1:])...)...)
	return err
}

func (s *Store) saveBucket(ctx context.Context, q statements, subject portal.Subject, b portal.Bucket, at time.Time) error {
	names := s.subjectIndexes(subject)
	_, err := q.exec(ctx, `UPDATE buckets SET in_row = $1, recent = $2, touched_at = $3 WHERE subject IN (`+list(4, len(names))+`)`,
		append([]any{b.InRow, packTimes(b.Recent), micros(at)}, names...)...)
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
