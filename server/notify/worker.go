package notify

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"moncompte/server/portal"
	"moncompte/server/tracing"
)

// Worker empties an Outbox through two gateways. Each channel has its own lane and its own slots, so that a gateway that hangs
// delays nobody but its own messages. The zero value of every field but Outbox is a good one.
type Worker struct {
	Outbox     Outbox
	SMS, Email Gateway // nil: the messages of that channel wait, and expire
	Log        *slog.Logger
	Traces     *tracing.Tracer
	Now        func() time.Time
	Random     func() float64 // in [0,1); nil = math/rand/v2: jitter needs no secrecy

	Every      time.Duration // how often to look without being woken: 3 s, with jitter
	StopWithin time.Duration // how long attempts under way may go on after a stop: 10 s
	Window     int           // attempts at a time of a gateway that does not say: 4
	Backoff    Backoff       // of a message that is refused for the moment

	once sync.Once
	bell map[portal.Channel]chan struct{}

	mu    sync.Mutex
	lanes []*lane
}

// recordTimeout bounds one write to the outbox.
const recordTimeout = 5 * time.Second

// expireEvery is how often messages whose time is over are erased.
const expireEvery = 15 * time.Second

func (w *Worker) start() {
	w.once.Do(func() {
		w.bell = map[portal.Channel]chan struct{}{portal.SMS: make(chan struct{}, 1), portal.Email: make(chan struct{}, 1)}
	})
}

// Wake makes the worker look at the outbox at once. It is called after the commit that wrote a message; it never blocks.
func (w *Worker) Wake() {
	w.start()
	for _, bell := range w.bell {
		ring(bell)
	}
}

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default: // already rung: one look serves both
	}
}

// Run works until ctx ends, then finishes the attempts under way (StopWithin at most), gives back what it had claimed and not
// begun, and returns nil.
func (w *Worker) Run(ctx context.Context) error {
	if w.Outbox == nil {
		return errors.New("notify: a worker needs an outbox")
	}
	w.start()
	var all sync.WaitGroup
	for channel, gateway := range map[portal.Channel]Gateway{portal.SMS: w.SMS, portal.Email: w.Email} {
		if gateway != nil {
			l := newLane(w, channel, gateway, w.bell[channel])
			w.mu.Lock()
			w.lanes = append(w.lanes, l)
			w.mu.Unlock()
			all.Go(func() { l.run(ctx) })
		}
	}
	all.Go(func() { w.sweep(ctx) })
	all.Wait()
	return nil
}

// Status is what a lane has to say.
type Status struct {
	Channel portal.Channel
	Away    bool           // nobody gets through to its gateway, or it refuses our account
	Ended   map[string]int // how many messages ended since the start, by "sent" and by Fate
}

// Statuses returns those of the channels that have a gateway, once Run has begun.
func (w *Worker) Statuses() []Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Status
	for _, l := range w.lanes {
		all = append(all, l.status())
	}
	return all
}

// Away returns the channels by which nothing leaves at this moment.
func (w *Worker) Away() []portal.Channel {
	var away []portal.Channel
	for _, s := range w.Statuses() {
		if s.Away {
			away = append(away, s.Channel)
		}
	}
	return away
}

// sweep erases what has expired, also on channels without a gateway.
func (w *Worker) sweep(ctx context.Context) {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for {
		w.contain("expire", func() {
			ended, err := w.Outbox.Expire(ctx, w.now())
			if err != nil && ctx.Err() == nil {
				w.log().Error("outbox not readable", "while", "expire", "reason", failureOf(err).Reason)
			}
			for _, e := range ended {
				w.log().Warn("messages expired unsent", "channel", e.Channel, "fate", e.Fate, "count", e.Count)
				w.expired(e)
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// expired counts what ended in the outbox with what ended on its way.
func (w *Worker) expired(e Expired) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.lanes {
		if l.channel == e.Channel {
			l.count(string(e.Fate), e.Count)
		}
	}
}

// contain runs f and survives its panic: one bad row or a fault in a library must not stop the messages of everybody.
func (w *Worker) contain(while string, f func()) {
	defer func() {
		if p := recover(); p != nil {
			w.log().Error("panic contained", "while", while, "type", panicType(p))
		}
	}()
	f()
}

func (w *Worker) log() *slog.Logger {
	if w.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return w.Log
}

func (w *Worker) now() time.Time {
	if w.Now == nil {
		return time.Now()
	}
	return w.Now()
}

func (w *Worker) random() float64 {
	if w.Random == nil {
		return rand.Float64()
	}
	return w.Random()
}

// pause is the time until the next look, three quarters to five quarters of Every: instances drift apart.
func (w *Worker) pause() time.Duration {
	every := w.Every
	if every <= 0 {
		every = 3 * time.Second
	}
	return every*3/4 + time.Duration(w.random()*float64(every/2))
}

func (w *Worker) stopWithin() time.Duration {
	if w.StopWithin <= 0 {
		return 10 * time.Second
	}
	return w.StopWithin
}
