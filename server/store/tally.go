package store

import (
	"context"
	"math/rand/v2"
	"time"

	"moncompte/server/portal"
)

// tallyShards are the rows that one hour's count is spread over: a unit of work locks one of them until it ends, and a thousand
// people may begin in a second.
const tallyShards = 32

// AddTally implements portal.Tx.
func (tx *Tx) AddTally(ctx context.Context, what portal.Tally, at time.Time, n int) error {
	_, err := tx.exec(ctx, `
		INSERT INTO tallies (what, hour, shard, n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (what, hour, shard) DO UPDATE SET n = tallies.n + excluded.n`,
		string(what), hourOf(at), rand.IntN(tallyShards), n)
	return err
}

// Tallied implements portal.Reads.
func (s *reads) Tallied(ctx context.Context, what portal.Tally, since time.Time) (n int, err error) {
	err = s.row(ctx, `SELECT coalesce(sum(n), 0) FROM tallies WHERE what = $1 AND hour >= $2`, string(what), hourOf(since)).Scan(&n)
	return n, err
}

// hourOf is the hour that a time belongs to.
func hourOf(t time.Time) int64 { return t.Unix() / 3600 }
