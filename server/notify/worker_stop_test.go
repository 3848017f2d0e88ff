package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

func TestAStopFinishesWhatIsUnderWayAndStartsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &gateway{answer: func(ctx context.Context, _ notify.Message) error {
			select {
			case <-time.After(3 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
		w := &notify.Worker{Outbox: o, SMS: sms, Window: 2}
		stop := run(t, w)
		for i := range 5 {
			add(t, o, message(fmt.Sprint(i), portal.SMS))
		}
		w.Wake()
		synctest.Wait()
		stop()
		sent, open := 0, 0
		for i := range 5 {
			switch r := row(t, o, fmt.Sprint(i)); {
			case r.State == "sent":
				sent++
			case r.State == "open" && !r.Leased.After(time.Now()) && r.Attempts == 0:
				open++
			}
		}
		if sent != 2 || open != 3 || len(sms.ids()) != 2 {
			t.Errorf("%d sent, %d given back, %d attempts", sent, open, len(sms.ids()))
		}
	})
}

// stoppingOutbox stops the worker while it claims.
type stoppingOutbox struct {
	*notifytest.Outbox
	stop func()
}

func (o stoppingOutbox) Claim(ctx context.Context, c notify.Claim) ([]notify.Message, error) {
	claimed, err := o.Outbox.Claim(ctx, c)
	o.stop()
	return claimed, err
}

func TestWhatWasClaimedDuringAStopIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		o, sms := stoppingOutbox{new(notifytest.Outbox), cancel}, new(gateway)
		add(t, o.Outbox, message("a", portal.SMS))
		check.OK(t, (&notify.Worker{Outbox: o, SMS: sms}).Run(ctx))
		if r := row(t, o.Outbox, "a"); r.State != "open" || r.Leased.After(time.Now()) || r.Attempts != 0 || len(sms.ids()) != 0 {
			t.Errorf("%+v, sent %v", r, sms.ids())
		}
	})
}

func TestTwoWorkersShareAnOutboxWithoutSendingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, sms := new(notifytest.Outbox), new(gateway)
		sms.answer = func(context.Context, notify.Message) error { time.Sleep(100 * time.Millisecond); return nil }
		first, second := &notify.Worker{Outbox: o, SMS: sms}, &notify.Worker{Outbox: o, SMS: sms}
		defer run(t, first)()
		defer run(t, second)()
		for i := range 40 {
			add(t, o, message(fmt.Sprint(i), portal.SMS))
		}
		first.Wake()
		second.Wake()
		time.Sleep(time.Minute)
		synctest.Wait()
		ids := sms.ids()
		slices.Sort(ids)
		if len(ids) != 40 || len(slices.Compact(ids)) != 40 {
			t.Errorf("%d sends of 40 messages", len(ids))
		}
	})
}

// brokenOutbox cannot note that a message was sent.
type brokenOutbox struct {
	*notifytest.Outbox
	broken *bool
}

func (o brokenOutbox) Sent(ctx context.Context, id, receipt string, at time.Time) error {
	if *o.broken {
		return errors.New("disk full while closing the message to " + number)
	}
	return o.Outbox.Sent(ctx, id, receipt, at)
}

func (o brokenOutbox) Claim(ctx context.Context, c notify.Claim) ([]notify.Message, error) {
	if *o.broken && c.Now.Second()%2 == 1 {
		panic("database gone")
	}
	return o.Outbox.Claim(ctx, c)
}

func TestADatabaseThatFailsCostsASecondSendAndNeverAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := true
		o, sms := brokenOutbox{new(notifytest.Outbox), &broken}, new(gateway)
		stop := run(t, &notify.Worker{Outbox: o, SMS: sms})
		add(t, o.Outbox, message("a", portal.SMS))
		time.Sleep(15 * time.Second)
		synctest.Wait()
		stop() // a crash, as far as the row can tell
		broken = false
		defer run(t, &notify.Worker{Outbox: o, SMS: sms})()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if r := row(t, o.Outbox, "a"); r.State != "sent" || strings.Join(sms.ids(), "") != "aa" {
			t.Errorf("%s, sent %v", r.State, sms.ids())
		}
	})
}
