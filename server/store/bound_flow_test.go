package store_test

import (
	"errors"
	"fmt"
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

// otherLink is a writer of the database without the keys, who has a link of their own and would like it to open another's account.
func otherLink(t *testing.T, d *database) {
	mine, theirs := storetest.Nathalie(t), storetest.Nathalie(t)
	mine.Identifier = storetest.Number(t, "K0000001")
	me, victim := storetest.Add(t, d.store, mine), storetest.Add(t, d.store, theirs)
	own, others := pivot(t, "subject-one"), pivot(t, "subject-two")
	move := fmt.Sprintf(`account_id = '%s'`, victim)
	for what, set := range map[string]string{
		"another account":                      move,
		"another account and its own seal":     move + fmt.Sprintf(`, owner_sealed = (SELECT owner_sealed FROM links WHERE account_id = '%s' AND end_reason IS NOT NULL)`, victim),
		"another account and no seal":          move + `, owner_sealed = NULL`,
		"no seal":                              `owner_sealed = NULL`,
		"another account and another its seal": move + `, owner_sealed = subject_sealed`,
		"its own row, with nothing done":       `acr = acr`,
	} {
		d.exec(t, `DELETE FROM links`)
		d.link(t, me, own)
		d.link(t, victim, others)
		d.must(t, func(tx portal.Tx) error { _, err := tx.EndLink(t.Context(), victim, issuer, d.Clock()); return err })
		d.exec(t, `UPDATE links SET `+set+fmt.Sprintf(` WHERE account_id = '%s'`, me))
		nothing := set == "acr = acr"
		check := func(when string) {
			t.Helper()
			if got := d.linked(t, own); (got == me) != nothing || got == victim {
				t.Errorf("with %s, %s, the identity opens %q", what, when, got)
			}
			result, err := d.store.Check(t.Context())
			if found := slices.ContainsFunc(result.Faults, func(line string) bool { return strings.HasPrefix(line, "links.") }); err != nil || found == nothing {
				t.Errorf("with %s, %s, the check says %q, %v", what, when, result.Faults, err)
			}
		}
		check("at once")
		if _, err := d.store.Protect(t.Context(), nil); err != nil { // the operator's change of keys does not make it good
			t.Fatal(err)
		}
		check("after a change of keys")
	}
}

// earlierLinks come from a release that bound none: they count until a change of keys has bound them, and then never again.
func earlierLinks(t *testing.T, d *database) {
	path := keysFile(t)
	text, err := os.ReadFile(path)
	check.OK(t, err)
	check.OK(t, os.WriteFile(path, []byte(strings.Replace(string(text), "#! every link is bound to its account\n", "", 1)), 0o600))
	ring, err := keys.Load(path)
	if err != nil || ring.LinksBound() || !ring.PasswordsSealed() {
		t.Fatalf("an earlier keys file says that links are bound, or not that hashes are sealed; %v", err)
	}
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock})
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	identity := pivot(t, "subject-one")
	bound := func() bool { return d.count(t, `SELECT count(*) FROM links WHERE owner_sealed IS NOT NULL`) == 1 }
	opens := func(what string, want portal.AccountID) {
		t.Helper()
		if got := d.linked(t, identity); got != want {
			t.Errorf("%s: it opens %q, want %q", what, got, want)
		}
	}
	d.link(t, id, identity)
	const earlier = `UPDATE links SET owner_sealed = NULL`
	d.exec(t, earlier)
	opens("a link of an earlier release", id)
	d.must(t, func(tx portal.Tx) error { return tx.UseLink(t.Context(), id, identity, d.Clock()) })
	if !bound() {
		t.Error("its use has not bound it")
	}
	d.exec(t, earlier)
	if moved, err := d.store.Protect(t.Context(), nil); err != nil || moved != 1 || !bound() {
		t.Errorf("%d links were bound, %v", moved, err)
	}
	check.OK(t, keys.Carried(path))
	if _, err := ring.Reload(); err != nil || !ring.LinksBound() || !ring.PasswordsSealed() {
		t.Errorf("the keys file does not say that links are bound, %v", err)
	}
	opens("a link that a change of keys has bound", id)
	d.exec(t, earlier)
	opens("a link that is not bound", "")
	if next, err := keys.Add(path, nil, time.Now()); err != nil || !next.LinksBound() || keys.Keep(path, 2) != nil {
		t.Errorf("with another version the file says it no more, %v", err)
	}
	if kept, err := keys.Load(path); err != nil || !kept.LinksBound() {
		t.Errorf("with one version the file says it no more, %v", err)
	}
}

