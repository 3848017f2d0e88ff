package store

import (
	"context"
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

// Sweep deletes what has expired, each table in a unit of its own: whoever writes waits for one of them at most.
func (s *Store) Sweep(ctx context.Context) error {
	ctx = slowly(ctx) // after months without one there is much to delete
	now := s.now()
	for _, old := range []struct {
		query string
		kept  time.Duration
	}{
		{`DELETE FROM sessions WHERE expires_at < $1`, sessionsKeptFor},
		{`DELETE FROM buckets WHERE forget_at < $1`, bucketsKept},
		{`DELETE FROM tallies WHERE hour < $1 / 3600000000`, talliesKept},
		{`DELETE FROM devices WHERE used_at < $1`, s.kept.Browsers},
		{`DELETE FROM flows WHERE created_at < $1`, flowsKeptFor},
		{`DELETE FROM flows WHERE account_id IS NULL AND created_at < $1`, portal.FlowLife}, // of numbers that may be made up
		{`DELETE FROM outbox WHERE created_at < $1`, s.kept.Messages},
		{`DELETE FROM sign_ins WHERE at < $1`, s.kept.SignIns},
		{`DELETE FROM visits WHERE created_at < $1`, visitsKeptFor},
		{`DELETE FROM passkey_challenges WHERE created_at < $1`, challengesKept},
		{`DELETE FROM linkings WHERE created_at < $1`, linkingsKeptFor},
		{`DELETE FROM disownings WHERE created_at < $1`, portal.DisowningLife},
		{`DELETE FROM former_contacts WHERE replaced_at < $1`, portal.DisowningLife},
		{`DELETE FROM links WHERE ended_at < $1`, s.kept.Links},
		{`DELETE FROM instances WHERE seen_at < $1`, programsKept},
	} {
		err := s.write(ctx, func(tx *Tx) error {
			_, err := tx.exec(ctx, old.query, micros(now.Add(-old.kept)))
			return err
		})
		if err != nil {
			return err
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
