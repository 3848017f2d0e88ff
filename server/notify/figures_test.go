package notify_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// notice is news that lives for three days.
func notice(id string, channel portal.Channel) notify.Message {
	m := message(id, channel)
	m.Notice, m.Expires = true, m.At.Add(72*time.Hour)
	return m
}

// double is a gateway with limits of its own.
type double struct {
	gateway
	limits notify.Limits
	bind   func() error
}

func (d *double) Limits() notify.Limits { return d.limits }
func (d *double) Bind(context.Context) error {
	if d.bind == nil {
		return nil
	}
	return d.bind()
}

func TestAMessageIsNeverHandedOverMoreOftenThanItMay(t *testing.T) {
	rows := []struct {
		name         string
		answers      func(ctx context.Context) error
		code, notice int // copies
		fate         notify.Fate
	}{
		{"it answers after 12 s", func(ctx context.Context) error { time.Sleep(12 * time.Second); return nil }, 1, 1, ""},
		{"it takes every message and never answers", func(ctx context.Context) error {
			select {
			case <-time.After(30 * time.Second):
			case <-ctx.Done():
			}
			return &notify.Failure{Reason: "no answer in time", Fault: notify.Unknown}
		}, 2, 3, notify.Uncertain},
		{"it takes every message and hangs up", func(context.Context) error {
			return &notify.Failure{Reason: "connection lost", Fault: notify.Unknown}
		}, 2, 3, notify.Uncertain},
		{"it takes every message and falls over it", func(context.Context) error {
			return &notify.Failure{Reason: "http: status 500", Fault: notify.OfGateway, Copied: true}
		}, 2, 3, notify.Uncertain},
		{"it takes every message, and refuses each for the moment", func(context.Context) error {
			return &notify.Failure{Reason: "smpp: ESME_RX_T_APPN", Whole: true}
		}, 2, 3, notify.Dropped},
		{"it takes every message, and refuses what it has taken", func() func(context.Context) error {
			var refused atomic.Int32
			return func(context.Context) error {
				if refused.Add(1) <= 2 { // the first attempts of the two
					return &notify.Failure{Reason: "no answer in time", Fault: notify.Unknown}
				}
				return notify.Permanent("taken already")
			}
		}(), 2, 2, notify.Uncertain},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := new(notifytest.Outbox)
				sms := &gateway{answer: func(ctx context.Context, _ notify.Message) error { return r.answers(ctx) }}
				defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
				add(t, o, message("code", portal.SMS), notice("notice", portal.SMS))
				time.Sleep(72 * time.Hour)
				synctest.Wait()
				copies := map[string]int{}
				for _, id := range sms.ids() {
					copies[id]++
				}
				if copies["code"] != r.code || copies["notice"] != r.notice || row(t, o, "notice").Fate != r.fate || row(t, o, "code").Fate != r.fate {
					t.Errorf("copies %v, want %d and %d; %+v", copies, r.code, r.notice, row(t, o, "notice"))
				}
			})
		})
	}
}

func TestUnderABacklogNoCodeIsTakenInItsLastMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		var mu sync.Mutex
		left := []time.Duration{}
		sms := &double{limits: notify.Limits{Window: 4}} // two a second: 600 in five minutes
		sms.answer = func(_ context.Context, m notify.Message) error {
			time.Sleep(2 * time.Second)
			mu.Lock()
			defer mu.Unlock()
			left = append(left, time.Until(m.Expires))
			return nil
		}
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		for i := range 1500 {
			add(t, o, message(fmt.Sprint(i), portal.SMS))
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		inTime := 0
		for _, l := range left {
			if l >= 5*time.Minute {
				inTime++
			}
		}
		t.Logf("%d of 1500 taken with five minutes left, %d in all, the last with %v left", inTime, len(left), slices.Min(left))
		if slices.Min(left) < time.Minute || inTime < 590 || len(left) < 1070 {
			t.Errorf("%d taken, %d with five minutes left, the last with %v", len(left), inTime, slices.Min(left))
		}
		for i := range 1500 {
			if r := row(t, o, fmt.Sprint(i)); r.State == "open" || !r.To.IsZero() {
				t.Fatalf("%s is %s", r.ID, r.State)
			}
		}
	})
}