// otherFlow is a writer of the database without the keys, who has given the code of a recovery of their own.
func otherFlow(t *testing.T, d *database) {
	r := newRecovery(t, d)
	mine, theirs := storetest.Nathalie(t), storetest.Nathalie(t)
	mine.Identifier = storetest.Number(t, "K0000001")
	me, victim := storetest.Add(t, d.store, mine), storetest.Add(t, d.store, theirs)
	given, open := r.begin(mine.Identifier, portal.SMS), r.begin(theirs.Identifier, portal.SMS)
	if r.give(given, r.code(given)) != portal.CodeRight {
		t.Fatal("the code is not right")
	}
	ref := func(token keys.Secret) portal.FlowRef { return keys.TokenIndex("flow", token) }
	own, other := d.bytes(string(ref(given))), d.bytes(string(ref(open)))
	db := d.open(t)
	const columns = `account_id, consumed_at, given_sealed, bond_sealed, epoch, purpose, session, created_at, expires_at, digits, known, shared, disowned, contact_sealed`
	check.OK(t, check.ErrOf(db.Exec(`CREATE TABLE kept AS SELECT token_index, `+columns+` FROM flows`)))
	for _, c := range []struct {
		what, of, set string
		token         keys.Secret
		account       portal.AccountID // that it would be for
	}{
		{"another account", own, fmt.Sprintf(`account_id = '%s'`, victim), given, victim},
		{"another account and its bond", own, fmt.Sprintf(`account_id = '%s', bond_sealed = (SELECT bond_sealed FROM kept WHERE token_index = %s)`, victim, other), given, victim},
		{"another account and no bond", own, fmt.Sprintf(`account_id = '%s', bond_sealed = NULL`, victim), given, victim},
		{"a code that nobody gave", other, fmt.Sprintf(`consumed_at = %d`, d.Clock().UnixMicro()), open, victim},
		{"a code that somebody else gave", other, fmt.Sprintf(`consumed_at = (SELECT consumed_at FROM kept WHERE token_index = %s), given_sealed = (SELECT given_sealed FROM kept WHERE token_index = %s)`, own, own), open, victim},
		{"a code that was given later", own, `consumed_at = consumed_at + 1`, given, me},
		{"a right pair", own, `epoch = 1, purpose = 'sign-in'`, given, me},
		{"another purpose", own, `purpose = 'link'`, given, me},
		{"a session", own, `session = 'one', purpose = 'link'`, given, me},
		{"a later beginning", own, `created_at = created_at + 1`, given, me},
		{"a later end", own, `expires_at = expires_at + 1`, given, me},
		{"a longer code", own, `digits = 12`, given, me},
		{"a known browser", own, `known = 1`, given, me},
		{"a computer of one person", own, `shared = 1`, given, me},
		{"the words of who disowned a notice", own, `disowned = 1`, given, me},
		{"a change of contacts", own, `contact_sealed = code_sealed`, given, me},
		{"nothing done", own, `sends = sends`, given, me},
	} {
		restore := `UPDATE flows SET `
		for i, name := range strings.Split(columns, ", ") {
			if i > 0 {
				restore += ", "
			}
			restore += name + ` = (SELECT ` + name + ` FROM kept WHERE kept.token_index = flows.token_index)`
		}
		d.exec(t, restore)
		d.exec(t, `UPDATE flows SET `+c.set+` WHERE token_index = `+c.of)
		want := portal.ErrNoFlow
		if c.what == "nothing done" {
			want = nil
		}
		if _, err := d.store.Flow(t.Context(), c.token, d.Clock()); (err == nil) != (want == nil) {
			t.Errorf("with %s the flow is found: %v", c.what, err)
		}
		err := d.unit(t.Context(), func(tx portal.Tx) error {
			if err := tx.FinishFlow(t.Context(), ref(c.token), c.account, d.Clock(), d.Clock().Add(-time.Minute)); err != nil {
				return err
			}
			return errRollback
		})
		if want != nil && !errors.Is(err, portal.ErrNoFlow) || want == nil && !errors.Is(err, errRollback) {
			t.Errorf("with %s the flow is finished: %v", c.what, err)
		}
		d.exec(t, `UPDATE flows SET finished_at = `+fmt.Sprint(d.Clock().UnixMicro())+` WHERE token_index = `+c.of)
		if _, err := d.store.FinishedFlow(t.Context(), c.token, d.Clock().Add(-time.Minute)); (err == nil) != (want == nil) {
			t.Errorf("with %s the flow has set a password: %v", c.what, err)
		}
		d.exec(t, `UPDATE flows SET finished_at = NULL`)
	}
}

var errRollback = errors.New("undone by the test")
