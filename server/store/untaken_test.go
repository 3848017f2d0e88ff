package store_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// refuse claims every message that waits and gives it up, and returns their channels.
func (r *recovery) refuse(fate notify.Fate) (by []portal.Channel) {
	r.t.Helper()
	for _, m := range r.due() {
		by = append(by, m.Channel)
		if err := r.store.Outbox().Drop(r.t.Context(), m.ID, fate, "smpp: ESME_RINVDSTADR"); err != nil {
			r.t.Fatal(err)
		}
	}
	return by
}

// asked tells whether a code may be asked for at this moment, and asks for it.
func (r *recovery) mayAsk(n nir.Number, asked portal.Channel) (token keys.Secret, ok bool) {
	r.t.Helper()
	r.asked++
	token, err := r.Start(r.t.Context(), portal.StartRequest{Identifier: n, Channel: asked, Purpose: portal.Reset,
		Address: netip.AddrFrom4([4]byte{198, 19, byte(r.asked >> 8), byte(r.asked)})})
	if e, paced := errors.AsType[*portal.Error](err); paced && e.Paced {
		return token, false
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return token, true
}

func untaken(t *testing.T, d *database) {
	r := newRecovery(t, d)
	r.SMSBudget = 2
	r.closed[portal.Email] = true // an account with a phone alone, and one channel for everybody
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	nobody := storetest.Number(t, "1850578006048")
	for _, fate := range []notify.Fate{notify.Refused, notify.Dropped} {
		for n := range 6 {
			token, ok := r.mayAsk(account.Identifier, portal.SMS)
			_, same := r.mayAsk(nobody, portal.SMS)
			if !ok || !same {
				t.Fatalf("%s: after %d SMS that nobody took: %v, and for nobody %v", fate, n, ok, same)
			}
			if by := r.refuse(fate); len(by) != 1 || by[0] != portal.SMS {
				t.Fatalf("%s: SMS %d: %v", fate, n, by)
			}
			flow, err := r.Flow(t.Context(), token)
			if err != nil || flow.NextSend.Sub(flow.LastSend) != portal.ResendAfter {
				t.Errorf("the page says that the next may go after %v (%v)", flow.NextSend.Sub(flow.LastSend), err)
			}
		}
	}
	if used, err := portal.SMSBudgetUsed(t.Context(), d.store, d.Clock()); used != 0 || err != nil {
		t.Errorf("%d SMS count against the service: %v", used, err)
	}
	counts, err := portal.Sends(t.Context(), d.store, account.Identifier, d.Clock())
	if err != nil || counts[0].Sent > 1 {
		t.Errorf("the operator is told of %d: %v", counts[0].Sent, err)
	}
	// The gateway takes messages again: who asks pays.
	d.Turn(portal.CodeLife + time.Second)
	r.SMSBudget = 1000
	for n := range portal.MostSends + 1 {
		_, ok := r.mayAsk(account.Identifier, portal.SMS)
		_, same := r.mayAsk(nobody, portal.SMS)
		if want := n < portal.MostSends; ok != want || same != want {
			t.Errorf("after %d SMS that were taken: %v, and for nobody %v", n, ok, same)
		}
		r.take()
	}
	// One that may have arrived was perhaps taken.
	d.Turn(24 * time.Hour)
	for range portal.MostSends {
		r.mayAsk(account.Identifier, portal.SMS)
		r.refuse(notify.Uncertain)
	}
	if _, ok := r.mayAsk(account.Identifier, portal.SMS); ok {
		t.Error("SMS that may have arrived cost nothing")
	}
}

func refusedForGood(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	ask := func() (by portal.Channel) {
		t.Helper()
		token := r.begin(account.Identifier, portal.SMS)
		if flow, ok := r.flow(token); !ok || flow.Asked != portal.SMS {
			t.Errorf("the page says %q", flow.Asked)
		}
		messages := r.due()
		if len(messages) != 1 {
			t.Fatalf("%d messages", len(messages))
		}
		return messages[0].Channel
	}
	if by := ask(); by != portal.SMS {
		t.Fatalf("the first code goes by %s", by)
	}
	r.refuse(notify.Refused)
	if by := ask(); by != portal.Email {
		t.Errorf("after a refusal for good the next goes by %s", by)
	}
	r.refuse(notify.Refused)
	if by := ask(); by != portal.SMS {
		t.Errorf("both were refused, and the next goes by %s", by)
	}
	r.take()
	d.Turn(time.Hour)
	if by := ask(); by != portal.SMS {
		t.Errorf("the number has taken one since, and the next goes by %s", by)
	}
	r.take()
	account.Identifier = storetest.Number(t, "2910133063021")
	id := storetest.Add(t, d.store, account)
	ask()
	sent := r.due()[0]
	if err := r.store.Outbox().Sent(t.Context(), sent.ID, "7f", r.Clock()); err != nil {
		t.Fatal(err)
	}
	if found, err := r.store.Outbox().Report(t.Context(), []string{"7f"}, "not delivered, error 034"); !found || err != nil {
		t.Fatal(found, err)
	}
	d.Turn(time.Hour)
	if by := ask(); by != portal.Email {
		t.Errorf("after « not delivered » the next goes by %s", by)
	}
	r.take()
	// A contact that is changed begins anew.
	d.Turn(24 * time.Hour)
	if err := d.store.SetDisabled(t.Context(), id, false); err != nil {
		t.Fatal(err)
	}
	if by := ask(); by != portal.SMS {
		t.Errorf("after a change of the account the next goes by %s", by)
	}
	r.take()

	// While SMS are refused, nobody is sent e-mails without an end by asking for SMS.
	alone := storetest.Nathalie(t)
	alone.Identifier, alone.Phone = storetest.Number(t, "1850578006048"), keys.Secret{}
	storetest.Add(t, d.store, alone)
	d.Turn(24 * time.Hour)
	mails := 0
	for range 10 {
		r.mayAsk(account.Identifier, portal.SMS)
		r.mayAsk(alone.Identifier, portal.SMS)
		for _, m := range r.due() {
			if m.Channel == portal.Email {
				mails++
				continue
			}
			if err := r.store.Outbox().Drop(t.Context(), m.ID, notify.Dropped, "busy"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.store.Outbox().Expire(t.Context(), r.Clock()); err != nil {
			t.Fatal(err)
		}
		for _, m := range r.due() {
			if m.Channel == portal.Email {
				if err := r.store.Outbox().Sent(t.Context(), m.ID, "", r.Clock()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if mails > portal.MostSends {
		t.Errorf("%d e-mails", mails)
	}
}
