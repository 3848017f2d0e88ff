package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// aPasskey is one of the account's as a device may have made it.
func aPasskey(d *database, account portal.AccountID, id string) portal.Passkey {
	return portal.Passkey{ID: id, Account: account, Handle: bytes.Repeat([]byte{1}, 32), Name: "Téléphone de Nathalie", At: d.Clock(),
		Credential: webauthn.Credential{ID: []byte("credential of " + id), PublicKey: []byte("public key")}}
}

// passkeys keeps one, uses, names and removes it.
func passkeys(t *testing.T, d *database) {
	ctx, id := t.Context(), storetest.Add(t, d.store, storetest.Nathalie(t))
	jean := storetest.Nathalie(t)
	jean.Identifier = storetest.Number(t, "1850578006048")
	other := storetest.Add(t, d.store, jean)
	device := portal.NewToken()
	d.enter(t, id, portal.PasskeyMethod, device, "session")
	made := aPasskey(d, id, "ONE")
	d.must(t, func(tx portal.Tx) error { return tx.AddPasskey(ctx, made) })
	if err := d.unit(ctx, func(tx portal.Tx) error { return tx.AddPasskey(ctx, aPasskey(d, other, "ONE")) }); err == nil {
		t.Error("one passkey opens two accounts")
	}
	find := func() portal.PasskeyOwner {
		t.Helper()
		owner, err := d.store.PasskeyOwner(ctx, made.Credential.ID, device)
		check.OK(t, err)
		return owner
	}
	if o := find(); o.Account != id || !bytes.Equal(o.Handle, made.Handle) || o.Epoch != 1 || o.Disabled || !o.KnownDevice {
		t.Errorf("found: %+v", o)
	}
	if o, err := d.store.PasskeyOwner(ctx, []byte("of nobody"), device); err != nil || o.Account != "" {
		t.Errorf("a passkey of nobody: %+v, %v", o, err)
	}

	used := made
	used.Credential.Authenticator.SignCount, used.Name = 7, "read before it was renamed"
	d.Turn(time.Minute)
	d.must(t, func(tx portal.Tx) error { return tx.NamePasskey(ctx, id, "ONE", "Mon mobile") })
	d.must(t, func(tx portal.Tx) error { return tx.UsePasskey(ctx, used, d.Clock()) })
	all, err := d.store.Passkeys(ctx, id)
	if err != nil || len(all) != 1 || all[0].Name != "Mon mobile" || all[0].Credential.Authenticator.SignCount != 7 || !all[0].Used.Equal(d.Clock()) || !all[0].At.Equal(made.At) {
		t.Errorf("after a use: %+v, %v", all, err)
	}

	for what, change := range map[string]func(portal.Tx) error{
		"named":   func(tx portal.Tx) error { return tx.NamePasskey(ctx, other, "ONE", "À moi") },
		"removed": func(tx portal.Tx) error { return tx.RemovePasskey(ctx, other, "ONE") },
	} {
		if err := d.unit(ctx, change); !errors.Is(err, portal.ErrNoPasskey) {
			t.Errorf("%s by another account: %v", what, err)
		}
	}
	d.must(t, func(tx portal.Tx) error { return tx.RemovePasskey(ctx, id, "ONE") })
	if err := d.unit(ctx, func(tx portal.Tx) error { return tx.UsePasskey(ctx, used, d.Clock()) }); !errors.Is(err, portal.ErrNoPasskey) {
		t.Errorf("a removed passkey is used: %v", err)
	}
	if o := find(); o.Account != "" {
		t.Error("a removed passkey opens its account")
	}
}

// passkeyMoved gives an account the passkey of another, as whoever can write to the database but has no keys may try.
func passkeyMoved(t *testing.T, d *database) {
	ctx, id := t.Context(), storetest.Add(t, d.store, storetest.Nathalie(t))
	jean := storetest.Nathalie(t)
	jean.Identifier = storetest.Number(t, "1850578006048")
	other := storetest.Add(t, d.store, jean)
	mine := aPasskey(d, id, "ONE")
	d.must(t, func(tx portal.Tx) error { return tx.AddPasskey(ctx, mine) })
	check.OK(t, check.ErrOf(d.open(t).Exec(`UPDATE passkeys SET account_id = $1`, string(other))))
	if o, err := d.store.PasskeyOwner(ctx, mine.Credential.ID, keys.Secret{}); err == nil {
		t.Errorf("a passkey that was moved opens %s", o.Account)
	}
}

