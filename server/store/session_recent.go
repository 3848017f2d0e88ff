package store

import (
	"context"
	"sync"
	"time"

	"moncompte/server/portal"
)

// recentFor is how old an answer of RecentSession may be: what another machine has ended opens nothing a second later, the way of the
// answer included.
const recentFor = 700 * time.Millisecond

// recent are the sessions of accounts that were read a moment ago, and what this program has ended since.
type recent struct {
	mu    sync.RWMutex
	kept  map[string]recentSession // by the hash of the token
	ended map[string]time.Time     // when, by the hash of a token or by the account
	swept time.Time
}

type recentSession struct {
	portal.SessionRow
	at time.Time // before it was read
}

// get returns the session that is good at that time, false when it has to be read.
func (r *recent) get(token string, now time.Time) (portal.SessionRow, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	row, ok := r.kept[token]
	// What ends while it is read has ended: the end is noted after its commit, and compared with the time before the read.
	ok = ok && age(row.at, now) < recentFor && now.Before(row.Expires) &&
		row.at.After(r.ended[token]) && row.at.After(r.ended[string(row.Account)])
	return row.SessionRow, ok
}

func (r *recent) keep(row portal.SessionRow, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(at)
	r.kept[row.Token] = recentSession{row, at}
}

// forget notes that sessions, or all those of accounts, are not what they were.
func (r *recent) forget(now time.Time, names ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(now)
	for _, name := range names {
		r.ended[name] = now
	}
}

// sweep bounds both maps to what happens in a moment or two.
func (r *recent) sweep(now time.Time) {
	if r.kept != nil && age(r.swept, now) < recentFor {
		return
	}
	r.swept = now
	kept, ended := map[string]recentSession{}, map[string]time.Time{} // a map that was large once stays large
	for token, row := range r.kept {
		if age(row.at, now) < recentFor {
			kept[token] = row
		}
	}
	for name, at := range r.ended {
		if age(at, now) < recentFor {
			ended[name] = at
		}
	}
	r.kept, r.ended = kept, ended
}

// RecentSession is Session for whoever asks again and again: the answer may be a second old, but never older than what this program itself
// has ended or changed. That there is none is always as it is now.
func (s *Store) RecentSession(ctx context.Context, token string) (portal.SessionRow, error) {
	now := s.now()
	if row, ok := s.recent.get(token, now); ok {
		return row, nil
	}
	row, err := s.Session(ctx, token)
	if err == nil && row.Account != "" {
		s.recent.keep(row, now)
	}
	return row, err
}

// age is how long ago that was. The clock on the wall too: the other one may stand still while the machine sleeps.
func age(then, now time.Time) time.Duration {
	return max(now.Sub(then), now.Round(0).Sub(then.Round(0)))
}
