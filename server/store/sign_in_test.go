package store_test

import (
	"errors"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// enteredTogether enters by an account whose session cannot be kept, because its token is there already.
func enteredTogether(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.enter(t, id, portal.Password, portal.NewToken(), "kept")
	stranger := portal.NewToken()
	err := d.unit(t.Context(), func(tx portal.Tx) error {
		err := tx.Enter(t.Context(), portal.Session{Account: id, Method: portal.Password, At: d.Clock().Add(1), Device: stranger}, d.row(t, id, 1, "kept"))
		return errors.Join(err, errors.New("the caller gives up"))
	})
	if err == nil {
		t.Error("two sessions have one token")
	}
	history, err := d.store.SignIns(t.Context(), id, keys.Secret{})
	if err != nil || len(history) != 1 {
		t.Errorf("%d sign-ins in the history (%v), want the one whose session was kept", len(history), err)
	}
	if device, _, err := d.store.KnownDevice(t.Context(), stranger, storetest.Nathalie(t).Identifier); err != nil || device != "" {
		t.Errorf("the browser of a sign-in that failed is remembered (%v)", err)
	}
}

// readsWithin looks at what a unit of work has written, from within and from outside.
func readsWithin(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	hash := func(from portal.Reads) string {
		t.Helper()
		a, err := from.Account(t.Context(), id)
		check.OK(t, err)
		return a.Password.Reveal()
	}
	tx, err := d.store.Begin(t.Context())
	check.OK(t, err)
	check.OK(t, tx.SetPassword(t.Context(), id, keys.NewSecret("$hash$new"), "test", d.Clock()))
	if hash(tx) != "$hash$new" || hash(d.store) != "$hash$one" {
		t.Error("the unit does not see what it has written, or others see it already")
	}
	tx.Rollback()
	if hash(d.store) != "$hash$one" {
		t.Error("a unit that was rolled back stands")
	}
	if err := tx.Commit(); err == nil {
		t.Error("a unit that was rolled back was committed")
	}
	d.must(t, func(tx portal.Tx) error {
		return tx.SetPassword(t.Context(), id, keys.NewSecret("$hash$new"), "test", d.Clock())
	})
	if hash(d.store) != "$hash$new" {
		t.Error("a unit that was committed does not stand")
	}
}
