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
		time.Sleep(35 * time.Second) // those that it fell over last wait for their second and last time
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
		before := len(journal.String())
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
		if n := countLines(journal.String()[before:], `"msg":"messages expired unsent"`, `"channel":"sms"`, `"fate":"dropped"`, `"count":3`); n != 1 {
			t.Errorf("%d lines", n)
		}
	})
}

func TestTheLastCopyThatNobodyAnsweredForEndsAMessageAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &gateway{answer: func(context.Context, notify.Message) error {
			return &notify.Failure{Reason: "no answer in time", Fault: notify.Unknown}
		}}
		w := &notify.Worker{Outbox: o, SMS: sms}
		defer run(t, w)()
		time.Sleep(time.Second) // the look for what has expired comes every 15 s from the start, and not first
		add(t, o, message("a", portal.SMS))
		w.Wake()
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if r := row(t, o, "a"); r.State != "dropped" || r.Fate != notify.Uncertain || len(sms.ids()) != 2 {
			t.Errorf("%s, %s after %d attempts", r.State, r.Fate, len(sms.ids()))
		}
	})
}

// talkative is a gateway that reports.
type talkative struct {
	gateway
	reports chan notify.Report
}

func (g *talkative) Reports() <-chan notify.Report { return g.reports }

func TestAReportThatComesBeforeItsMessageIsClosedIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		sms := &talkative{reports: make(chan notify.Report, 1)}
		sms.answer = func(context.Context, notify.Message) error {
			sms.reports <- notify.Report{Receipts: []string{"receipt-a"}, Text: "delivered"}
			time.Sleep(time.Second)
			return nil
		}
		w := &notify.Worker{Outbox: o, SMS: sms}
		defer run(t, w)()
		add(t, o, message("a", portal.SMS))
		w.Wake()
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if r := row(t, o, "a"); r.State != "sent" || r.Report != "delivered" {
			t.Errorf("%s, %q", r.State, r.Report)
		}
	})
}
