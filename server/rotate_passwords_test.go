package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/store/storetest"
)

// The keys and the hash of an earlier release: its people sign in, and after a change of keys no hash that is not sealed opens anything.
func TestPasswordsOfAnEarlierReleaseAreSealedByAChangeOfKeys(t *testing.T) {
	all := people(2)
	d := deploy(t, storetest.SQLiteURL(t), all, cheap)
	path := ""
	for _, setting := range d.env {
		if value, ok := strings.CutPrefix(setting, "MONCOMPTE_KEYS_FILE="); ok {
			path = value
		}
	}
	text, err := os.ReadFile(path)
	check.OK(t, err)
	const line = "#! every password hash is sealed\n"
	if !strings.Contains(string(text), line) {
		t.Fatal("a new keys file does not say that hashes are sealed")
	}
	check.OK(t, os.WriteFile(path, []byte(strings.Replace(string(text), line, "", 1)), 0o600))
	s := d.open(t)
	c, err := s.Credential(t.Context(), all[0].number(t))
	if err != nil || c.Hash.IsZero() {
		t.Fatalf("no hash: %v", err)
	}
	db := d.database(t)
	unseal := func() {
		t.Helper()
		check.OK(t, check.ErrOf(db.Exec(`UPDATE accounts SET password_hash = $1, password_sealed = NULL WHERE id = $2`, c.Hash.Reveal(), string(c.Account))))
	}
	signIn := func(what string, want int) {
		t.Helper()
		if a := newBrowser(t).signIn(t, d.serve(t).site, all[0]); a.status != want {
			t.Errorf("%s: status %d, want %d", what, a.status, want)
		}
	}
	unseal()
	signIn("a hash of an earlier release", http.StatusSeeOther)
	unseal()
	if out := d.run(t, "", "keys", "rotate"); !strings.HasPrefix(out, "version 2 protects everything") {
		t.Errorf("rotate: %s", out)
	}
	signIn("a hash that was sealed", http.StatusSeeOther)
	unseal()
	signIn("a hash that is not sealed afterwards", http.StatusUnauthorized)
}