func TestAThrottledGatewayIsAskedMoreSlowly(t *testing.T) {
	for _, allowed := range []int{20, 10} { // a second; the lane begins with 20
		synctest.Test(t, func(t *testing.T) {
			o := new(notifytest.Outbox)
			var mu sync.Mutex
			var taken []time.Time
			refused := 0
			sms := &double{limits: notify.Limits{Rate: 20, Window: 10, Strict: true}}
			sms.answer = func(context.Context, notify.Message) error {
				time.Sleep(50 * time.Millisecond)
				mu.Lock()
				defer mu.Unlock()
				now := time.Now()
				if n := len(taken); n >= allowed && now.Sub(taken[n-allowed]) < time.Second {
					refused++
					return &notify.Failure{Reason: "smpp: ESME_RTHROTTLED", Fault: notify.OfRate}
				}
				taken = append(taken, now)
				return nil
			}
			defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
			for i := range 1000 {
				add(t, o, message(fmt.Sprint(i), portal.SMS))
			}
			start := time.Now()
			time.Sleep(5 * time.Minute)
			synctest.Wait()
			took := taken[len(taken)-1].Sub(start)
			t.Logf("%d a second allowed: %d taken in %v, %d refused", allowed, len(taken), took, refused)
			if len(taken) != 1000 || took > map[int]time.Duration{20: time.Minute, 10: 150 * time.Second}[allowed] || refused > 50 {
				t.Errorf("%d a second allowed: %d taken in %v, %d refused", allowed, len(taken), took, refused)
			}
		})
	}
}

func TestOfTwoInstancesWithOneBindTheBoundOneSendsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		var bound atomic.Int32 // the instance that holds the bind
		instance := func(n int32) *double {
			d := &double{limits: notify.Limits{Rate: 20, Window: 10, Strict: true}}
			d.bind = func() error {
				if bound.Load() != n {
					return &notify.Failure{Reason: "smpp: bind refused: ESME_RALYBND", Fault: notify.OfGateway}
				}
				return nil
			}
			return d
		}
		doubles := []*double{instance(0), instance(1)}
		workers := []*notify.Worker{{Outbox: o, SMS: doubles[0]}, {Outbox: o, SMS: doubles[1]}}
		for _, w := range workers {
			defer run(t, w)()
		}
		ask := func(from int) {
			for i := range 20 {
				add(t, o, message(fmt.Sprint(from+i), portal.SMS))
				workers[1-bound.Load()].Wake() // only the instance that has no bind knows of it
				time.Sleep(500 * time.Millisecond)
			}
			time.Sleep(10 * time.Second)
			synctest.Wait()
		}
		ask(0)
		if n, other := len(doubles[0].ids()), len(doubles[1].ids()); n != 20 || other != 0 {
			t.Errorf("in 20 s the bound instance sent %d, the other %d", n, other)
		}
		bound.Store(1)
		ask(20)
		if n := len(doubles[1].ids()); n != 20 {
			t.Errorf("the bind went over, and its new owner sent %d", n)
		}
	})
}

func TestAGatewayThatComesBackWakesEverythingThatWaits(t *testing.T) {
	for name, away := range map[string]func(ctx context.Context) error{
		"refuses connections": func(context.Context) error {
			return &notify.Failure{Reason: "connection refused", Fault: notify.OfGateway}
		},
		"asks for time": func(context.Context) error {
			return &notify.Failure{Reason: "status 503", Fault: notify.OfGateway}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := new(notifytest.Outbox)
				var down atomic.Bool
				var calls atomic.Int32
				down.Store(true)
				sms := &gateway{answer: func(ctx context.Context, _ notify.Message) error {
					calls.Add(1)
					if down.Load() {
						return away(ctx)
					}
					return nil
				}}
				w := &notify.Worker{Outbox: o, SMS: sms}
				defer run(t, w)()
				for i := range 30 {
					add(t, o, message(fmt.Sprint("old", i), portal.SMS))
				}
				w.Wake()
				time.Sleep(5*time.Minute + 100*time.Millisecond)
				if n := calls.Load(); n > 5*60/2+10 {
					t.Errorf("asked %d times in five minutes", n)
				}
				down.Store(false)
				back := time.Now()
				add(t, o, message("new", portal.SMS))
				w.Wake()
				for row(t, o, "new").State != "sent" {
					time.Sleep(100 * time.Millisecond)
				}
				if took := time.Since(back); took > 2*time.Second {
					t.Errorf("a code asked as the gateway returned left after %v", took)
				}
				time.Sleep(time.Second)
				for i := range 30 {
					if r := row(t, o, fmt.Sprint("old", i)); r.State != "sent" || r.Attempts != 0 {
						t.Errorf("%s is %s after %d refusals", r.ID, r.State, r.Attempts)
					}
				}
			})
		})
	}
}

func TestAFrozenGatewayThatIsReplacedIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		var frozen atomic.Bool
		frozen.Store(true)
		email := &gateway{answer: func(ctx context.Context, _ notify.Message) error {
			if frozen.Load() {
				select {
				case <-time.After(5 * time.Minute): // the greeting of SMTP
				case <-ctx.Done():
				}
				return &notify.Failure{Reason: "no answer in time", Fault: notify.OfGateway}
			}
			return nil
		}}
		w := &notify.Worker{Outbox: o, Email: email}
		defer run(t, w)()
		for i := range 20 {
			add(t, o, notice(fmt.Sprint(i), portal.Email))
		}
		time.Sleep(4 * time.Minute)
		frozen.Store(false)
		add(t, o, message("new", portal.Email))
		w.Wake()
		time.Sleep(12 * time.Second)
		synctest.Wait()
		if r := row(t, o, "new"); r.State != "sent" {
			t.Errorf("the code is %s: it waits for connections that nobody answers", r.State)
		}
		time.Sleep(10 * time.Minute)
		for i := range 20 {
			if r := row(t, o, fmt.Sprint(i)); r.State != "sent" {
				t.Errorf("notice %d is %s", i, r.State)
			}
		}
	})
}

func TestAFaultOfOurAccountDropsNothingAndIsSaidOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		var refused atomic.Bool
		refused.Store(true)
		sms := &gateway{answer: func(context.Context, notify.Message) error {
			if refused.Load() {
				return &notify.Failure{Reason: "http: status 402", Fault: notify.OfAccount, Mend: "the credit of the account"}
			}
			return nil
		}}
		w := &notify.Worker{Outbox: o, SMS: sms}
		before := len(journal.String())
		stop := run(t, w)
		defer stop()
		for i := range 40 {
			add(t, o, notice(fmt.Sprint(i), portal.SMS))
		}
		for range 600 {
			w.Wake()
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if n := countLines(journal.String()[before:], `"level":"ERROR"`, `"reason":"http: status 402"`, `"look_at":"the credit of the account"`); n < 9 || n > 11 {
			t.Errorf("%d ERROR lines in ten minutes", n)
		}
		if n := len(sms.ids()); n > 25 {
			t.Errorf("the account was asked %d times in ten minutes", n)
		}
		time.Sleep(60 * time.Hour)
		refused.Store(false)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		for i := range 40 {
			if r := row(t, o, fmt.Sprint(i)); r.State != "sent" {
				t.Errorf("notice %d is %s (%q)", i, r.State, r.Reasons[len(r.Reasons)-1])
			}
		}
	})
}

func TestAMessageHasALargestNumberOfAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &gateway{answer: func(context.Context, notify.Message) error { return notify.Temporary("busy") }}
		defer run(t, &notify.Worker{Outbox: o, SMS: sms, Backoff: notify.Backoff{Min: time.Second, Max: time.Second}})()
		add(t, o, message("code", portal.SMS), notice("notice", portal.SMS))
		time.Sleep(time.Hour)
		synctest.Wait()
		for id, want := range map[string]int{"code": 20, "notice": 100} {
			n := 0
			for _, one := range sms.ids() {
				if one == id {
					n++
				}
			}
			if r := row(t, o, id); n != want || r.Fate != notify.Dropped || r.Reasons[len(r.Reasons)-1] != "refused too often: busy" {
				t.Errorf("%s: %d attempts, %s", id, n, r.Fate)
			}
		}
	})
}
