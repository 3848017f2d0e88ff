package notify

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"moncompte/server/portal"
)

// lane is the worker of one channel.
type lane struct {
	w       *Worker
	channel portal.Channel
	gateway Gateway
	bell    chan struct{}
	busy    chan struct{} // one token an attempt under way
	sends   sync.WaitGroup
}

func (l *lane) run(ctx context.Context) {
	l.busy = make(chan struct{}, l.w.slots())
	defer l.sends.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.bell:
		case <-timer.C:
		}
		l.w.contain("claim", func() { l.fill(ctx) })
		timer.Reset(l.w.pause())
	}
}

// fill claims no more than there are free slots: what waits stays in the outbox, where another instance can take it.
func (l *lane) fill(ctx context.Context) {
	free := cap(l.busy) - len(l.busy)
	if free == 0 || ctx.Err() != nil {
		return // the end of an attempt rings the bell
	}
	messages, err := l.w.Outbox.Claim(ctx, l.channel, l.w.now(), free, l.w.sendTimeout()+2*recordTimeout)
	if err != nil {
		if ctx.Err() == nil {
			l.w.log().Error("outbox not readable", "while", "claim", "channel", l.channel, "reason", failureOf(err).Reason)
		}
		return
	}
	for _, m := range messages {
		if ctx.Err() != nil {
			l.record(ctx, m, func(ctx context.Context) error { return l.w.Outbox.Release(ctx, m.ID) })
			continue
		}
		l.busy <- struct{}{}
		l.sends.Go(func() {
			defer func() {
				<-l.busy
				ring(l.bell)
			}()
			l.w.contain("send", func() { l.deliver(ctx, m) })
		})
	}
}

// deliver makes one attempt and notes its end. The end of ctx does not cut an attempt: the other side may just have taken it.
func (l *lane) deliver(ctx context.Context, m Message) {
	log := l.w.log().With("message", m.ID, "channel", l.channel, "attempt", m.Attempts+1)
	drop := func(reason string) {
		log.Warn("message dropped", "reason", reason)
		l.record(ctx, m, func(ctx context.Context) error { return l.w.Outbox.Drop(ctx, m.ID, reason) })
	}
	// An expired code is never sent: it would only make the person try it in vain.
	left := m.Expires.Sub(l.w.now())
	if left <= 0 {
		drop("expired")
		return
	}
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(left, l.w.sendTimeout()))
	receipt, err := l.attempt(sending, m)
	cancel()
	now := l.w.now()
	if err == nil {
		log.Info("message sent", "receipt", receipt, "waited", now.Sub(m.At).Round(time.Millisecond))
		l.record(ctx, m, func(ctx context.Context) error { return l.w.Outbox.Sent(ctx, m.ID, receipt, now) })
		return
	}
	failure := failureOf(err)
	if failure.Fault == OfMessage {
		drop(failure.Reason)
		return
	}
	next, ok := l.next(m, now, failure.After)
	if !ok {
		drop("expired: " + failure.Reason)
		return
	}
	log.Warn("message not sent, will be tried again", "reason", failure.Reason, "in", next.Sub(now).Round(time.Millisecond))
	l.record(ctx, m, func(ctx context.Context) error { return l.w.Outbox.Retry(ctx, m.ID, next, failure.Reason) })
	time.AfterFunc(next.Sub(now), func() { ring(l.bell) })
}

// attempt calls the gateway; its panic is a failure like another. The value of the panic may quote the message: only its type
// and the stack, which holds no strings, are logged.
func (l *lane) attempt(ctx context.Context, m Message) (receipt string, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.w.log().Error("panic in a gateway", "channel", l.channel, "type", panicType(p), "stack", string(debug.Stack()))
			err = Temporary("panic in the gateway")
		}
	}()
	return l.gateway.Send(ctx, m)
}

// next returns when to try again, not before the other side's wish; a last attempt is kept for shortly before the end. It returns
// false when no useful moment is left.
func (l *lane) next(m Message, now time.Time, wish time.Duration) (time.Time, bool) {
	next := now.Add(max(l.w.Backoff.delay(m.Attempts+1, l.w.random()), wish))
	if last := m.Expires.Add(-l.w.sendTimeout()); next.After(last) {
		next = last
	}
	return next, next.After(now)
}

// record writes the end of an attempt, also while stopping. When the write fails, the lease runs out and the message goes again,
// with the same ID.
func (l *lane) record(ctx context.Context, m Message, write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	if err := write(ctx); err != nil {
		l.w.log().Error("outbox not written", "message", m.ID, "channel", l.channel, "reason", failureOf(err).Reason)
	}
}

func panicType(p any) string { return fmt.Sprintf("%T", p) }
