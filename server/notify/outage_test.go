package notify_test

import (
	"fmt"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
)

// quick is a worker whose pauses fit a test against real servers.
func quick(o notify.Outbox, sms, email notify.Gateway) *notify.Worker {
	return &notify.Worker{Outbox: o, SMS: sms, Email: email, Every: 50 * time.Millisecond,
		Backoff: notify.Backoff{Min: 10 * time.Millisecond, Max: 100 * time.Millisecond}}
}

func ended(t *testing.T, rows <-chan notifytest.Row) notifytest.Row {
	t.Helper()
	select {
	case r := <-rows:
		return r
	case <-time.After(notifytest.Patience):
		t.Fatal("no message ended in time")
		panic("unreachable")
	}
}

func TestMessagesOutliveAnOutageOfBothServers(t *testing.T) {
	authority := notifytest.NewAuthority(t)
	mailServer := notifytest.NewNodeSMTP(t, notifytest.SMTPOptions{TLS: authority, User: "relay", Password: password})
	smsc := notifytest.NewNodeSMPP(t, nil)
	settings := options()
	settings.Roots = authority.Roots
	settings.Backoff = notify.Backoff{Min: 10 * time.Millisecond, Max: 50 * time.Millisecond}
	sms, email := open(t, outside("smtp", "relay:"+password, mailServer.Addr), "smpp://"+account+"@"+smsc.Addr, settings)

	o := new(notifytest.Outbox)
	rows := o.Ended()
	w := quick(o, sms, email)
	stop := run(t, w)
	defer stop()
	const each = 12
	write := func(from, to int) {
		for i := from; i < to; i++ {
			// Every SMS has its own text, by which the SMSC's copies are told apart.
			add(t, o, message(fmt.Sprint("e", i), portal.Email), text(fmt.Sprint("s", i), fmt.Sprint("sms ", i)))
		}
		w.Wake()
	}
	write(0, 4)
	ended(t, rows) // under way
	mailServer.Kill()
	smsc.Kill()
	write(4, 8)
	mailServer.Start()
	smsc.Start()
	mailServer.Reply("rcpt", 421, 2)
	smsc.Status(0x58, 2)
	write(8, each)
	for range 2*each - 1 {
		if r := ended(t, rows); r.State != "sent" {
			t.Errorf("%s %s: %q", r.ID, r.State, r.Reasons)
		}
	}
	stop()

	mails, texts := map[string]int{}, map[string]int{}
	for len(mails) < each {
		mails[mailServer.Next(t).Parse(t).Header.Get("Message-Id")]++
	}
	for len(texts) < each {
		texts[smsc.Next(t).Text]++
	}
	// Twice is allowed only for what was in flight at the kill: 4 slots a channel.
	if mailServer.Waiting() > 4 || smsc.Waiting() > 4 {
		t.Errorf("%d e-mails and %d SMS came twice", mailServer.Waiting(), smsc.Waiting())
	}
}

func TestAHungSMSCLeavesEmailsAlone(t *testing.T) {
	hung := notifytest.NewHung(t)
	mailServer := notifytest.NewSMTP(t, notifytest.SMTPOptions{})
	sms, email := open(t, "smtp://"+mailServer.Addr, "smpp://"+account+"@"+hung.Addr, options())
	o := new(notifytest.Outbox)
	w := quick(o, sms, email)
	w.StopWithin = time.Second
	stop := run(t, w)
	for i := range 8 {
		add(t, o, message(fmt.Sprint("s", i), portal.SMS))
	}
	w.Wake()
	<-hung.Accepted // the SMS channel is stuck from here on
	for i := range 8 {
		add(t, o, message(fmt.Sprint("e", i), portal.Email))
	}
	w.Wake()
	for range 8 {
		mailServer.Next(t)
	}
	stop()
	if r := row(t, o, "s0"); r.State != "open" {
		t.Errorf("the SMS is %s", r.State)
	}
}
