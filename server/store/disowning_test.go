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

// disownings are given with notices, and used once: an older one may undo more, a later one nothing any more.
func disownings(t *testing.T, d *database) {
	other := storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "K0000001")
	id, his := storetest.Add(t, d.store, storetest.Nathalie(t)), storetest.Add(t, d.store, other)
	first := d.Clock()
	give := func(id portal.AccountID) keys.Secret {
		t.Helper()
		d.Turn(time.Hour)
		token := portal.NewToken()
		d.must(t, func(tx portal.Tx) error {
			return tx.AddDisowning(t.Context(), token, portal.Disowning{Account: id, Channel: portal.Email, At: d.Clock()})
		})
		return token
	}
	old, middle, strange, late := give(id), give(id), give(his), give(id)
	given := first.Add(2 * time.Hour)
	stands := func(what string, token keys.Secret, want bool) {
		t.Helper()
		if _, err := d.store.Disowning(t.Context(), token, first); want && err != nil || !want && !errors.Is(err, portal.ErrNoDisowning) {
			t.Errorf("%s: %v", what, err)
		}
	}
	take := func(token keys.Secret) error {
		return d.unit(t.Context(), func(tx portal.Tx) error { return tx.TakeDisowning(t.Context(), token, id, d.Clock()) })
	}
	told, err := d.store.Disowning(t.Context(), middle, given.Add(-time.Microsecond))
	if err != nil || told != (portal.Disowning{Account: id, Channel: portal.Email, At: given}) {
		t.Errorf("%+v, %v", told, err)
	}
	if _, err := d.store.Disowning(t.Context(), middle, given); !errors.Is(err, portal.ErrNoDisowning) {
		t.Errorf("one that is too old: %v", err)
	}
	stands("one that was never given", portal.NewToken(), false)
	if err := take(portal.NewToken()); !errors.Is(err, portal.ErrNoDisowning) {
		t.Errorf("one that was never given is taken: %v", err)
	}
	check.OK(t, take(middle))
	if told, err := d.store.Disowning(t.Context(), middle, first); err != nil || !told.Used.Equal(d.Clock()) {
		t.Errorf("one that was used: %+v, %v", told, err)
	}
	if err := take(middle); !errors.Is(err, portal.ErrNoDisowning) {
		t.Errorf("a second time: %v", err)
	}
	stands("an older one", old, true)
	stands("a later one", late, false)
	stands("another account's", strange, true)

	var taken, refused atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			err := d.unit(context.Background(), func(tx portal.Tx) error { return tx.TakeDisowning(context.Background(), old, id, d.Clock()) })
			switch {
			case err == nil:
				taken.Add(1)
			case errors.Is(err, portal.ErrNoDisowning):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 || refused.Load() != 7 {
		t.Errorf("of eight clicks %d were taken and %d refused", taken.Load(), refused.Load())
	}
	stands("the one that was used before", middle, false) // it was given since
}

// endedWays are those that whoever had the account may have made; older ones are its owner's.
func endedWays(t *testing.T, d *database) {
	other := storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "K0000001")
	id, his := storetest.Add(t, d.store, storetest.Nathalie(t)), storetest.Add(t, d.store, other)
	since := d.Clock()
	add := func(id portal.AccountID, name, subject string) {
		t.Helper()
		p := aPasskey(d, id, name)
		d.must(t, func(tx portal.Tx) error { return tx.AddPasskey(t.Context(), p) })
		d.link(t, id, pivot(t, subject))
	}
	ended := func(when string, linked portal.AccountID, passkeys int) {
		t.Helper()
		d.must(t, func(tx portal.Tx) error { return tx.EndWaysSince(t.Context(), id, since, d.Clock()) })
		if got := d.linked(t, pivot(t, "hers")); got != linked {
			t.Errorf("%s the link opens %q, want %q", when, got, linked)
		}
		if kept, err := d.store.Passkeys(t.Context(), id); err != nil || len(kept) != passkeys {
			t.Errorf("%s there are %d passkeys, want %d; %v", when, len(kept), passkeys, err)
		}
	}
	add(id, "ONE", "hers")
	ended("of that very moment", id, 1)
	d.Turn(time.Microsecond)
	add(his, "TWO", "his")
	add(id, "THREE", "hers")
	ended("made since", "", 1)
	if kept, err := d.store.Passkeys(t.Context(), his); err != nil || len(kept) != 1 || d.linked(t, pivot(t, "his")) != his {
		t.Errorf("another account has %d passkeys, %v", len(kept), err)
	}
}
