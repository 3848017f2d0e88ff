package passhash

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"

	"moncompte/server/check"
)

func admit(t *testing.T, p *Pool) *Ticket {
	t.Helper()
	ticket, err := p.Admit()
	check.OK(t, err)
	return ticket
}

// occupy takes a slot until the function it returns is called.
func occupy(t *testing.T, p *Pool) (release func()) {
	ticket, began, end := admit(t, p), make(chan struct{}), make(chan struct{})
	go func() {
		if err := ticket.Run(t.Context(), func() { close(began); <-end }); err != nil {
			t.Error(err)
		}
	}()
	<-began
	return func() { close(end) }
}

func TestNeverMoreThanTheSlotsWorkAtOnce(t *testing.T) {
	const slots, clients = 3, 100
	p := NewPool(PoolOptions{Slots: slots, Queue: clients, MaxWait: time.Hour})
	var mu sync.Mutex
	var now, most, done int
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			ticket, err := p.Admit()
			if err != nil {
				t.Error(err)
				return
			}
			defer ticket.Release()
			if err := ticket.Run(t.Context(), func() {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				runtime.Gosched()
				mu.Lock()
				now--
				done++
				mu.Unlock()
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most > slots || done != clients {
		t.Errorf("%d at once, %d done, want at most %d and %d", most, done, slots, clients)
	}
	mustBeFree(t, p, slots, slots+clients)
}

func TestEverySlotIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(PoolOptions{Slots: 2})
		first := occupy(t, p)
		second := occupy(t, p) // does not come back while the first works alone
		if n := p.Waiting(); n != 0 {
			t.Errorf("%d waiting", n)
		}
		first()
		second()
	})
}

func TestTheQueueIsBounded(t *testing.T) {
	p := NewPool(PoolOptions{Slots: 2, Queue: 3})
	var tickets []*Ticket
	for range 5 {
		tickets = append(tickets, admit(t, p))
	}
	if _, err := p.Admit(); err != ErrBusy {
		t.Errorf("error %v for one more than slots and queue, want ErrBusy", err)
	}
	if got := p.Waiting(); got != 5 {
		t.Errorf("%d waiting, want 5", got)
	}
	tickets[0].Release()
	check.OK(t, tickets[1].Run(t.Context(), func() {}))
	for range 2 {
		admit(t, p)
	}
	if _, err := p.Admit(); err != ErrBusy {
		t.Errorf("error %v when the two free places are taken again, want ErrBusy", err)
	}
}

func TestTheZeroOptions(t *testing.T) {
	p := NewPool(PoolOptions{})
	cores := runtime.GOMAXPROCS(0)
	mustBeFree(t, p, cores, 65*cores)
	if p.maxWait != 5*time.Second {
		t.Errorf("a wait of %v", p.maxWait)
	}
	mustBeFree(t, NewPool(PoolOptions{Slots: 2, Queue: -1}), 2, 2)
}

func TestFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(PoolOptions{Slots: 1})
		release := occupy(t, p)
		var order []int
		for i := range 20 {
			ticket := admit(t, p)
			go func() {
				if err := ticket.Run(t.Context(), func() { order = append(order, i) }); err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait() // until it stands in the queue
		}
		if got := p.Waiting(); got != 20 {
			t.Errorf("%d waiting, want 20", got)
		}
		release()
		synctest.Wait()
		if len(order) != 20 || !slices.IsSorted(order) {
			t.Errorf("served in the order %v", order)
		}
	})
}

func TestWhoWaitsTooLongIsTurnedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(PoolOptions{Slots: 1, MaxWait: 3 * time.Second})
		release := occupy(t, p)
		start := time.Now() // the bubble's own clock
		if err := admit(t, p).Run(t.Context(), func() { t.Error("worked without a slot") }); err != ErrBusy {
			t.Errorf("error %v, want ErrBusy", err)
		}
		if waited := time.Since(start); waited != 3*time.Second {
			t.Errorf("waited %v, want 3 s", waited)
		}
		release()
		synctest.Wait()
		mustBeUsable(t, p, 1, 65)
	})
}

func TestWhoLeavesTheQueueFreesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(PoolOptions{Slots: 1, Queue: 1})
		release := occupy(t, p)
		ctx, cancel := context.WithCancel(t.Context())
		ticket, answer := admit(t, p), make(chan error)
		go func() { answer <- ticket.Run(ctx, func() { t.Error("worked for nobody") }) }()
		synctest.Wait()
		if _, err := p.Admit(); err != ErrBusy {
			t.Errorf("error %v with a full queue, want ErrBusy", err)
		}
		cancel()
		if err := <-answer; err != context.Canceled {
			t.Errorf("error %v, want context.Canceled", err)
		}
		admit(t, p).Release()
		release()
		synctest.Wait()
		mustBeUsable(t, p, 1, 2)
	})
}

func TestACancelledContextNeverWorks(t *testing.T) {
	p := NewPool(PoolOptions{Slots: 1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := admit(t, p).Run(ctx, func() { t.Error("worked") }); err != context.Canceled {
		t.Errorf("error %v, want context.Canceled", err)
	}
	mustBeUsable(t, p, 1, 65)
}

// Slots come and contexts end at the same moments: none may be lost between the two.
func TestNoSlotIsLostWhenTurnsAndCancellationsMeet(t *testing.T) {
	p := NewPool(PoolOptions{Slots: 2, Queue: 1000})
	var wg sync.WaitGroup
	for range 400 {
		ctx, cancel := context.WithCancel(t.Context())
		ticket := admit(t, p)
		wg.Go(func() {
			if err := ticket.Run(ctx, runtime.Gosched); err != nil && err != context.Canceled {
				t.Error(err)
			}
		})
		wg.Go(cancel)
	}
	wg.Wait()
	mustBeUsable(t, p, 2, 1002)
}

func TestWorkThatPanicsFreesItsSlot(t *testing.T) {
	p := NewPool(PoolOptions{Slots: 1, Queue: -1})
	func() {
		defer func() {
			if got := recover(); got != "broken" {
				t.Errorf("recovered %v: the panic belongs to the caller", got)
			}
		}()
		ticket := admit(t, p)
		defer ticket.Release()
		ticket.Run(t.Context(), func() { panic("broken") })
	}()
	mustBeUsable(t, p, 1, 1)
}

func TestWorkThatBeganFinishes(t *testing.T) {
	p := NewPool(PoolOptions{Slots: 1})
	ctx, cancel := context.WithCancel(t.Context())
	finished := false
	if err := admit(t, p).Run(ctx, func() { cancel(); finished = true }); err != nil || !finished {
		t.Errorf("finished %v, error %v", finished, err)
	}
}

func TestATicketIsGoodForOneRun(t *testing.T) {
	p := NewPool(PoolOptions{Slots: 1, Queue: 1})
	ticket := admit(t, p)
	check.OK(t, ticket.Run(t.Context(), func() { ticket.Release() }))
	ticket.Release()
	ticket.Release()
	if err := ticket.Run(t.Context(), func() { t.Error("worked twice") }); err == nil || errors.Is(err, ErrBusy) {
		t.Errorf("error %v for the second run", err)
	}
	released := admit(t, p)
	released.Release()
	if err := released.Run(t.Context(), func() { t.Error("worked without a place") }); err == nil {
		t.Error("a ticket given back runs")
	}
	mustBeUsable(t, p, 1, 2)
}

// mustBeFree checks that nothing is held of so many slots and places.
func mustBeFree(t *testing.T, p *Pool, slots, places int) {
	t.Helper()
	free := func(s *semaphore.Weighted) (n int) {
		for s.TryAcquire(1) {
			n++
		}
		s.Release(int64(n))
		return n
	}
	if s, n := free(p.slots), free(p.places); s != slots || n != places || p.Waiting() != 0 {
		t.Errorf("%d slots and %d places are free, want %d and %d; %d wait", s, n, slots, places, p.Waiting())
	}
}

// mustBeUsable checks that nothing is held any more and that a hash can still be made.
func mustBeUsable(t *testing.T, p *Pool, slots, places int) {
	t.Helper()
	mustBeFree(t, p, slots, places)
	worked := false
	if err := admit(t, p).Run(t.Context(), func() { worked = true }); err != nil || !worked {
		t.Errorf("worked %v, error %v", worked, err)
	}
}
