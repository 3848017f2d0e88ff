package store_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
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
		check.OK(r.t, r.store.Outbox().Drop(r.t.Context(), m.ID, fate, "smpp: ESME_RINVDSTADR"))
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
	check.OK(r.t, err)
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
	check.OK(t, r.store.Outbox().Sent(t.Context(), sent.ID, "7f", r.Clock()))
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
	check.OK(t, d.store.SetDisabled(t.Context(), id, false))
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
			check.OK(t, r.store.Outbox().Drop(t.Context(), m.ID, notify.Dropped, "busy"))
		}
		check.OK(t, check.ErrOf(r.store.Outbox().Expire(t.Context(), r.Clock())))
		for _, m := range r.due() {
			if m.Channel == portal.Email {
				check.OK(t, r.store.Outbox().Sent(t.Context(), m.ID, "", r.Clock()))
			}
		}
	}
	if mails > portal.MostSends {
		t.Errorf("%d e-mails", mails)
	}
}

// numbered is one of many numbers.
func numbered(t *testing.T, i int) nir.Number {
	t.Helper()
	return storetest.Number(t, fmt.Sprintf("2690549588%03d", 200+i))
}

// sourceUntaken asks for the SMS of many numbers from one address.
func sourceUntaken(t *testing.T, d *database) {
	r := newRecovery(t, d)
	r.SMSBudget = 500 // five of them in a quarter of an hour from one address
	numbers := 0
	ask := func() bool {
		t.Helper()
		numbers++
		account := storetest.Nathalie(t)
		account.Identifier = numbered(t, numbers)
		storetest.Add(t, d.store, account)
		_, err := r.Start(t.Context(), portal.StartRequest{Identifier: account.Identifier, Channel: portal.SMS, Purpose: portal.Reset,
			Address: netip.MustParseAddr("198.19.0.1")})
		if refused, ok := errors.AsType[*portal.Error](err); ok && refused.Kind == portal.KindThrottled {
			return false
		}
		check.OK(t, err)
		return true
	}
	for range 12 {
		if !ask() {
			t.Fatalf("after %d SMS that nobody took the address has none left", numbers-1)
		}
		r.refuse(notify.Dropped)
	}
	d.Turn(portal.CodeLife + time.Second)
	for n := range 6 {
		if want := n < 5; ask() != want {
			t.Errorf("after %d SMS that were taken: want %v", n, want)
		}
		r.take()
	}
}

// othersUntaken has the first SMS of a number come to nothing, which was counted against nobody's part.
func othersUntaken(t *testing.T, d *database) {
	r := newRecovery(t, d)
	r.SMSBudget = 8 // four of them for strangers
	var numbers []nir.Number
	for i := range 4 {
		account := storetest.Nathalie(t)
		account.Identifier = numbered(t, i)
		storetest.Add(t, d.store, account)
		numbers = append(numbers, account.Identifier)
	}
	by := func(n nir.Number) portal.Channel {
		t.Helper()
		if _, ok := r.mayAsk(n, portal.SMS); !ok {
			t.Fatal("too early")
		}
		waiting := r.due()
		if len(waiting) != 1 {
			t.Fatalf("%d messages", len(waiting))
		}
		return waiting[0].Channel
	}
	for _, n := range numbers[:2] {
		for range portal.MostSends {
			if by(n) != portal.SMS {
				t.Fatal("no SMS left already")
			}
			r.take()
		}
	}
	if by(numbers[2]) != portal.SMS {
		t.Fatal("the first SMS of a number has another part")
	}
	r.refuse(notify.Refused)
	if by(numbers[3]) != portal.SMS { // the first of it
		t.Fatal("nothing was given back")
	}
	r.take()
	if by(numbers[3]) != portal.Email {
		t.Error("what was counted against nobody's part is given back to strangers")
	}
}

