// Package audit collects the evidence of what was done to accounts and by whom (OWASP ASVS 5.0 V16.3): whatever is logged with the
// attribute "event" is also kept in the database, where nobody can change it unnoticed.
package audit

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

// Event is one thing that happened. It holds no personal data but what its store keeps by keyed hashes.
type Event struct {
	At      time.Time
	Kind    string       // such as "sign-in", "recovery" or "operator"
	What    string       // the message of the log line
	Account string       // the id, "" when nobody's
	Network netip.Prefix // where it came from; zero when that is not known, or nowhere
	Details map[string]string
}

// Store keeps events, in this order.
type Store interface {
	AppendAudit(ctx context.Context, events []Event) error
}

const (
	mostWaiting = 10_000                 // events in memory while the database does not answer; the log has them all
	mostAtOnce  = 500                    // events a unit of work
	every       = 200 * time.Millisecond // what kill -9 may lose of them
)

// Recorder keeps events in memory until they are in the database, so that no request waits for it. Its zero value keeps none: see To.
type Recorder struct {
	// Counted is told of every event, by many goroutines; nil = nobody is. It is set before the first event.
	Counted func(Event)

	mu      sync.Mutex
	store   Store
	waiting []Event
	lost    int
}

// To begins to collect, for that store.
func (r *Recorder) To(s Store) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.store = s
}

// Lost tells how many events found no room since the start.
func (r *Recorder) Lost() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

func (r *Recorder) add(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.store == nil:
	case len(r.waiting) >= mostWaiting:
		r.lost++
	default:
		r.waiting = append(r.waiting, e)
	}
}

// Flush writes what waits. What could not be written waits on.
func (r *Recorder) Flush(ctx context.Context) error {
	for {
		r.mu.Lock()
		batch := r.waiting[:min(len(r.waiting), mostAtOnce)]
		r.mu.Unlock()
		if len(batch) == 0 {
			return nil
		}
		if err := r.store.AppendAudit(ctx, batch); err != nil {
			return err
		}
		r.mu.Lock()
		if r.waiting = r.waiting[len(batch):]; len(r.waiting) == 0 {
			r.waiting = nil
		}
		r.mu.Unlock()
	}
}

// Run flushes now and then until ctx is done, and tells failed, once for each outage, why it could not.
func (r *Recorder) Run(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	well := true
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := r.Flush(ctx)
		if err != nil && well && ctx.Err() == nil {
			failed(err)
		}
		well = err == nil
	}
}
