package notify_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

func TestCodesOutliveAGatewayThatFallsForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		var down atomic.Bool
		down.Store(true)
		sms := &gateway{answer: func(context.Context, notify.Message) error {
			if down.Load() {
				return &notify.Failure{Reason: "http: status 502", Fault: notify.OfGateway, Copied: true}
			}
			return nil
		}}
		w := &notify.Worker{Outbox: o, SMS: sms}
		defer run(t, w)()
		for i := range 10 {
			add(t, o, message(fmt.Sprint(i), portal.SMS))
		}
		w.Wake()
		time.Sleep(25 * time.Second)
		if away := w.Away(); len(away) != 1 {
			t.Errorf("away: %v", away)
		}
		down.Store(false)
		time.Sleep(20 * time.Second) // those that it fell over last wait for their second and last time
		synctest.Wait()
		for i := range 10 {
			if r := row(t, o, fmt.Sprint(i)); r.State != "sent" {
				t.Errorf("%s is %s", r.ID, r.State)
			}
		}
		if n := len(sms.ids()); n > 25 {
			t.Errorf("%d attempts", n)
		}
	})
}

func TestWhatExpiresInTheOutboxIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &gateway{answer: func(_ context.Context, m notify.Message) error {
			if m.ID == "doubtful" {
				return &notify.Failure{Reason: "no answer in time", Fault: notify.Unknown}
			}
			return &notify.Failure{Reason: "connection refused", Fault: notify.OfGateway}
		}}
		w := &notify.Worker{Outbox: o, SMS: sms}
		defer run(t, w)()
		doubtful := message("doubtful", portal.SMS)
		doubtful.Expires = doubtful.At.Add(64 * time.Second) // its second copy would come too late
		add(t, o, doubtful)
		w.Wake()
		synctest.Wait()
		for i := range 3 {
			add(t, o, message(fmt.Sprint(i), portal.SMS))
		}
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		s := w.Statuses()
		if len(s) != 1 || s[0].Ended["dropped"] != 3 || s[0].Ended["uncertain"] != 1 || s[0].Ended["sent"]+s[0].Ended["refused"] != 0 {
			t.Errorf("%+v", s)
		}
		if n := countLines(journal.String(), `"msg":"messages expired unsent"`, `"channel":"sms"`, `"fate":"dropped"`, `"count":3`); n != 1 {
			t.Errorf("%d lines", n)
		}
	})
}
