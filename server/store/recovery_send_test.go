package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func resending(t *testing.T, d *database) {
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
	refused := func(what string, wait time.Duration, forGood bool) {
		t.Helper()
		var e *portal.Error
		if err := f.resend(token); !errors.As(err, &e) || e.Code != portal.CodeThrottled || e.Wait != wait || e.Disabled != forGood {
			t.Errorf("%s: %#v", what, err)
		}
	}
	refused("at once", portal.ResendAfter, false)
	d.turn(portal.ResendAfter - time.Second)
	refused("a second too early", time.Second, false)
	d.turn(time.Second)
	for n := 2; n <= portal.MostSends; n++ {
		if err := f.resend(token); err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
		if flow, ok := f.flow(token); !ok || flow.Sends != n || !flow.LastSend.Equal(d.clock()) {
			t.Errorf("after message %d: %+v", n, flow)
		}
		d.turn(portal.ResendAfter)
	}
	refused("a fourth message", 0, true)
	messages := f.take()
	if len(messages) != portal.MostSends {
		t.Fatalf("%d messages", len(messages))
	}
	for _, m := range messages {
		if m.Text.Reveal() != "sms "+rightCode || m.Channel != portal.SMS || m.To.Reveal() != storetest.Nathalie(t).Phone.Reveal() {
			t.Error("a message with another code, or to another address")
		}
	}
	if got := f.try(token, rightCode); got != portal.CodeRight {
		t.Errorf("the code that was sent three times: %d", got)
	}
}

// resendNeedsAnOpenCode asks for another message of a code that can no longer be used.
func resendNeedsAnOpenCode(t *testing.T, d *database) {
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	for name, end := range map[string]func(keys.Secret){
		"expired":  func(keys.Secret) { d.turn(portal.CodeLife) },
		"consumed": func(token keys.Secret) { f.try(token, rightCode); d.turn(portal.ResendAfter) },
		"used up": func(token keys.Secret) {
			for range portal.CodeTries {
				f.try(token, wrongCode)
			}
			d.turn(portal.ResendAfter)
		},
		"finished": func(token keys.Secret) {
			f.try(token, rightCode)
			if err := f.finish(token, f.account(storetest.Nathalie(t).Identifier), "$hash$new"); err != nil {
				t.Fatal(err)
			}
			d.turn(portal.ResendAfter)
		},
	} {
		token := f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
		f.take()
		end(token)
		f.take() // the notices
		if err := f.resend(token); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("%s: %v, want ErrNoFlow", name, err)
		}
		if left := f.take(); len(left) != 0 {
			t.Errorf("%s: a message is sent", name)
		}
	}
	if err := f.resend(portal.NewToken()); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("no flow: %v", err)
	}
}

