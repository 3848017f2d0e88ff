package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"time"

	"moncompte/server/portal"
)

const subjectIndex = "attempts"

func (s *reads) subject(subject portal.Subject) []byte {
	return s.keys.Index(subjectIndex, string(subject.Kind)+" "+subject.Value)
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
	_, err := q.exec(ctx, `DELETE FROM buckets WHERE subject = $1`, s.subject(subject))
	return err
}

// Bucket returns what is counted against the subject, the zero Bucket when nothing is.
func (s *reads) Bucket(ctx context.Context, subject portal.Subject) (portal.Bucket, error) {
	var bucket portal.Bucket
	err := s.each(ctx, func(rows *sql.Rows) error {
		var recent []byte
		if err := rows.Scan(&bucket.InRow, &recent); err != nil {
			return err
		}
		bucket.Recent = unpackTimes(recent)
		return nil
	}, `SELECT in_row, recent FROM buckets WHERE subject = $1`, s.subject(subject))
	return bucket, err
}

func (s *Store) lockBucket(ctx context.Context, q statements, subject portal.Subject, at time.Time) (portal.Bucket, error) {
	var bucket portal.Bucket
	var recent []byte
	err := q.row(ctx, `
		INSERT INTO buckets (subject, touched_at) VALUES ($1, $2)
		ON CONFLICT (subject) DO UPDATE SET touched_at = excluded.touched_at
		RETURNING in_row, recent`, s.subject(subject), micros(at)).Scan(&bucket.InRow, &recent)
	bucket.Recent = unpackTimes(recent)
	return bucket, err
}

func (s *Store) saveBucket(ctx context.Context, q statements, subject portal.Subject, b portal.Bucket, at time.Time) error {
	_, err := q.exec(ctx, `UPDATE buckets SET in_row = $2, recent = $3, touched_at = $4 WHERE subject = $1`,
		s.subject(subject), b.InRow, packTimes(b.Recent), micros(at))
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
