//go:build linux

package notify_test

import (
	"strings"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// relayed opens a gateway to a Postfix, and returns the server behind it.
func relayed(t *testing.T, o notifytest.PostfixOptions) (*notifytest.Postfix, *notifytest.SMTP, notify.Gateway) {
	t.Helper()
	behind := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	o.Next = behind.Addr
	p := notifytest.NewPostfix(t, o)
	_, email := open(t, "smtp://"+p.Addr+"?from=caf@example.fr", "", options())
	return p, behind, email
}

// fails returns once an attempt of each message has been written down as failed, with the reason.
func fails(t *testing.T, o *notifytest.Outbox, reason string, ids ...string) {
	t.Helper()
	end := time.Now().Add(notifytest.Patience)
	for _, id := range ids {
		for len(row(t, o, id).Reasons) == 0 {
			if time.Now().After(end) {
				t.Fatalf("%s: nothing is noted", id)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if got := row(t, o, id).Reasons[0]; got != reason {
			t.Fatalf("%s: %q, want %q", id, got, reason)
		}
	}
}

const greylisted = "smtp: 450 4.2.0 to the address"

func TestAGreylistedCodeIsDeliveredAfterTheWait(t *testing.T) {
	_, behind, email := relayed(t, notifytest.PostfixOptions{Grey: 2 * time.Second})
	o := new(notifytest.Outbox)
	w := &notify.Worker{Outbox: o, Email: email}
	rows := o.Ended()
	defer run(t, w)()
	began := time.Now()
	m := message("a", portal.Email)
	add(t, o, m)
	w.Wake()
	fails(t, o, greylisted, "a")
	if got := behind.Next(t); got.Parse(t).Text != m.Text.Reveal() || len(got.To) != 1 || got.To[0] != mailbox || got.From != "caf@example.fr" {
		t.Errorf("from %s to %v:\n%s", got.From, got.To, got.Raw)
	}
	if took := time.Since(began); took < time.Second { // postgrey counts in whole seconds of the clock
		t.Errorf("delivered after %v", took)
	}
	if r := ended(t, rows); r.State != "sent" || r.Attempts == 0 || r.Copies != 1 {
		t.Errorf("%s after %d refusals, %d copies", r.State, r.Attempts, r.Copies)
	}
}

func TestACodeThatDiesInTheGreyWaitIsTold(t *testing.T) {
	_, behind, email := relayed(t, notifytest.PostfixOptions{Grey: 5 * time.Minute})
	o := new(notifytest.Outbox)
	w := &notify.Worker{Outbox: o, Email: email}
	rows, before := o.Ended(), len(journal.String())
	defer run(t, w)()
	m := message("dies-grey", portal.Email)
	m.Expires = time.Now().Add(time.Minute + 8*time.Second)
	add(t, o, m)
	w.Wake()
	r := ended(t, rows)
	if last := r.Reasons[len(r.Reasons)-1]; r.Fate != notify.Dropped || last != "expired: "+greylisted {
		t.Errorf("%s, %q", r.Fate, r.Reasons)
	}
	if n := countLines(journal.String()[before:], `"message":"dies-grey"`, `"msg":"message given up"`, greylisted); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	if s := w.Statuses(); len(s) != 1 || s[0].Away || s[0].Ended["dropped"] != 1 {
		t.Errorf("%+v", s)
	}
	if n := len(behind.Mails); n != 0 {
		t.Errorf("%d e-mails arrived", n)
	}
}

func TestARelayThatDeniesRelayingIsWaitedForUntilItIsMended(t *testing.T) {
	p, behind, email := relayed(t, notifytest.PostfixOptions{Stops: true})
	o := new(notifytest.Outbox)
	w := &notify.Worker{Outbox: o, Email: email}
	defer run(t, w)()
	before := len(journal.String())
	add(t, o, message("denied-code", portal.Email), notice("denied-notice", portal.Email))
	w.Wake()
	fails(t, o, "smtp: 554 5.7.1 to the address; look at the right of this account or machine to send to addresses outside", "denied-code")
	if s := w.Statuses(); len(s) != 1 || !s[0].Away {
		t.Errorf("%+v", s)
	}
	if n := countLines(journal.String()[before:], `"level":"ERROR"`, "554 5.7.1", "the right of this account or machine to send to addresses outside"); n != 1 {
		t.Errorf("%d lines say what to mend", n)
	}
	p.Relay()
	w.Wake()
	subjects := behind.Next(t).Parse(t).Subject + behind.Next(t).Parse(t).Subject
	if strings.Count(subjects, code) != 2 {
		t.Errorf("arrived: %q", subjects)
	}
	for _, id := range []string{"denied-code", "denied-notice"} {
		if r := row(t, o, id); r.Attempts != 0 || r.State == "dropped" {
			t.Errorf("%s is %s after %d refusals", id, r.State, r.Attempts)
		}
	}
}
