package store_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// rotation changes the keys under a store with an account that has been guessed at.
func rotation(t *testing.T, d *database) {
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	first, err := keys.Create(path, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	before := storetest.Open(t, store.Options{URL: d.url, Keys: first, Now: d.clock})
	account := storetest.Nathalie(t)
	id := storetest.Add(t, before, account)
	subject := portal.AccountSubject(account.Identifier)
	for range 3 {
		if err := before.Reserve(t.Context(), d.clock(), subject); err != nil {
			t.Fatal(err)
		}
	}

	both, err := keys.Add(path, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	after := storetest.Open(t, store.Options{URL: d.url, Keys: both, Now: d.clock})
	found := func(when string) {
		t.Helper()
		if c, err := after.Credential(t.Context(), account.Identifier); err != nil || c.Account != id {
			t.Fatalf("%s: the account is not found: %v", when, err)
		}
		if got, err := after.Account(t.Context(), id); err != nil || got.Civil != account.Civil {
			t.Fatalf("%s: the account is not readable: %v", when, err)
		}
	}
	found("before it is moved over")
	for want := 1; want >= 0; want-- { // the second time there is nothing left to do
		if n, err := after.Protect(t.Context()); err != nil || n != want {
			t.Fatalf("%d accounts were moved over, %v, want %d", n, err, want)
		}
		found("after it was moved over")
	}
	if bucket, err := after.Bucket(t.Context(), subject); err != nil || bucket.InRow != 3 {
		t.Errorf("the change of keys gave fresh guesses: %+v, %v", bucket, err)
	}
	if c, err := before.Credential(t.Context(), account.Identifier); err != nil || c.Account != "" {
		t.Errorf("the old key still finds the account (%v): nothing was moved", err)
	}
}

// checking finds what cannot be opened with the keys.
func checking(t *testing.T, d *database) {
	storetest.Add(t, d.store, storetest.Nathalie(t))
	result, err := d.store.Check(t.Context())
	if err != nil || result.Accounts != 1 || len(result.Faults) != 0 {
		t.Fatalf("a sound database: %+v, %v", result, err)
	}
	other := storetest.Open(t, store.Options{URL: d.url, Keys: storetest.Keys(t)})
	result, err = other.Check(t.Context())
	if err != nil || result.Accounts != 1 || len(result.Faults) != 1 {
		t.Fatalf("with other keys: %+v, %v, want one fault", result, err)
	}
	if strings.Contains(result.Faults[0], "DURAND") {
		t.Error("a fault holds personal data")
	}
}

// backup copies a database that is in use.
func backup(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	path := filepath.Join(t.TempDir(), "copy.db")
	err := d.store.Backup(t.Context(), path)
	if d.store.Engine() == "postgres" {
		if !errors.Is(err, store.ErrBackup) {
			t.Errorf("PostgreSQL: %v, want ErrBackup", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v: others may read it", info.Mode(), err)
	}
	copied := storetest.Open(t, store.Options{URL: "file:" + path, Keys: d.keys})
	if c, err := copied.Credential(t.Context(), account.Identifier); err != nil || c.Account == "" {
		t.Errorf("the account is not in the copy: %v", err)
	}
	if err := d.store.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an existing file: %v, want ErrExist", err)
	}
}
