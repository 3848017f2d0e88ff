package passhash

import (
	"container/list"
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
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
	slots   int
	places  int // slots and queue
	maxWait time.Duration

	mu       sync.Mutex
	admitted int       // tickets that hold a place
	running  int       // tickets that hold a slot, at most slots
	queue    list.List // of chan struct{}: closed when a slot is handed over; not empty only when all slots are taken
}

// NewPool returns a pool with nobody in it.
func NewPool(o PoolOptions) *Pool {
	if o.Slots <= 0 {
		o.Slots = runtime.GOMAXPROCS(0)
	}
	if o.Queue == 0 {
		o.Queue = 64 * o.Slots
	}
	if o.MaxWait <= 0 {
		o.MaxWait = 5 * time.Second
	}
	return &Pool{slots: o.Slots, places: o.Slots + max(o.Queue, 0), maxWait: o.MaxWait}
}

// Ticket is a place in a Pool, from Admit until Run ends or Release is called.
type Ticket struct {
	pool *Pool
	used bool // guarded by pool.mu
}

// Admit takes a place, without waiting, or returns ErrBusy. It comes before the attempt is counted in the database: an attempt that
// is refused here is not held against the account, and one that is counted has its place.
func (p *Pool) Admit() (*Ticket, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.admitted >= p.places {
		return nil, ErrBusy
	}
	p.admitted++
	return &Ticket{pool: p}, nil
}

// Waiting returns how many places are taken by tickets that do not work: they are not run yet, or wait for a slot.
func (p *Pool) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.admitted - p.running
}

// Run waits for a slot, behind all who ran before, does work in the calling goroutine and gives slot and place back, also when work
// panics. It returns nil when work was done. When it was not: ErrBusy after MaxWait, ctx.Err() when ctx ended first, another error
// for a ticket that was run or released before. Work that began always finishes: ctx is not looked at any more.
func (t *Ticket) Run(ctx context.Context, work func()) error {
	if !t.use() {
		return errTicket
	}
	defer t.pool.leave()
	if err := t.pool.acquire(ctx); err != nil {
		return err
	}
	defer t.pool.free()
	// A slot may come together with the end of ctx: nobody waits for this hash any more.
	if err := ctx.Err(); err != nil {
		return err
	}
	work()
	return nil
}

// Release gives the place back when Run was not called. After Run, or a second time, it does nothing: it can be deferred.
func (t *Ticket) Release() {
	if t.use() {
		t.pool.leave()
	}
}

// use tells whether the ticket is used for the first time.
func (t *Ticket) use() bool {
	t.pool.mu.Lock()
	defer t.pool.mu.Unlock()
	if t.used {
		return false
	}
	t.used = true
	return true
}

// leave gives a place back.
func (p *Pool) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.admitted--
}

// acquire returns nil with a slot, or an error without one.
func (p *Pool) acquire(ctx context.Context) error {
	p.mu.Lock()
	if p.running < p.slots {
		p.running++
		p.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	place := p.queue.PushBack(turn)
	p.mu.Unlock()

	timer := time.NewTimer(p.maxWait)
	defer timer.Stop()
	var err error
	select {
	case <-turn:
		return nil
	case <-timer.C:
		err = ErrBusy
	case <-ctx.Done():
		err = ctx.Err()
	}

	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-turn: // the slot came in the meantime: it goes to the next
		p.handOver()
	default:
		p.queue.Remove(place)
	}
	return err
}

// free gives a slot back.
func (p *Pool) free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handOver()
}

// handOver gives a slot to the first in the queue: passed from hand to hand, it cannot be taken by a newcomer. It needs p.mu.
func (p *Pool) handOver() {
	first := p.queue.Front()
	if first == nil {
		p.running--
		return
	}
	close(p.queue.Remove(first).(chan struct{}))
}