// challenges are taken once, by their own browser, for what they are about and in time.
func challenges(t *testing.T, d *database) {
	ctx, id := t.Context(), storetest.Add(t, d.store, storetest.Nathalie(t))
	browser, stranger := portal.NewToken(), portal.NewToken()
	begin := func(value string, account portal.AccountID) {
		d.must(t, func(tx portal.Tx) error {
			return tx.AddChallenge(ctx, browser, portal.Challenge{Value: value, Account: account, Session: []byte("session of " + value), At: d.Clock()})
		})
	}
	take := func(by keys.Secret, value string, account portal.AccountID) (session string, err error) {
		err = d.unit(ctx, func(tx portal.Tx) error {
			kept, err := tx.TakeChallenge(ctx, by, value, account, d.Clock().Add(-portal.ChallengeLife))
			session = string(kept)
			return err
		})
		return session, err
	}
	begin("of a field", "")
	begin("of a button", "")
	begin("of a new passkey", id)
	for what, c := range map[string]struct {
		by      keys.Secret
		value   string
		account portal.AccountID
	}{
		"by another browser":                      {stranger, "of a field", ""},
		"that nobody was given":                   {browser, "of nobody", ""},
		"of a new passkey, for a sign-in":         {browser, "of a new passkey", ""},
		"of a sign-in, for a new passkey":         {browser, "of a field", id},
		"of a new passkey, for somebody else":     {browser, "of a new passkey", portal.NewAccountID()},
		"of a browser without a token, for a key": {keys.Secret{}, "of a new passkey", id},
	} {
		if _, err := take(c.by, c.value, c.account); !errors.Is(err, portal.ErrNoChallenge) {
			t.Errorf("a challenge %s: %v", what, err)
		}
	}
	// Several of one browser are good at the same time, each once.
	for value, account := range map[string]portal.AccountID{"of a field": "", "of a button": "", "of a new passkey": id} {
		if session, err := take(browser, value, account); err != nil || session != "session of "+value {
			t.Errorf("the challenge %s: %q, %v", value, session, err)
		}
		if _, err := take(browser, value, account); !errors.Is(err, portal.ErrNoChallenge) {
			t.Errorf("the challenge %s a second time: %v", value, err)
		}
	}
	begin("of an open page", "")
	d.Turn(portal.ChallengeLife)
	if _, err := take(browser, "of an open page", ""); !errors.Is(err, portal.ErrNoChallenge) {
		t.Errorf("a challenge after its life: %v", err)
	}
	d.Turn(time.Hour)
	check.OK(t, d.store.Sweep(ctx))
	var left int
	if err := d.open(t).QueryRow(`SELECT count(*) FROM passkey_challenges`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d challenges are left, %v", left, err)
	}
}

// passkeyHandles are made once and kept, also when the person was told of passkeys before there was one.
func passkeyHandles(t *testing.T, d *database) {
	ctx, id := t.Context(), storetest.Add(t, d.store, storetest.Nathalie(t))
	one, two := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	if handle, offered, err := d.store.PasskeyUser(ctx, id); handle != nil || offered || err != nil {
		t.Errorf("before the first: %x, %t, %v", handle, offered, err)
	}
	d.must(t, func(tx portal.Tx) error { return tx.SetPasskeyOffered(ctx, id, one, d.Clock()) })
	d.must(t, func(tx portal.Tx) error {
		handle, err := tx.PasskeyHandle(ctx, id, two)
		if !bytes.Equal(handle, one) {
			t.Errorf("a second handle: %x", handle)
		}
		return errors.Join(err, tx.SetPasskeyOffered(ctx, id, two, d.Clock()))
	})
	if handle, offered, err := d.store.PasskeyUser(ctx, id); !bytes.Equal(handle, one) || !offered || err != nil {
		t.Errorf("later: %x, %t, %v", handle, offered, err)
	}
}
