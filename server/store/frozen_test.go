package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// frozen changes the keys while an instance on another machine says nothing for so long that it counts as ended, and asks it afterwards:
// whoever it cannot find yet is no stranger.
func frozen(t *testing.T, d *database) {
	path := keysFile(t)
	elsewhere := filepath.Join(t.TempDir(), "moncompte.keys")
	copyKeys(t, path, elsewhere)
	here := d.start(t, path)
	d.store = here.Store
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	identity, device := pivot(t, "subject-one"), portal.NewToken()
	d.link(t, id, identity)
	d.enter(t, id, portal.FranceConnect, device, "session")
	ring, err := keys.Load(elsewhere)
	check.OK(t, err)
	late := storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock, Beat: beat})
	check.OK(t, late.Join(t.Context()))
	addKey(t, path, here)
	check.OK(t, check.ErrOf(here.Rotate(t.Context(), 2, store.Rotation{})))

	ctx := t.Context()
	unit := func() error {
		tx, err := late.Begin(ctx)
		if err == nil {
			tx.Rollback()
		}
		return err
	}
	for what, ask := range map[string]func() error{
		"a sign-in":   func() error { _, err := late.Credential(ctx, account.Identifier); return err },
		"a device":    func() error { _, _, err := late.KnownDevice(ctx, device, account.Identifier); return err },
		"a link":      func() error { _, err := late.Linked(ctx, identity.Issuer, identity.Subject, device); return err },
		"a candidate": func() error { _, err := late.Candidates(ctx, portal.PivotKeys(account.Civil)); return err },
		"an import": func() error {
			_, err := portal.ImportRows(ctx, late, []portal.ImportRow{{Account: account}}, portal.ImportOptions{})
			return err
		},
		"a unit": unit,
	} {
		if err := ask(); !errors.Is(err, store.ErrKeys) || !store.Unavailable(err) {
			t.Errorf("%s without the new key: %v, want ErrKeys, which is no answer", what, err)
		}
	}

	copyKeys(t, path, elsewhere)
	if c, err := late.Credential(ctx, account.Identifier); err != nil || c.Account != id || ring.Current() != 2 {
		t.Errorf("with the new key: account %q under version %d, %v", c.Account, ring.Current(), err)
	}
	if err := unit(); err != nil {
		t.Error(err)
	}

	// One that counts as ended and is heard of again, just before a key comes into use, is waited for.
	check.OK(t, here.stop())
	addKey(t, path, here)
	mark, _ := here.Keys().Mark(3)
	db := d.open(t)
	for _, put := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM instances`, nil},
		{`INSERT INTO instances (id, knows, uses, beats, seen_at) VALUES ('thawed', 2, 2, 8, 0)`, nil},
		{`INSERT INTO key_versions (version, mark) VALUES (3, $1)`, []any{mark}},
	} {
		d.until(t, put.query, func() bool { _, err := db.Exec(put.query, put.args...); return err == nil })
	}
	used := func(beats int64) (used bool) {
		t.Helper()
		check.OK(t, here.Use(ctx, 3, "thawed", beats))
		check.OK(t, db.QueryRow(`SELECT used_since IS NOT NULL FROM key_versions WHERE version = 3`).Scan(&used))
		return used
	}
	if used(7) {
		t.Error("a key is used that an instance which was heard of again lacks")
	}
	if !used(8) {
		t.Error("one that is not heard of is waited for")
	}
}
