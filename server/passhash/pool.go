package passhash

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"moncompte/server/tracing"
)

// ErrBusy says that too many passwords are waiting to be hashed: the queue is full, or the turn did not come in time. It depends on
// the load alone and never on who asks: it is the same for everybody (503 and Retry-After).
var ErrBusy = errors.New("passhash: too many passwords are waiting")

// errTicket is for a ticket that is used twice: a mistake of the program.
var errTicket = errors.New("passhash: the ticket was run or released before")

// PoolOptions bound a Pool.
type PoolOptions struct {
	Slots   int           // hashes at a time; 0 or less = GOMAXPROCS
	Queue   int           // places for those that wait; 0 = 64 for each slot, less = none
	MaxWait time.Duration // longest wait for a slot; 0 or less = 5 s
}

// Pool lets a bounded number of hashes work at once and a bounded number wait, first come first served. More than one hash a core
// only adds memory, 19 MiB each by default, and time.
//
// The memory of a hash of the default cost is used again by the next one (argon2idKey), so that a pool of two slots needs 38 MiB
// however many people wait. Hashes of other costs, which an import brought along, allocate theirs until the person has signed in.
type Pool struct {
	places  *semaphore.Weighted // slots and queue
	slots   *semaphore.Weighted // gives a slot to the first who waits
	maxWait time.Duration
	waiting atomic.Int64
}

// NewPool returns a pool with nobody in it.
func NewPool(o PoolOptions) *Pool {
	if o.Slots <= 0 {
		o.Slots = runtime.GOMAXPROCS(0)
	}
	o.Queue = cmp.Or(o.Queue, 64*o.Slots)
	if o.MaxWait <= 0 {
		o.MaxWait = 5 * time.Second
	}
	return &Pool{
		places:  semaphore.NewWeighted(int64(o.Slots + max(o.Queue, 0))),
		slots:   semaphore.NewWeighted(int64(o.Slots)),
		maxWait: o.MaxWait,
	}
}

// Ticket is a place in a Pool, from Admit until Run ends or Release is called.
type Ticket struct {
	pool *Pool
	used atomic.Bool
}

// Admit takes a place, without waiting, or returns ErrBusy. It comes before the attempt is counted in the database: an attempt that
// is refused here is not held against the account, and one that is counted has its place.
func (p *Pool) Admit() (*Ticket, error) {
	if !p.places.TryAcquire(1) {
		return nil, ErrBusy
	}
	p.waiting.Add(1)
	return &Ticket{pool: p}, nil
}

// Waiting returns how many places are taken by tickets that do not work: they are not run yet, or wait for a slot.
func (p *Pool) Waiting() int { return int(p.waiting.Load()) }

// Run waits for a slot, behind all who ran before, does work in the calling goroutine and gives slot and place back, also when work
// panics. It returns nil when work was done. When it was not: ErrBusy after MaxWait, ctx.Err() when ctx ended first, another error
// for a ticket that was run or released before. Work that began always finishes: ctx is not looked at any more.
func (t *Ticket) Run(ctx context.Context, work func()) error {
	if !t.used.CompareAndSwap(false, true) {
		return errTicket
	}
	defer t.pool.places.Release(1)
	_, waiting := tracing.Begin(ctx, "wait for a core")
	err := t.pool.acquire(ctx)
	waiting.End(err)
	t.pool.waiting.Add(-1)
	if err != nil {
		return err
	}
	defer t.pool.slots.Release(1)
	// A slot may come together with the end of ctx: nobody waits for this hash any more.
	if err := ctx.Err(); err != nil {
		return err
	}
	_, hashing := tracing.Begin(ctx, "hash")
	work()
	hashing.End(nil)
	return nil
}

// Release gives the place back when Run was not called. After Run, or a second time, it does nothing: it can be deferred.
func (t *Ticket) Release() {
	if t.used.CompareAndSwap(false, true) {
		t.pool.waiting.Add(-1)
		t.pool.places.Release(1)
	}
}

// acquire returns nil with a slot, or an error without one.
func (p *Pool) acquire(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, p.maxWait)
	defer cancel()
	if p.slots.Acquire(wait, 1) == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return ErrBusy
}
