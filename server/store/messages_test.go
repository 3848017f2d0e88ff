package store_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// seenMessages follows messages as an operator does.
func seenMessages(t *testing.T, d *database) {
	r, o := newRecovery(t, d), d.store.Outbox()
	storetest.Add(t, d.store, storetest.Nathalie(t))
	r.begin(storetest.Nathalie(t).Identifier, portal.SMS)
	r.begin(storetest.Number(t, "2910133063021"), portal.SMS) // nobody's: its message is none
	records, err := o.Messages(t.Context(), 10)
	if err != nil || len(records) != 1 {
		t.Fatalf("%d messages, %v", len(records), err)
	}
	id := records[0].ID
	if queues, err := o.Waiting(t.Context()); err != nil || len(queues) != 1 || queues[0].Channel != portal.SMS || queues[0].Count != 1 ||
		!queues[0].Oldest.Equal(records[0].Created) {
		t.Errorf("%+v waiting, %v", queues, err)
	}
	see := func(state notify.State, reason string) notify.Record {
		t.Helper()
		got, err := o.Message(t.Context(), id)
		if err != nil || got.State != state || got.Reason != reason {
			t.Fatalf("%+v, %v; want %s, %q", got, err, state, reason)
		}
		return got
	}
	if got := see(notify.IsWaiting, ""); got.Purpose != "reset" || got.Channel != portal.SMS || !got.Open || got.Expires.Sub(got.Created) != portal.CodeLife {
		t.Errorf("%+v", got)
	}
	if to, err := o.Address(t.Context(), id); err != nil || to.Reveal() != storetest.Nathalie(t).Phone.Reveal() {
		t.Errorf("address: %v", err)
	}
	claim := func() []notify.Message {
		t.Helper()
		claimed, err := o.Claim(t.Context(), notify.Claim{Channel: portal.SMS, Now: d.Clock(), N: 9, Lease: time.Minute})
		check.OK(t, err)
		return claimed
	}
	claim()
	if err := o.Hurry(t.Context(), id, d.Clock()); !errors.Is(err, store.ErrMessageLeased) {
		t.Errorf("a message under way: %v", err)
	}
	if err := o.GiveUp(t.Context(), id, "operator", d.Clock()); !errors.Is(err, store.ErrMessageLeased) {
		t.Errorf("a message under way: %v", err)
	}
	check.OK(t, o.Retry(t.Context(), id, d.Clock().Add(time.Minute), "no answer", notify.Copied))
	if got := see(notify.IsUncertain, "no answer"); got.Attempts != 1 {
		t.Errorf("%+v", got)
	}
	if len(claim()) != 0 {
		t.Error("claimed before its time")
	}
	check.OK(t, o.Hurry(t.Context(), id, d.Clock()))
	if len(claim()) != 1 {
		t.Error("not due after the operator's wish")
	}
	check.OK(t, o.Release(t.Context(), id, d.Clock(), "gateway away", notify.NotHanded))
	if got := see(notify.IsUncertain, "gateway away"); got.Attempts != 2 {
		t.Errorf("%+v", got)
	}
	check.OK(t, o.GiveUp(t.Context(), id, "given up by an operator", d.Clock()))
	see(notify.IsDropped, "given up by an operator")
	for what, err := range map[string]error{"retry": o.Hurry(t.Context(), id, d.Clock()), "drop": o.GiveUp(t.Context(), id, "x", d.Clock())} {
		if !errors.Is(err, store.ErrMessageClosed) {
			t.Errorf("%s of a closed message: %v", what, err)
		}
	}
	if _, err := o.Address(t.Context(), id); !errors.Is(err, store.ErrMessageClosed) {
		t.Errorf("address of a closed message: %v", err)
	}
	for fate, state := range map[notify.Fate]notify.State{notify.Refused: notify.IsRefused, notify.Uncertain: notify.IsUncertain} {
		m := d.message(string(fate))
		d.add(t, m)
		check.OK(t, o.Drop(t.Context(), m.ID, fate, "why"))
		id = m.ID
		see(state, "why")
	}
	d.add(t, d.message("sent"))
	check.OK(t, o.Sent(t.Context(), "sent", "ref-1", d.Clock()))
	if queues, err := o.Waiting(t.Context()); err != nil || len(queues) != 0 {
		t.Errorf("%+v still waiting, %v", queues, err)
	}
	id = "sent"
	if got := see(notify.IsSent, ""); got.Receipt != "ref-1" || got.Purpose != "notice" {
		t.Errorf("%+v", got)
	}
	if found, err := o.Report(t.Context(), []string{"ref-0", "ref-1"}, "not delivered"); !found || err != nil {
		t.Errorf("report: %v, %v", found, err)
	}
	if got := see(notify.IsSent, ""); got.Receipt != "ref-1 not delivered" {
		t.Errorf("%+v", got)
	}
	for _, err := range []error{o.Hurry(t.Context(), "none", d.Clock()), o.GiveUp(t.Context(), "none", "x", d.Clock())} {
		if !errors.Is(err, store.ErrNoMessage) {
			t.Errorf("a message that is none: %v", err)
		}
	}
}
