package notify_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// lone is a message that nobody waits beside, with what a gateway does with it each time.
func lone(t *testing.T, m notify.Message, answer func(attempt int) error) (attempts int, r notifytest.Row) {
	synctest.Test(t, func(t *testing.T) {
		o := new(notifytest.Outbox)
		g := &gateway{answer: func(context.Context, notify.Message) error {
			attempts++ // one at a time
			return answer(attempts)
		}}
		w := &notify.Worker{Outbox: o, SMS: g, Email: g}
		defer run(t, w)()
		m.At, m.Expires = time.Now(), time.Now().Add(m.Expires.Sub(m.At))
		add(t, o, m)
		time.Sleep(73 * time.Hour)
		synctest.Wait()
		r = row(t, o, m.ID)
	})
	return attempts, r
}

func TestAGatewayThatDeliversWhatItRefusesHasFewCopiesToDeliver(t *testing.T) {
	for name, fault := range map[string]notify.Fault{"of the gateway": notify.OfGateway, "of the rate": notify.OfRate, "of our account": notify.OfAccount} {
		for _, m := range []notify.Message{message("code", portal.SMS), notice("notice", portal.SMS)} {
			attempts, r := lone(t, m, func(int) error { return &notify.Failure{Reason: "refused", Fault: fault, Whole: true} })
			t.Logf("%s, %s: %d copies", name, m.ID, attempts)
			if most := map[bool]int{false: 20, true: 100}[m.Notice]; attempts > most || attempts < most/2 || r.Fate != notify.Dropped {
				t.Errorf("%s, %s: %d copies, %s", name, m.ID, attempts, r.Fate)
			}
		}
	}
}

func TestBetweenTwoCopiesIsTimeEnough(t *testing.T) {
	for _, r := range []struct {
		name    string
		message notify.Message
		failure notify.Failure
		pause   time.Duration // at least; and not much more
	}{
		{"a code without an answer", message("a", portal.SMS), notify.Failure{Fault: notify.Unknown}, 5 * time.Second},
		{"a notice without an answer", notice("a", portal.SMS), notify.Failure{Fault: notify.Unknown}, 4 * time.Hour},
		{"a code over which a service fell", message("a", portal.SMS), notify.Failure{Fault: notify.OfGateway, Copied: true}, 30 * time.Second},
		{"a notice over which a service fell", notice("a", portal.SMS), notify.Failure{Fault: notify.OfGateway, Copied: true}, 4 * time.Hour},
		{"an SMS refused for the moment", message("a", portal.SMS), notify.Failure{Whole: true}, 30 * time.Second},
		{"an e-mail refused for the moment", message("a", portal.Email), notify.Failure{Whole: true}, 5*time.Minute + 10*time.Second},
		{"a notice refused for the moment", notice("a", portal.Email), notify.Failure{Whole: true}, 4 * time.Hour},
		{"one that is asked to wait", message("a", portal.SMS), notify.Failure{Whole: true, After: time.Minute}, time.Minute},
	} {
		var at []time.Time
		lone(t, r.message, func(int) error { at = append(at, time.Now()); return &r.failure })
		if len(at) != notify.MostCopies(r.message.Notice) {
			t.Errorf("%s: %d attempts", r.name, len(at))
		}
		for i := range len(at) - 1 {
			if pause := at[i+1].Sub(at[i]); pause < r.pause || pause > r.pause+2*time.Second {
				t.Errorf("%s: %v", r.name, pause)
			}
		}
	}
}

func TestACodeThatWaitedForItsAddressHasTwoHandoversLeft(t *testing.T) {
	attempts, r := lone(t, message("code", portal.Email), func(attempt int) error {
		switch attempt {
		case 1, 2:
			return &notify.Failure{Reason: "smtp: 450 4.2.0 to the address"}
		case 3:
			return &notify.Failure{Reason: "smtp: 451 4.7.1 to the message", Whole: true}
		}
		return nil
	})
	if attempts != 4 || r.State != "sent" {
		t.Errorf("%s after %d attempts", r.State, attempts)
	}
}

func TestAMessageThatIsRefusedAsEverybodysDelaysNobodyElse(t *testing.T) {
	for name, failure := range map[string]notify.Failure{
		"of the gateway":                    {Reason: "refused", Fault: notify.OfGateway},
		"of the gateway, when it was whole": {Reason: "refused", Fault: notify.OfGateway, Whole: true},
		"of the rate":                       {Reason: "refused", Fault: notify.OfRate, Whole: true},
		"of our account":                    {Reason: "refused", Fault: notify.OfAccount},
		"of our account, when it was whole": {Reason: "refused", Fault: notify.OfAccount, Whole: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := new(notifytest.Outbox)
				g := &gateway{answer: func(_ context.Context, m notify.Message) error {
					time.Sleep(100 * time.Millisecond)
					if m.ID == "bad" {
						return &failure
					}
					return nil
				}}
				w := &notify.Worker{Outbox: o, SMS: g}
				defer run(t, w)()
				add(t, o, message("bad", portal.SMS))
				w.Wake()
				time.Sleep(3 * time.Minute) // it is alone for a while
				for i := range 60 {
					id := fmt.Sprint(i)
					add(t, o, message(id, portal.SMS))
					w.Wake()
					began := time.Now()
					for row(t, o, id).State != "sent" {
						time.Sleep(100 * time.Millisecond)
					}
					if took := time.Since(began); i > 0 && took > 3*time.Second || took > time.Minute {
						t.Errorf("code %d left after %v", i, took)
					}
				}
				time.Sleep(10 * time.Minute)
				bad := 0
				for _, id := range g.ids() {
					if id == "bad" {
						bad++
					}
				}
				if r := row(t, o, "bad"); bad > 110 || r.Fate != notify.Dropped {
					t.Errorf("asked %d times, %s", bad, r.Fate)
				}
			})
		})
	}
}
