package notify

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"moncompte/server/portal"
	"moncompte/server/tracing"
)

const (
	// leaseLife is how long a message of a worker that has died waits; holdEvery is how often one that lives says so.
	leaseLife, holdEvery = 30 * time.Second, 10 * time.Second
	// complainEvery is how often the log says that our account has to be mended.
	complainEvery = time.Minute
)

// lane is the worker of one channel.
type lane struct {
	w       *Worker
	channel portal.Channel
	gateway Gateway
	bell    chan struct{} // a new message
	ended   chan struct{} // the end of an attempt, or of a message's pause
	sends   sync.WaitGroup

	mu         sync.Mutex
	pace       *pace
	complained time.Time // when the log last said that our account has to be mended
	endings    map[string]int
}

func newLane(w *Worker, channel portal.Channel, gateway Gateway, bell chan struct{}) *lane {
	limits := Limits{Window: w.Window}
	if g, ok := gateway.(Limited); ok {
		limits = g.Limits()
	}
	return &lane{w: w, channel: channel, gateway: gateway, bell: bell, ended: make(chan struct{}, 1), pace: newPace(limits),
		endings: map[string]int{}}
}

func (l *lane) status() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Status{Channel: l.channel, Away: l.pace.down != nil, Ended: maps.Clone(l.endings)}
}

// count notes that messages have ended.
func (l *lane) count(how string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endings[how] += n
}

// run works until ctx ends, then lets the attempts under way finish for a while.
func (l *lane) run(ctx context.Context) {
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	var holder sync.WaitGroup
	holder.Go(func() { l.hold(done) })
	if g, ok := l.gateway.(Reporting); ok {
		holder.Go(func() { l.keep(g.Reports(), done) })
	}
	defer func() {
		late := time.AfterFunc(l.w.stopWithin(), cut)
		l.sends.Wait()
		late.Stop()
		cut()
		close(done)
		holder.Wait()
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.bell:
			l.mu.Lock()
			l.pace.wake(l.w.now())
			l.mu.Unlock()
		case <-l.ended:
		case <-timer.C:
		}
		l.w.contain("claim", func() { l.fill(ctx, sending) })
		l.mu.Lock()
		timer.Reset(l.pace.wait(l.w.now(), l.w.pause()))
		l.mu.Unlock()
	}
}

// fill claims no more than may begin: what waits stays in the outbox, where another instance can take it.
func (l *lane) fill(ctx, sending context.Context) {
	if l.claim().N == 0 || ctx.Err() != nil || !l.bound(ctx) {
		return
	}
	claim := l.claim() // the bind may have taken a while
	if claim.N == 0 {
		return
	}
	messages, err := l.w.Outbox.Claim(ctx, claim)
	if err != nil {
		if ctx.Err() == nil {
			l.w.log().Error("outbox not readable", "while", "claim", "channel", l.channel, "reason", failureOf(err).Reason)
		}
		return
	}
	for _, m := range messages {
		if ctx.Err() != nil {
			l.record(m, func(ctx context.Context) error { return l.w.Outbox.Release(ctx, m.ID, claim.Now, "", NotHanded) })
			continue
		}
		l.mu.Lock()
		l.pace.begin(m.ID, l.w.now())
		l.mu.Unlock()
		l.sends.Go(func() {
			defer ring(l.ended)
			l.w.contain("send", func() { l.deliver(sending, m) })
		})
	}
}

func (l *lane) claim() Claim {
	now := l.w.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return Claim{Channel: l.channel, Now: now, N: l.pace.free(now), Lease: leaseLife, Usual: l.pace.usual, Probe: l.pace.down != nil}
}

// bound makes sure of the bind of a gateway that needs one.
func (l *lane) bound(ctx context.Context) bool {
	g, ok := l.gateway.(Bound)
	if !ok {
		return true
	}
	began := l.w.now()
	err := g.Bind(ctx)
	if err == nil || ctx.Err() != nil {
		return err == nil
	}
	failure, now := failureOf(err), l.w.now()
	l.mu.Lock()
	changed := l.pace.note("", began, now, failure)
	l.mu.Unlock()
	l.tell(now, failure, changed)
	return false
}

