package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// gateway is a Gateway made of a function; it keeps the IDs it was given.
type gateway struct {
	answer func(ctx context.Context, m notify.Message) error
	mu     sync.Mutex
	seen   []string
}

func (g *gateway) Send(ctx context.Context, m notify.Message) (string, error) {
	g.mu.Lock()
	g.seen = append(g.seen, m.ID)
	g.mu.Unlock()
	if g.answer == nil {
		return "receipt-" + m.ID, nil
	}
	return "receipt-" + m.ID, g.answer(ctx, m)
}

func (g *gateway) ids() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.seen)
}

func hang(ctx context.Context, _ notify.Message) error {
	<-ctx.Done()
	return ctx.Err()
}

// run starts the worker and returns what stops it and waits for its end.
func run(t *testing.T, w *notify.Worker) (stop func()) {
	t.Helper()
	w.Log = logger()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func add(t *testing.T, o *notifytest.Outbox, messages ...notify.Message) {
	t.Helper()
	for _, m := range messages {
		check.OK(t, o.Add(t.Context(), m))
	}
}

func row(t *testing.T, o *notifytest.Outbox, id string) notifytest.Row {
	t.Helper()
	r, ok := o.Row(id)
	if !ok {
		t.Fatalf("no row %s", id)
	}
	return r
}

func TestAWokenWorkerSendsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, sms, email := new(notifytest.Outbox), new(gateway), new(gateway)
		w := &notify.Worker{Outbox: o, SMS: sms, Email: email, Every: time.Hour}
		w.Wake() // before Run: not lost, and no harm
		defer run(t, w)()
		synctest.Wait()
		start := time.Now()
		add(t, o, message("s", portal.SMS), message("e", portal.Email))
		w.Wake()
		synctest.Wait()
		if r := row(t, o, "s"); r.State != "sent" || r.Receipt != "receipt-s" || row(t, o, "e").State != "sent" || time.Since(start) != 0 {
			t.Errorf("%+v after %v", r, time.Since(start))
		}
		if !slices.Equal(sms.ids(), []string{"s"}) || !slices.Equal(email.ids(), []string{"e"}) {
			t.Errorf("SMS %v, e-mail %v", sms.ids(), email.ids())
		}
	})
}

func TestAWorkerThatNobodyWakesLooksByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, sms := new(notifytest.Outbox), new(gateway)
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		synctest.Wait()
		add(t, o, message("a", portal.SMS))
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if row(t, o, "a").State != "sent" {
			t.Error("not sent after five quarters of the interval")
		}
	})
}

func TestAHungGatewayDelaysNothingOfTheOtherChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, email := new(notifytest.Outbox), new(gateway)
		sms := &gateway{answer: hang}
		w := &notify.Worker{Outbox: o, SMS: sms, Email: email}
		defer run(t, w)()
		for i := range 50 {
			add(t, o, message(fmt.Sprint("s", i), portal.SMS))
		}
		w.Wake()
		synctest.Wait()
		start := time.Now()
		for i := range 50 {
			add(t, o, message(fmt.Sprint("e", i), portal.Email))
		}
		w.Wake()
		synctest.Wait()
		if n := len(email.ids()); n != 50 || time.Since(start) != 0 {
			t.Errorf("%d e-mails after %v", n, time.Since(start))
		}
		// Their leases are held as long as they are under way, and they are under way as long as the codes live.
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		if r := row(t, o, "s0"); r.State != "open" || time.Until(r.Leased) < 20*time.Second || r.Copies != 1 {
			t.Errorf("%+v", r)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if r := row(t, o, "s0"); r.State != "dropped" || len(sms.ids()) > 32+4 {
			t.Errorf("%s, %d attempts", r.State, len(sms.ids()))
		}
	})
}

func TestAMessageIsTriedUntilItExpiresAndNeverAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		var times []time.Duration
		start := time.Now()
		sms := &gateway{answer: func(context.Context, notify.Message) error {
			times = append(times, time.Since(start))
			return notify.Temporary("busy")
		}}
		defer run(t, &notify.Worker{Outbox: o, SMS: sms, Random: func() float64 { return 1 }})()
		add(t, o, message("a", portal.SMS))
		time.Sleep(time.Hour)
		synctest.Wait()
		r := row(t, o, "a")
		if r.State != "dropped" || r.Reasons[len(r.Reasons)-1] != "expired: busy" || !r.Text.IsZero() || !r.To.IsZero() {
			t.Errorf("%s, %q", r.State, r.Reasons)
		}
		if len(times) < 8 || times[len(times)-1] >= 9*time.Minute || times[len(times)-1] < 8*time.Minute+55*time.Second {
			t.Errorf("tried at %v", times)
		}
		for i := range len(times) - 2 {
			if gap, want := times[i+1]-times[i], min(time.Second<<i, 2*time.Minute); gap != want {
				t.Errorf("attempt %d after %v, want %v", i+2, gap, want)
			}
		}
	})
}

func TestAnExpiredMessageIsErasedAndNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, sms := new(notifytest.Outbox), new(gateway)
		old, orphan := message("old", portal.SMS), message("orphan", portal.Email)
		old.Expires, orphan.Expires = time.Now(), time.Now().Add(time.Minute)
		add(t, o, old, orphan)
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		// Also on the channel that has no gateway.
		if row(t, o, "old").State != "dropped" || row(t, o, "orphan").State != "dropped" || len(sms.ids()) != 0 {
			t.Errorf("%v, %v, %v", row(t, o, "old").State, row(t, o, "orphan").State, sms.ids())
		}
	})
}

// lateOutbox hands out messages that have expired meanwhile, as a slow database may.
type lateOutbox struct{ *notifytest.Outbox }

func (o lateOutbox) Claim(ctx context.Context, c notify.Claim) ([]notify.Message, error) {
	claimed, err := o.Outbox.Claim(ctx, c)
	if len(claimed) > 0 {
		time.Sleep(time.Until(claimed[0].Expires))
	}
	return claimed, err
}

func (o lateOutbox) Expire(context.Context, time.Time) ([]notify.Expired, error) { return nil, nil }

func TestTheWorkerItselfRefusesAnExpiredMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, sms := lateOutbox{new(notifytest.Outbox)}, new(gateway)
		add(t, o.Outbox, message("a", portal.SMS))
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if r := row(t, o.Outbox, "a"); r.State != "dropped" || len(sms.ids()) != 0 {
			t.Errorf("%s, sent %v", r.State, sms.ids())
		}
	})
}

func TestAPermanentFailureEndsAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &gateway{answer: func(context.Context, notify.Message) error { return notify.Permanent("number refused") }}
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		add(t, o, message("a", portal.SMS))
		time.Sleep(time.Hour)
		if r := row(t, o, "a"); r.State != "dropped" || len(sms.ids()) != 1 || !slices.Equal(r.Reasons, []string{"number refused"}) {
			t.Errorf("%s, %q", r.State, r.Reasons)
		}
	})
}

func TestAGatewayThatAsksForTimeGetsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, start := new(notifytest.Outbox), time.Now()
		var again time.Duration
		sms := &gateway{answer: func(_ context.Context, m notify.Message) error {
			if m.Attempts == 0 {
				return &notify.Failure{Reason: "busy", After: 77 * time.Second}
			}
			again = time.Since(start)
			return nil
		}}
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		add(t, o, message("a", portal.SMS))
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if row(t, o, "a").State != "sent" || again < 77*time.Second || again > 82*time.Second {
			t.Errorf("%s after %v", row(t, o, "a").State, again)
		}
	})
}

func TestTheTextOfAForeignErrorIsNeitherLoggedNorStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		email := &gateway{answer: func(_ context.Context, m notify.Message) error {
			return errors.New("550 no such user " + m.To.Reveal() + ": " + m.Subject.Reveal())
		}}
		defer run(t, &notify.Worker{Outbox: o, Email: email})()
		add(t, o, message("a", portal.Email))
		time.Sleep(time.Minute)
		synctest.Wait()
		r := row(t, o, "a")
		if len(r.Reasons) == 0 || r.Reasons[0] != "an error that is not foreseen" || len(leaks(journal.String())) > 0 {
			t.Errorf("%q", r.Reasons)
		}
	})
}

func TestAPanicStopsNeitherTheWorkerNorTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &gateway{answer: func(_ context.Context, m notify.Message) error {
			if m.Attempts == 0 {
				panic("cannot send " + m.Text.Reveal())
			}
			return nil
		}}
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		add(t, o, message("a", portal.SMS), message("b", portal.SMS))
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, id := range []string{"a", "b"} {
			if r := row(t, o, id); r.State != "sent" || !slices.Equal(r.Reasons, []string{"panic in the gateway"}) {
				t.Errorf("%s: %s, %q", id, r.State, r.Reasons)
			}
		}
		if len(leaks(journal.String())) > 0 {
			t.Error("the panic was logged with its value")
		}
	})
}

func TestAWorkerWithoutOutboxSaysSo(t *testing.T) {
	if err := new(notify.Worker).Run(t.Context()); err == nil {
		t.Error("no error")
	}
}
