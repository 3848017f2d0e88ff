package store_test

import (
	"errors"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// secondStep keeps what a second step began with, and ends it once.
func secondStep(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	token := portal.NewToken()
	begun := portal.NewFlow{Token: token, Code: keys.NewSecret("012345"), At: d.Clock(), Flow: portal.Flow{Purpose: portal.Second, Asked: portal.SMS,
		Account: id, Digits: 6, Identifier: account.Identifier, Expires: d.Clock().Add(portal.CodeLife), Pair: portal.ProvenPair{Epoch: 7, Failures: 12}, Shared: true}}
	var ref portal.FlowRef
	d.must(t, func(tx portal.Tx) (err error) {
		if ref, err = tx.AddFlow(t.Context(), begun); err != nil {
			return err
		}
		return tx.SentBy(t.Context(), ref, portal.Email)
	})
	flow, err := d.store.Flow(t.Context(), token, d.Clock())
	if err != nil || flow.Purpose != portal.Second || flow.Asked != portal.Email || flow.Account != id || flow.Pair != begun.Pair || !flow.Shared {
		t.Fatalf("the flow that comes back: %v, %v by %s, pair %v, shared %v", err, flow.Purpose, flow.Asked, flow.Pair, flow.Shared)
	}
	send := func(channel portal.Channel) bool {
		t.Helper()
		var code keys.Secret
		d.must(t, func(tx portal.Tx) (err error) {
			code, err = tx.CountSend(t.Context(), ref, channel, d.Clock())
			return err
		})
		return !code.IsZero()
	}
	if send(portal.Email) || !send(portal.SMS) || send(portal.SMS) || !send(portal.Email) {
		t.Error("the same code goes by the other channel at once, and by the same one after a minute")
	}
	if d.Turn(time.Hour); send(portal.SMS) {
		t.Error("a fourth message")
	}
	d.must(t, func(tx portal.Tx) error { return tx.CloseFlow(t.Context(), ref, d.Clock()) })
	if _, err := d.store.Flow(t.Context(), token, begun.At); !errors.Is(err, portal.ErrNoFlow) {
		t.Errorf("a flow that was given up: %v", err)
	}
}

// remembering keeps until when a browser is remembered, for each account by itself.
func remembering(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	device := portal.NewToken()
	until := func(token keys.Secret, id portal.AccountID) time.Time {
		t.Helper()
		at, err := d.store.RememberedUntil(t.Context(), token, id)
		check.OK(t, err)
		return at
	}
	n := 0
	enter := func(remember time.Time, shared bool) {
		t.Helper()
		d.Turn(time.Minute)
		n++
		d.must(t, func(tx portal.Tx) error {
			return tx.Enter(t.Context(), portal.Session{Account: id, Epoch: 1, Method: portal.Password, At: d.Clock(), Device: device, Remember: remember,
				Shared: shared}, d.row(t, id, 1, string(rune('a'+n))))
		})
	}
	entered := func(when string, token keys.Secret, id portal.AccountID, want bool) {
		t.Helper()
		if got, err := d.store.EnteredFrom(t.Context(), id, token); err != nil || got != want {
			t.Errorf("%s: entered before %v, %v, want %v", when, got, err, want)
		}
	}
	d.must(t, func(tx portal.Tx) error { return tx.RememberDevice(t.Context(), id, device, d.Clock(), time.Time{}) })
	entered("known, by a code", device, id, false)
	d.must(t, func(tx portal.Tx) error { return tx.ForgetDevices(t.Context(), id) })
	enter(time.Time{}, true)
	entered("on a shared computer", device, id, false)
	if device, _, err := d.store.KnownDevice(t.Context(), device, storetest.Nathalie(t).Identifier); err != nil || device != "" {
		t.Errorf("the browser of a shared computer is kept (%v)", err)
	}
	enter(time.Time{}, false)
	entered("afterwards", device, id, true)
	entered("another browser", portal.NewToken(), id, false)
	entered("another account", device, portal.NewAccountID(), false)
	entered("no token", keys.Secret{}, id, false)
	if at := until(device, id); at.After(d.Clock()) {
		t.Errorf("remembered until %s, unasked", at)
	}
	day := d.Clock().Add(portal.RememberFor)
	enter(day, false)
	enter(time.Time{}, false)
	if at := until(device, id); !at.Equal(day) {
		t.Errorf("remembered until %s, want %s: a later sign-in shortens nothing", at, day)
	}
	for what, at := range map[string]time.Time{"another account": until(device, portal.NewAccountID()), "another browser": until(portal.NewToken(), id),
		"no token": until(keys.Secret{}, id)} {
		if !at.IsZero() {
			t.Errorf("%s is remembered until %s", what, at)
		}
	}
	d.must(t, func(tx portal.Tx) error { return tx.ForgetDevices(t.Context(), id) })
	if at := until(device, id); !at.IsZero() {
		t.Errorf("once forgotten, it is remembered until %s", at)
	}
	entered("once forgotten", device, id, false)
}