// deliver makes one attempt and notes its end.
func (l *lane) deliver(sending context.Context, m Message) {
	// A code that nobody has the time to type would only make the person try it in vain. The claim may have taken long.
	if m.Expires.Before(l.least(m)) {
		l.mu.Lock()
		delete(l.pace.under, m.ID)
		l.mu.Unlock()
		fate := m.ends(Dropped)
		l.count(string(fate), 1)
		l.w.log().Warn("message given up", "message", m.ID, "channel", l.channel, "fate", fate, "reason", "expired")
		l.record(m, func(ctx context.Context) error { return l.w.Outbox.Drop(ctx, m.ID, fate, "expired") })
		return
	}
	traced, span := l.w.Traces.Work(sending, "deliver "+string(l.channel))
	ctx, cancel := context.WithTimeout(traced, m.Expires.Sub(l.w.now()))
	receipt, err := l.attempt(ctx, m)
	cancel()
	defer func() { span.End(err) }()
	var failure *Failure
	if err != nil {
		failure = failureOf(err)
	}
	now := l.w.now()
	// The row is leased until its end is written: nobody takes it in between.
	l.mu.Lock()
	changed := l.pace.end(m.ID, now, failure)
	own := l.pace.down == nil
	l.mu.Unlock()
	l.tell(now, failure, changed)
	l.note(m, now, receipt, failure, own)
}

// tell says once that a gateway is away and once that it is back, and once a minute what people have to mend.
func (l *lane) tell(now time.Time, failure *Failure, changed bool) {
	l.mu.Lock()
	down, since := l.pace.down, l.pace.since
	complain := failure != nil && failure.Fault == OfAccount && now.Sub(l.complained) >= complainEvery
	if complain {
		l.complained = now
	}
	l.mu.Unlock()
	log := l.w.log().With("channel", l.channel)
	switch {
	case complain:
		log.Error("the gateway refuses our account: messages wait until it is mended", "reason", failure.Reason, "look_at", failure.Mend)
	case changed && down == nil:
		log.Info("the gateway is well again", "after", inWords(now.Sub(since)))
	case changed && failure.Fault != OfAccount:
		log.Warn("nobody gets through to the gateway: messages wait", "reason", failure.Reason)
	}
}

// hold prolongs the leases of what is under way, so that another instance takes over soon after this one dies, and never before.
func (l *lane) hold(done <-chan struct{}) {
	tick := time.NewTicker(holdEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		l.mu.Lock()
		ids := slices.Collect(maps.Keys(l.pace.under))
		l.mu.Unlock()
		if len(ids) == 0 {
			continue
		}
		l.w.contain("hold", func() {
			ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
			defer cancel()
			if err := l.w.Outbox.Hold(ctx, ids, l.w.now().Add(leaseLife)); err != nil {
				l.w.log().Error("outbox not written", "while", "hold", "channel", l.channel, "reason", failureOf(err).Reason)
			}
		})
	}
}

// keep writes down what the gateway reports of messages. A report may come before the message is closed as sent: such a one is
// written a little later.
func (l *lane) keep(reports <-chan Report, done <-chan struct{}) {
	write := func(r Report) (found bool) {
		ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
		defer cancel()
		found, err := l.w.Outbox.Report(ctx, r.Receipts, r.Text)
		if err != nil {
			l.w.log().Error("outbox not written", "while", "report", "channel", l.channel, "reason", failureOf(err).Reason)
		}
		return found
	}
	for {
		select {
		case <-done:
			return
		case r := <-reports:
			l.w.contain("report", func() {
				if !write(r) {
					time.AfterFunc(2*time.Second, func() { l.w.contain("report", func() { write(r) }) })
				}
			})
		}
	}
}

// attempt calls the gateway; after its panic nobody knows what the other side has. The value of the panic may quote the message:
// only its type and the stack, which holds no strings, are logged.
func (l *lane) attempt(ctx context.Context, m Message) (receipt string, err error) {
	ctx, span := tracing.Call(ctx, "gateway")
	defer func() { span.End(err) }()
	defer func() {
		if p := recover(); p != nil {
			l.w.log().Error("panic in a gateway", "channel", l.channel, "type", panicType(p), "stack", string(debug.Stack()))
			err = &Failure{Reason: "panic in the gateway", Fault: Unknown}
		}
	}()
	return l.gateway.Send(ctx, m)
}

// record writes the end of an attempt, also while stopping. When the write fails, the lease runs out and the message goes again,
// with the same ID, if it has a copy left.
func (l *lane) record(m Message, write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	if err := write(ctx); err != nil {
		l.w.log().Error("outbox not written", "message", m.ID, "channel", l.channel, "reason", failureOf(err).Reason)
	}
}

func panicType(p any) string { return fmt.Sprintf("%T", p) }

// inWords is a duration as people write it.
func inWords(d time.Duration) string { return d.Round(time.Millisecond).String() }
