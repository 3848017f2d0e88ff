package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func resending(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	told := &untils{}
	r.Reach.Composer = told
	token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	end := d.Clock().Add(portal.CodeLife)
	refused := func(what string, wait time.Duration, forGood bool) {
		t.Helper()
		var e *portal.Error
		if err := r.Resend(t.Context(), token); !errors.As(err, &e) || e.Kind != portal.KindThrottled || e.Wait != wait || e.ForGood != forGood {
			t.Errorf("%s: %#v", what, err)
		}
	}
	refused("at once", portal.ResendAfter, false)
	d.Turn(portal.ResendAfter - time.Second)
	refused("a second too early", time.Second, false)
	d.Turn(time.Second)
	for n := 2; n <= portal.MostSends; n++ {
		if err := r.Resend(t.Context(), token); err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
		if flow, ok := r.flow(token); !ok || flow.Sends != n || !flow.LastSend.Equal(d.Clock()) {
			t.Errorf("after message %d: %+v", n, flow)
		}
		d.Turn(portal.ResendAfter)
	}
	refused("a fourth message", 0, true)
	code := r.code(token)
	messages := r.take()
	if len(messages) != portal.MostSends {
		t.Fatalf("%d messages", len(messages))
	}
	for _, m := range messages {
		if m.Text.Reveal() != code+" by sms" || m.Channel != portal.SMS || m.To.Reveal() != storetest.Nathalie(t).Phone.Reveal() {
			t.Error("a message with another code, or to another address")
		}
	}
	for _, until := range told.all {
		if !until.Equal(end) {
			t.Errorf("a message says that the code ends at %v, it ends at %v", until, end)
		}
	}
	if len(told.all) < portal.MostSends {
		t.Errorf("%d messages say until when", len(told.all))
	}
	if got := r.give(token, r.code(token)); got != portal.CodeRight {
		t.Errorf("the code that was sent three times: %d", got)
	}
}

// untils is a composer that remembers until when its codes were said to be of use.
type untils struct {
	composer
	all []time.Time
}

func (u *untils) Code(c, asked portal.Channel, code keys.Secret, p portal.Purpose, until time.Time, whose string) portal.Content {
	u.all = append(u.all, until)
	return u.composer.Code(c, asked, code, p, until, whose)
}

// resendNeedsAnOpenCode asks for another message of a code that can no longer be used.
func resendNeedsAnOpenCode(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	for name, end := range map[string]func(keys.Secret){
		"expired":  func(keys.Secret) { d.Turn(portal.CodeLife) },
		"consumed": func(token keys.Secret) { r.give(token, r.code(token)); d.Turn(portal.ResendAfter) },
		"used up": func(token keys.Secret) {
			for range portal.CodeTries {
				r.give(token, wrongCode)
			}
			d.Turn(portal.ResendAfter)
		},
		"finished": func(token keys.Secret) {
			r.give(token, r.code(token))
			check.OK(t, r.set(token))
			d.Turn(portal.ResendAfter)
		},
	} {
		token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
		r.take()
		end(token)
		r.take() // the notices
		if err := r.Resend(t.Context(), token); !errors.Is(err, portal.ErrNoFlow) {
			t.Errorf("%s: %v, want ErrNoFlow", name, err)
		}
		if left := r.take(); len(left) != 0 {
			t.Errorf("%s: a message is sent", name)
		}
	}
	if err := r.Resend(t.Context(), portal.NewToken()); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("no flow: %v", err)
	}
}

func parallelResends(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	d.Turn(portal.ResendAfter)
	var sent, refused atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := r.Resend(context.Background(), token)
			switch {
			case err == nil:
				sent.Add(1)
			case portal.ErrorKind(err) == portal.KindThrottled:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(r.take()); sent.Load() != 1 || refused.Load() != 19 || n != 2 {
		t.Errorf("%d of 20 sent, %d refused, %d messages in all; want 1, 19 and 2", sent.Load(), refused.Load(), n)
	}
}

func limitsOfMessages(t *testing.T, d *database) {
	r := newRecovery(t, d)
	r.SMSBudget = 7
	account, other := storetest.Nathalie(t), storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	storetest.Add(t, d.store, account)
	storetest.Add(t, d.store, other)
	var got []portal.Channel
	ask := func(a portal.Account, times int) {
		for range times {
			r.begin(a.Identifier, portal.SMS)
			d.Turn(time.Second)
			for _, m := range r.take() {
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
	third, fourth, fifth := other, other, other
	third.Identifier, fourth.Identifier, fifth.Identifier = storetest.Number(t, "2690549588158"), storetest.Number(t, "2690549588159"), storetest.Number(t, "2910133063021")
	for _, a := range []portal.Account{third, fourth, fifth} {
		storetest.Add(t, d.store, a)
	}
	ask(account, 3)
	want("three at once", 3, 0)
	ask(other, 3)
	want("half of the service's hour is for known browsers and the first SMS of a number", 2, 1)
	ask(third, 1)
	ask(fourth, 1)
	want("the first SMS of two numbers", 2, 0)
	ask(fifth, 1)
	want("the service's hour is over", 0, 1)
	d.Turn(time.Hour)
	ask(fifth, 1)
	want("an hour later", 1, 0)
	r.SMSBudget = 0
	ask(account, 10)
	want("the number's own day goes on", 2, 8) // every 15 minutes, and the SMS five a day
	d.Turn(24 * time.Hour)
	ask(account, 1)
	want("the next day", 1, 0)
}

// resendTurns sends the first message by SMS, and the second by e-mail because the service's SMS are used up.
func resendTurns(t *testing.T, d *database) {
	r := newRecovery(t, d)
	r.SMSBudget = 1
	storetest.Add(t, d.store, storetest.Nathalie(t))
	token := r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	code := r.code(token)
	d.Turn(portal.ResendAfter)
	check.OK(t, r.Resend(t.Context(), token))
	got := r.take()
	if len(got) != 2 || got[0].Channel != portal.SMS || got[1].Channel != portal.Email || got[1].Text.Reveal() != code+" by email" {
		t.Errorf("%d messages, want an SMS and an e-mail with the same code", len(got))
	}
}
