package store

import (
	"context"
	"strconv"
	"time"

	"moncompte/server/portal"
)

// How long what has no more use is kept, beside Options.Kept.
const (
	bucketsKept     = 0              // past the time at which they are forgotten
	talliesKept     = 25 * time.Hour // longer than any is looked back at
	flowsKeptFor    = 24 * time.Hour
	visitsKeptFor   = time.Hour
	challengesKept  = time.Hour
	linkingsKeptFor = time.Hour // an identity that was not linked
	sweepsEvery     = 10 * time.Minute
	programsKept    = 24 * time.Hour // without a word: they were killed
	sessionsKeptFor = time.Hour      // past their end, so that clocks of several instances may differ
)

// sweptTogether is how many rows a unit of a sweep deletes at most: on SQLite everybody else's writes wait for it.
const sweptTogether = 2000

// Sweep deletes what has expired, so many rows at a time that whoever writes waits for one unit of them at most.
func (s *Store) Sweep(ctx context.Context) error {
	ctx = slowly(ctx) // after months without one there is much to delete
	now := s.now()
	for _, old := range []struct {
		table, key, expired string
		kept                time.Duration
	}{
		{"sessions", "token_hash", "expires_at < $1", sessionsKeptFor},
		{"buckets", "subject", "forget_at < $1", bucketsKept},
		{"tallies", "what, hour, shard", "hour < $1 / 3600000000", talliesKept},
		{"devices", "token_index, account_id", "used_at < $1", s.kept.Browsers},
		{"flows", "token_index", "created_at < $1", flowsKeptFor},
		{"flows", "token_index", "account_id IS NULL AND created_at < $1", portal.FlowLife}, // of numbers that may be made up
		{"outbox", "id", "created_at < $1", s.kept.Messages},
		{"sign_ins", "account_id, at", "at < $1", s.kept.SignIns},
		{"visits", "state_index", "created_at < $1", visitsKeptFor},
		{"passkey_challenges", "challenge_index", "created_at < $1", challengesKept},
		{"linkings", "token_index", "created_at < $1", linkingsKeptFor},
		{"disownings", "token_index", "created_at < $1", portal.DisowningLife},
		{"former_contacts", "id", "replaced_at < $1", portal.DisowningLife},
		{"links", "id", "ended_at < $1", s.kept.Links},
		{"instances", "id", "seen_at < $1", programsKept},
	} {
		query := `DELETE FROM ` + old.table + ` WHERE (` + old.key + `) IN (SELECT ` + old.key + ` FROM ` + old.table +
			` WHERE ` + old.expired + ` LIMIT ` + strconv.Itoa(sweptTogether) + `)`
		for deleted := int64(sweptTogether); deleted == sweptTogether; {
			err := s.write(ctx, func(tx *Tx) (err error) {
				deleted, err = tx.exec(ctx, query, micros(now.Add(-old.kept)))
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return s.eraseAudit(ctx, now.Add(-s.kept.Audit))
}

// SweepUntil sweeps now and then until ctx is done. A sweep that fails is logged and tried again at the next turn.
func (s *Store) SweepUntil(ctx context.Context) {
	tick := time.NewTicker(sweepsEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "sweep failed", "reason", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
