package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// An import that is killed has stored whole batches of rows; a second run of the same file makes of them what one run makes.
func TestAnImportThatIsKilledIsFinishedByASecondRun(t *testing.T) {
	all := people(2501)
	d := deploy(t, storetest.SQLiteURL(t), all[:1], cheap)
	path := importFile(t, all[1:], cheap)
	text, err := os.ReadFile(path)
	check.OK(t, err)
	lines := bytes.SplitAfter(text, []byte("\n"))

	pipe := filepath.Join(t.TempDir(), "accounts.csv")
	check.OK(t, syscall.Mkfifo(pipe, 0o600))
	cmd := exec.CommandContext(t.Context(), "moncompte", "accounts", "import", pipe)
	cmd.Env, cmd.Stderr = d.env, &logged
	check.OK(t, cmd.Start())
	into, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	check.OK(t, err)
	defer into.Close()
	check.OK(t, check.ErrOf(into.Write(bytes.Join(lines[:1+2250], nil))))
	kept := d.open(t)
	stored := func(p person) portal.AccountID {
		c, err := kept.Credential(t.Context(), p.number(t))
		check.OK(t, err)
		return c.Account
	}
	for end := time.Now().Add(time.Minute); stored(all[1]) == ""; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no row is stored")
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	before := map[string]portal.AccountID{}
	for _, p := range all[1:] {
		if id := stored(p); id != "" {
			before[p.identifier] = id
		}
	}
	if len(before) == 0 || len(before) > 2250 {
		t.Fatalf("%d rows were stored before the kill", len(before))
	}

	if out := d.run(t, "", "accounts", "import", path); !strings.Contains(out, " 0 skipped") || !strings.Contains(out, "of those updated: 0 are changed") {
		t.Errorf("the second run: %s", out)
	}
	ids := map[portal.AccountID]bool{}
	for _, p := range all[1:] {
		id := stored(p)
		ids[id] = true
		if first, was := before[p.identifier]; id == "" || was && first != id {
			t.Errorf("an account is missing, or made twice")
		}
		account, err := kept.Account(t.Context(), id)
		if err != nil || account.Email.Reveal() != p.email || account.Phone.Reveal() != p.phone || account.Password.IsZero() {
			t.Errorf("an account is not as its row: %v", err)
		}
	}
	if len(ids) != 2500 {
		t.Errorf("%d accounts of 2500", len(ids))
	}
}