// undelivered asks for SMS that the network does not bring to their phone.
func undelivered(t *testing.T, d *database) {
	r := newRecovery(t, d)
	r.closed[portal.Email] = true
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	nobody := storetest.Number(t, "1850578006048")
	o := d.store.Outbox()
	for n := range 2 * portal.MostSends {
		_, ok := r.mayAsk(account.Identifier, portal.SMS)
		if _, same := r.mayAsk(nobody, portal.SMS); !ok || !same {
			t.Fatalf("after %d SMS that were not delivered: %v, and for nobody %v", n, ok, same)
		}
		for _, m := range r.due() {
			check.OK(t, o.Sent(t.Context(), m.ID, m.ID, d.Clock()))
			report := []string{notify.NotDelivered + ", error 034", notify.Rejected}[n%2]
			if found, err := o.Report(t.Context(), []string{m.ID}, report); !found || err != nil {
				t.Fatal(found, err)
			}
		}
	}
	if used, err := portal.SMSBudgetUsed(t.Context(), d.store, d.Clock()); used != 2*portal.MostSends || err != nil {
		t.Errorf("%d SMS count against the service, which has paid for all: %v", used, err)
	}
	d.Turn(portal.CodeLife + time.Second)
	for n := range portal.MostSends + 1 { // delivered, or nobody knows
		if _, ok := r.mayAsk(account.Identifier, portal.SMS); ok != (n < portal.MostSends) {
			t.Errorf("after %d SMS that were taken: %v", n, ok)
		}
		for _, m := range r.due() {
			check.OK(t, o.Sent(t.Context(), m.ID, m.ID, d.Clock()))
			if found, err := o.Report(t.Context(), []string{m.ID}, "expired before it was delivered"); !found || err != nil {
				t.Fatal(found, err)
			}
		}
	}
}

// phoneAlone asks for e-mails with a number whose account has a phone alone.
func phoneAlone(t *testing.T, d *database) {
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	account.Email = keys.Secret{}
	storetest.Add(t, d.store, account)
	nobody := storetest.Number(t, "1850578006048")
	sms, asked := 0, 0
	for end := d.Clock().Add(23 * time.Hour); d.Clock().Before(end); d.Turn(5 * time.Minute) {
		_, ok := r.mayAsk(account.Identifier, portal.Email)
		if _, same := r.mayAsk(nobody, portal.Email); same != ok {
			t.Fatalf("the account may ask: %v, nobody: %v", ok, same)
		}
		if ok {
			asked++
		}
		sms += len(r.due())
		r.take()
	}
	// Five as e-mails, and five as the SMS that are left when it is too early for another e-mail.
	if sms != 10 || asked < 90 {
		t.Errorf("%d SMS to the phone of an account that was asked for e-mails %d times", sms, asked)
	}
	d.Turn(24 * time.Hour)
	if _, ok := r.mayAsk(account.Identifier, portal.Email); !ok || len(r.due()) != 1 {
		t.Error("the next day brings none")
	}
}

// sameNewAddress has several accounts change their contact to one address.
func sameNewAddress(t *testing.T, d *database) {
	r := newRecovery(t, d)
	begin := func(i int, channel portal.Channel, to string) bool {
		t.Helper()
		account := storetest.Nathalie(t)
		account.Identifier = numbered(t, i)
		id := storetest.Add(t, d.store, account)
		_, err := r.BeginContact(t.Context(), portal.SessionRow{Account: id, Data: []byte(`{"values":{"id":"one"}}`)}, channel, keys.NewSecret(to))
		if refused, ok := errors.AsType[*portal.Error](err); ok && refused.Kind == portal.KindThrottled {
			if refused.Wait > 15*time.Minute {
				t.Errorf("it waits %v", refused.Wait)
			}
			return false
		}
		check.OK(t, err)
		return true
	}
	for n := range portal.MostSends + 1 {
		if want := n < portal.MostSends; begin(n, portal.SMS, "+33639980077") != want || begin(100+n, portal.Email, "new@example.org") != want {
			t.Errorf("after %d codes to the address: want %v", n, want)
		}
	}
	if !begin(200, portal.SMS, "+33639980078") || !begin(201, portal.Email, "other@example.org") {
		t.Error("another address pays for it")
	}
	if sent := len(r.due()); sent != 2*portal.MostSends+2 {
		t.Errorf("%d codes", sent)
	}
	d.Turn(15*time.Minute + time.Second)
	if !begin(300, portal.SMS, "+33639980077") || begin(301, portal.SMS, "+33639980077") {
		t.Error("not one more every 15 minutes")
	}
}
