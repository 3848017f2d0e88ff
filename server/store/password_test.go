package store_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// hashOf is the hash that a sign-in with the account's number is judged by, "" for none. The other ways to it say the same.
func (d *database) hashOf(t *testing.T, a portal.Account) string {
	t.Helper()
	c, err := d.store.Credential(t.Context(), a.Identifier)
	if err != nil || c.Account == "" {
		t.Fatalf("the account is not found: %v", err)
	}
	got, err := d.store.Account(t.Context(), c.Account)
	if err != nil || got.Password.Reveal() != c.Hash.Reveal() {
		t.Errorf("the account and its credential have different hashes: %v", err)
	}
	return c.Hash.Reveal()
}

// otherPassword is a writer of the database without the keys, who knows the password of an account of their own and would like it to
// open another.
func otherPassword(t *testing.T, d *database) {
	mine, theirs := storetest.Nathalie(t), storetest.Nathalie(t)
	mine.Identifier = storetest.Number(t, "K0000001")
	mine.Password = keys.NewSecret("$hash$mine")
	me, victim := storetest.Add(t, d.store, mine), storetest.Add(t, d.store, theirs)
	if d.hashOf(t, mine) != "$hash$mine" || d.hashOf(t, theirs) != "$hash$one" {
		t.Fatal("a hash does not come back")
	}
	for what, statement := range map[string]string{
		"the sealed hash of another account": `UPDATE accounts SET password_sealed = (SELECT password_sealed FROM accounts WHERE id = '` + string(me) + `')`,
		"a hash that is not sealed":          `UPDATE accounts SET password_hash = '$hash$mine'`,
		"a hash in place of a sealed one":    `UPDATE accounts SET password_hash = '$hash$mine', password_sealed = NULL`,
		"no seal":                            `UPDATE accounts SET password_sealed = NULL`,
		"another column's seal":              `UPDATE accounts SET password_sealed = identifier_sealed`,
	} {
		d.must(t, func(tx portal.Tx) error {
			return tx.SetPassword(t.Context(), victim, keys.NewSecret("$hash$one"), "test", d.Clock())
		})
		d.exec(t, statement+` WHERE id = '`+string(victim)+`'`)
		if got := d.hashOf(t, theirs); got != "" {
			t.Errorf("with %s, %q opens the account", what, got)
		}
		if result, err := d.store.Check(t.Context()); err != nil || len(result.Faults) == 0 {
			t.Errorf("%s: the check finds %q, %v", what, result.Faults, err)
		}
		// The operator's change of keys does not make it good.
		if _, err := d.store.Protect(t.Context(), nil); err != nil || d.hashOf(t, theirs) != "" {
			t.Errorf("%s opens the account after a change of keys (%v)", what, err)
		}
	}
}

// earlierPasswords come from a release that sealed no hash: they count until a change of keys has sealed them, and then never again.
func earlierPasswords(t *testing.T, d *database) {
	path := keysFile(t)
	text, err := os.ReadFile(path)
	check.OK(t, err)
	lines := slices.DeleteFunc(strings.SplitAfter(string(text), "\n"), func(line string) bool { return strings.HasPrefix(line, "#!") })
	check.OK(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600))
	ring, err := keys.Load(path)
	if err != nil || ring.PasswordsSealed() {
		t.Fatalf("an earlier keys file says that hashes are sealed, %v", err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock})
	account := storetest.Nathalie(t)
	storetest.Add(t, d.store, account)
	earlier := `UPDATE accounts SET password_sealed = NULL, password_hash = '$hash$earlier'`
	d.exec(t, earlier)
	if d.hashOf(t, account) != "$hash$earlier" {
		t.Fatal("a password of an earlier release is lost")
	}
	if moved, err := d.store.Protect(t.Context(), nil); err != nil || moved != 1 {
		t.Errorf("%d rows were sealed, %v", moved, err)
	}
	if d.hashOf(t, account) != "$hash$earlier" {
		t.Error("a password is lost by sealing it")
	}
	var bare int
	if err := d.open(t).QueryRow(`SELECT count(*) FROM accounts WHERE password_hash <> 'sealed' OR password_sealed IS NULL`).Scan(&bare); err != nil || bare != 0 {
		t.Errorf("%d hashes can be guessed at in a stolen database, %v", bare, err)
	}
	check.OK(t, keys.Carried(path))
	if _, err := ring.Reload(); err != nil || !ring.PasswordsSealed() {
		t.Errorf("the keys file does not say that hashes are sealed, %v", err)
	}
	if d.hashOf(t, account) != "$hash$earlier" {
		t.Error("a sealed password is lost")
	}
	d.exec(t, earlier)
	if d.hashOf(t, account) != "" {
		t.Error("a hash that is not sealed counts again")
	}
	// What the file says goes on with the next versions.
	if next, err := keys.Add(path, nil, time.Now()); err != nil || !next.PasswordsSealed() || keys.Keep(path, 2) != nil {
		t.Errorf("with another version the file says it no more, %v", err)
	}
	if kept, err := keys.Load(path); err != nil || !kept.PasswordsSealed() {
		t.Errorf("with one version the file says it no more, %v", err)
	}
}
