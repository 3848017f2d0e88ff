package notify_test

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// slowRelay takes every e-mail, each step after a time of its own.
type slowRelay struct {
	mail, rcpt, end time.Duration
	taken           int
}

func (r *slowRelay) NewSession(*smtp.Conn) (smtp.Session, error) { return r, nil }

func (r *slowRelay) Mail(string, *smtp.MailOptions) error { time.Sleep(r.mail); return nil }
func (r *slowRelay) Rcpt(string, *smtp.RcptOptions) error { time.Sleep(r.rcpt); return nil }
func (r *slowRelay) Data(body io.Reader) error {
	if _, err := io.ReadAll(body); err != nil {
		return err
	}
	r.taken++
	time.Sleep(r.end)
	return nil
}
func (r *slowRelay) Reset()        {}
func (r *slowRelay) Logout() error { return nil }

func TestARelayHasTheTimeOfTheStandardForEachStep(t *testing.T) {
	rows := []struct {
		name   string
		relay  slowRelay
		reason string // empty: taken
		fault  notify.Fault
		after  time.Duration
	}{
		{"slow everywhere", slowRelay{mail: 290 * time.Second, rcpt: 290 * time.Second, end: 590 * time.Second}, "", 0, 1170 * time.Second},
		{"too slow for the sender", slowRelay{mail: 6 * time.Minute}, "smtp: no answer in time", notify.OfGateway, 5 * time.Minute},
		{"too slow for the address", slowRelay{rcpt: 6 * time.Minute}, "smtp: no answer in time", notify.OfGateway, 5 * time.Minute},
		{"too slow after the final dot", slowRelay{end: 11 * time.Minute}, "smtp: no answer in time", notify.Unknown, 10 * time.Minute},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pipes := notifytest.NewPipes()
				server := smtp.NewServer(&r.relay)
				go server.Serve(pipes)
				defer server.Close()
				o := options()
				o.Dial = pipes.Dial
				_, g := open(t, "smtp://127.0.0.1", "", o)
				start := time.Now()
				if r.reason == "" {
					if _, err := g.Send(t.Context(), message("a", portal.Email)); err != nil || r.relay.taken != 1 {
						t.Errorf("%v, taken %d times", err, r.relay.taken)
					}
				} else if f := failed(t, g, message("a", portal.Email), time.Hour); f.Reason != r.reason || f.Fault != r.fault {
					t.Errorf("%+v", f)
				}
				if took := time.Since(start); took != r.after {
					t.Errorf("after %v, want %v", took, r.after)
				}
				time.Sleep(time.Hour) // the relay's own goroutines end
			})
		})
	}
}