func parallelResends(t *testing.T, d *database) {
	f := newFlows(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
	d.turn(portal.ResendAfter)
	var sent, refused atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := d.store.Resend(context.Background(), token, d.clock(), f.send)
			switch {
			case err == nil:
				sent.Add(1)
			case portal.ErrorCode(err) == portal.CodeThrottled:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(f.take()); sent.Load() != 1 || refused.Load() != 19 || n != 2 {
		t.Errorf("%d of 20 sent, %d refused, %d messages in all; want 1, 19 and 2", sent.Load(), refused.Load(), n)
	}
}

func channels(t *testing.T, d *database) {
	const none = portal.Channel("")
	sms, email := portal.SMS, portal.Email
	n, nobody, somebody := storetest.Nathalie(t).Identifier, storetest.Number(t, "2910133063021"), storetest.Number(t, "1850578006048")
	other := storetest.Nathalie(t)
	other.Identifier = somebody
	storetest.Add(t, d.store, other)
	for _, c := range []struct {
		name         string
		asked        portal.Channel
		phone, email bool // on file
		change       func(*flows)
		want         portal.Channel
	}{
		{"SMS asked, both on file", sms, true, true, nil, sms},
		{"e-mail asked, both on file", email, true, true, nil, email},
		{"SMS asked, no phone", sms, false, true, nil, email},
		{"e-mail asked, no e-mail", email, true, false, nil, sms},
		{"nothing on file", sms, false, false, nil, none},
		{"a number that takes no SMS", sms, true, true, func(f *flows) { f.landline = true }, email},
		{"a number that takes no SMS, alone", sms, true, false, func(f *flows) { f.landline = true }, none},
		{"no gateway for SMS", sms, true, true, func(f *flows) { f.closed[sms] = true }, email},
		{"no gateway for e-mail", email, true, true, func(f *flows) { f.closed[email] = true }, sms},
		{"no gateway for the only address", sms, true, false, func(f *flows) { f.closed[sms] = true }, none},
		{"no SMS left today", sms, true, true, func(f *flows) { f.sms = 1; f.begin(n, sms, rightCode) }, email},
		{"no SMS left today, no e-mail", sms, true, false, func(f *flows) { f.sms = 1; f.begin(n, sms, rightCode) }, none},
		{"no e-mail left today", email, true, true, func(f *flows) { f.email = 1; f.begin(n, email, rightCode) }, sms},
		{"the service's SMS are used up", sms, true, true, func(f *flows) { f.service = 1; f.begin(somebody, sms, rightCode) }, email},
		{"the service's SMS are used up, e-mail asked", email, true, true, func(f *flows) { f.service = 1; f.begin(somebody, sms, rightCode) }, email},
		{"made-up identifiers cost the service nothing", sms, true, true, func(f *flows) { f.service = 1; f.begin(nobody, sms, rightCode) }, sms},
		{"nothing left at all", sms, true, true, func(f *flows) {
			f.sms, f.email = 1, 1
			f.begin(n, sms, rightCode)
			f.begin(n, email, rightCode)
		}, none},
	} {
		f := newFlows(t, d)
		account := storetest.Nathalie(t)
		if !c.phone {
			account.Phone = keys.Secret{}
		}
		if !c.email {
			account.Email = keys.Secret{}
		}
		storetest.Add(t, d.store, account)
		d.turn(25 * time.Hour) // a day of its own
		if c.change != nil {
			c.change(f)
			f.take()
		}
		before := f.rows("void")
		token := f.begin(account.Identifier, c.asked, rightCode)
		messages := f.take()
		switch {
		case c.want == none && (len(messages) != 0 || f.rows("void") != before+1):
			t.Errorf("%s: %d messages, want one that is never claimed", c.name, len(messages))
		case c.want != none && (len(messages) != 1 || messages[0].Channel != c.want || messages[0].To.Reveal() != (portal.Addresses{Phone: account.Phone, Email: account.Email}).To(c.want).Reveal()):
			t.Errorf("%s: %d messages, want one by %s", c.name, len(messages), c.want)
		case c.want != none && messages[0].Text.Reveal() != string(c.want)+" "+rightCode:
			t.Errorf("%s: the message is written for another channel", c.name)
		}
		if flow, ok := f.flow(token); !ok || flow.Asked != c.asked || flow.Sends != 1 {
			t.Errorf("%s: the flow tells what was on file: %+v", c.name, flow)
		}
	}
}

func limitsOfMessages(t *testing.T, d *database) {
	f := newFlows(t, d)
	f.service = 7
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	storetest.Add(t, d.store, account)
	storetest.Add(t, d.store, other)
	var got []portal.Channel
	ask := func(a portal.Account, times int) {
		for range times {
			f.begin(a.Identifier, portal.SMS, rightCode)
			d.turn(time.Second)
			for _, m := range f.take() {
				got = append(got, m.Channel)
			}
		}
	}
	want := func(what string, sms, email int) {
		t.Helper()
		counted := map[portal.Channel]int{}
		for _, c := range got {
			counted[c]++
		}
		if counted[portal.SMS] != sms || counted[portal.Email] != email {
			t.Errorf("%s: %d SMS and %d e-mails, want %d and %d", what, counted[portal.SMS], counted[portal.Email], sms, email)
		}
		got = nil
	}
	ask(account, 8)
	want("a day of one account", 5, 3)
	ask(other, 4)
	want("the last two SMS of the service's hour", 2, 2)
	d.turn(time.Hour)
	ask(other, 2)
	want("an hour later", 2, 0)
	ask(account, 9)
	want("the account's own day goes on", 0, 7) // the limit of ten e-mails a day, three of them used
	d.turn(24 * time.Hour)
	ask(account, 1)
	want("the next day", 1, 0)
}

// resendTurns sends the first message by SMS, and the second by e-mail because the day's SMS are used up.
func resendTurns(t *testing.T, d *database) {
	f := newFlows(t, d)
	f.sms = 1
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := f.begin(storetest.Nathalie(t).Identifier, portal.SMS, rightCode)
	d.turn(portal.ResendAfter)
	if err := f.resend(token); err != nil {
		t.Fatal(err)
	}
	got := f.take()
	if len(got) != 2 || got[0].Channel != portal.SMS || got[1].Channel != portal.Email || got[1].Text.Reveal() != "email "+rightCode {
		t.Errorf("%d messages, want an SMS and an e-mail with the same code", len(got))
	}
}
