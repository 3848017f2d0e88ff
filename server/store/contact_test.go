package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// contacts replaces addresses, and puts back those that were replaced since a moment.
func contacts(t *testing.T, d *database) {
	ctx, account := t.Context(), storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	put := func(channel portal.Channel, to string, at time.Time) {
		t.Helper()
		d.must(t, func(tx portal.Tx) error {
			had, err := tx.Account(ctx, id)
			return errors.Join(err, tx.ReplaceContact(ctx, had, channel, keys.NewSecret(to), at))
		})
	}
	replace := func(channel portal.Channel, to string) time.Time {
		t.Helper()
		d.Turn(time.Hour)
		put(channel, to, d.Clock())
		return d.Clock()
	}
	on := func(email, phone string) {
		t.Helper()
		got, err := d.store.Account(ctx, id)
		if err != nil || got.Email.Reveal() != email || got.Phone.Reveal() != phone {
			t.Errorf("the account has %q and %q, want %q and %q (%v)", got.Email.Reveal(), got.Phone.Reveal(), email, phone, err)
		}
	}
	replace(portal.Email, "own@example.org") // by its owner, who keeps it
	since := replace(portal.Email, "one@example.org")
	replace(portal.SMS, "+33639980001")
	replace(portal.Email, "two@example.org")
	on("two@example.org", "+33639980001")

	restore := func() error {
		return d.unit(ctx, func(tx portal.Tx) error { return tx.RestoreContacts(ctx, id, since, d.Clock()) })
	}
	// A writer of the database without the keys would have an address put into another account.
	other := storetest.Nathalie(t)
	other.Identifier = storetest.Number(t, "1850578006048")
	victim := storetest.Add(t, d.store, other)
	d.exec(t, `UPDATE former_contacts SET account_id = '`+string(victim)+`'`)
	if err := d.unit(ctx, func(tx portal.Tx) error { return tx.RestoreContacts(ctx, victim, since, d.Clock()) }); err == nil {
		t.Error("an account gets back what was another's")
	}
	d.exec(t, `UPDATE former_contacts SET account_id = '`+string(id)+`', channel = 'sms' WHERE channel = 'email'`)
	if restore() == nil {
		t.Error("an e-mail address comes back as a number")
	}
	d.exec(t, `UPDATE former_contacts SET account_id = '`+string(id)+`'`)
	d.exec(t, `UPDATE former_contacts SET channel = 'email' WHERE channel = 'sms'`)
	if restore() == nil {
		t.Error("a number comes back as an e-mail address")
	}
	d.exec(t, `DELETE FROM former_contacts`)
	put(portal.Email, "three@example.org", since)
	put(portal.SMS, "+33639980002", since.Add(time.Hour))
	put(portal.Email, "four@example.org", since.Add(2*time.Hour))
	check.OK(t, restore())
	on("two@example.org", "+33639980001")
	check.OK(t, restore())
	on("two@example.org", "+33639980001")

	// An account without an address has none again.
	put(portal.SMS, "", d.Clock())
	d.Turn(time.Hour)
	since = replace(portal.SMS, "+33639980003")
	check.OK(t, restore())
	on("two@example.org", "")
	d.Turn(portal.DisowningLife)
	check.OK(t, d.store.Sweep(ctx))
	if n := d.count(t, `SELECT count(*) FROM former_contacts`); n != 0 {
		t.Errorf("%d former addresses are kept for longer than they are of use", n)
	}
}

// ownFlows are those that somebody began who was signed in.
func ownFlows(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	for _, want := range []portal.Flow{
		{Purpose: portal.Confirmation, Session: "ONE"},
		{Purpose: portal.Contact, Session: "ONE", To: keys.NewSecret("own@example.org")},
		{Purpose: portal.Proof},
	} {
		want.Asked, want.Account, want.Identifier, want.Digits, want.Expires = portal.SMS, id, account.Identifier, 6, d.Clock().Add(portal.CodeLife)
		f := portal.NewFlow{Token: portal.NewToken(), At: d.Clock(), Code: keys.NewSecret("123456"), Flow: want}
		d.must(t, func(tx portal.Tx) error {
			ref, err := tx.AddFlow(t.Context(), f)
			if err != nil {
				return err
			}
			return tx.AddMessage(t.Context(), portal.Message{Flow: ref, Channel: portal.SMS, To: account.Phone, Content: content("code", portal.SMS),
				At: f.At, Expires: f.Expires})
		})
		got, err := d.store.Flow(t.Context(), f.Token, d.Clock())
		if err != nil || got.Purpose != want.Purpose || got.Session != want.Session || got.To.Reveal() != want.To.Reveal() {
			t.Errorf("a flow %s of session %q comes back as %s of session %q (%v)", want.Purpose, want.Session, got.Purpose, got.Session, err)
		}
		// An operator reads of the message what its code is for.
		records, err := d.store.Outbox().Messages(t.Context(), 10)
		if err != nil || !slices.ContainsFunc(records, func(r notify.Record) bool { return r.Purpose == string(want.Purpose) }) {
			t.Errorf("no message is for %s: %+v, %v", want.Purpose, records, err)
		}
	}
}
