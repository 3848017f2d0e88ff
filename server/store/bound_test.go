package store_test

import (
	"fmt"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// otherSession is a writer of the database without the keys, who has a session of their own and would like another's.
func otherSession(t *testing.T, d *database) {
	mine, theirs := storetest.Nathalie(t), storetest.Nathalie(t)
	mine.Identifier = storetest.Number(t, "K0000001")
	me, victim := storetest.Add(t, d.store, mine), storetest.Add(t, d.store, theirs)
	bare := string(d.row(t, victim, 1, "mine").Data)
	later := d.Clock().Add(time.Hour).UnixMicro()
	for what, set := range map[string]string{
		"another account":                fmt.Sprintf(`account_id = '%s'`, victim),
		"no account":                     `account_id = NULL`,
		"another epoch":                  `epoch = epoch + 1`,
		"a later end":                    fmt.Sprintf(`expires_at = %d`, later),
		"the data of another session":    fmt.Sprintf(`account_id = '%s', data = (SELECT data FROM sessions WHERE token_hash = 'theirs')`, victim),
		"data that are not sealed":       fmt.Sprintf(`account_id = '%s', data = %s`, victim, d.bytes(bare)),
		"its own row, with nothing done": `epoch = epoch`,
	} {
		d.exec(t, `DELETE FROM sessions`)
		d.save(t, d.row(t, me, 1, "mine"))
		d.save(t, d.row(t, victim, 1, "theirs"))
		d.exec(t, `UPDATE accounts SET session_epoch = 1`)
		d.exec(t, `UPDATE sessions SET `+set+` WHERE token_hash = 'mine'`)
		if what == "another epoch" { // which an ended session would have to get
			d.exec(t, `UPDATE accounts SET session_epoch = 2 WHERE id = '`+string(me)+`'`)
		}
		row, found := d.session(t, "mine")
		if nothing := set == "epoch = epoch"; found != nothing || found && row.Account != me {
			t.Errorf("with %s the session is found: %v, of account %q", what, found, row.Account)
		}
		if open, err := d.store.OpenSessions(t.Context(), victim); err != nil || len(open) > 1 {
			t.Errorf("with %s its owner sees %d sessions, %v", what, len(open), err)
		}
	}
	d.exec(t, `UPDATE sessions SET account_id = '`+string(victim)+`'`)
	if ended, err := d.store.EndOtherSessions(t.Context(), d.row(t, victim, 1, "theirs"), "theirs"); err != nil || ended != 1 {
		t.Errorf("of a session that is not sound %d were ended, %v", ended, err)
	}
}

// bytes is the text as the engine writes bytes in a statement.
func (d *database) bytes(text string) string {
	if d.store.Engine() == "postgres" {
		return fmt.Sprintf(`'\x%x'`, text)
	}
	return fmt.Sprintf(`x'%x'`, text)
}

// otherIndex is a writer of the database without the keys, who gives an account the number of another.
func otherIndex(t *testing.T, d *database) {
	mine, theirs := storetest.Nathalie(t), storetest.Nathalie(t)
	mine.Identifier = storetest.Number(t, "K0000001")
	me, victim := storetest.Add(t, d.store, mine), storetest.Add(t, d.store, theirs)
	nobody := storetest.Number(t, "K0000002")
	found := func(a portal.Account) portal.AccountID {
		t.Helper()
		c, err := d.store.Credential(t.Context(), a.Identifier)
		check.OK(t, err)
		r, err := d.store.Recipient(t.Context(), a.Identifier)
		if err != nil || r.Account != c.Account {
			t.Errorf("a sign-in finds %q and a recovery %q, %v", c.Account, r.Account, err)
		}
		return c.Account
	}
	if found(mine) != me || found(theirs) != victim {
		t.Fatal("an account is not found by its number")
	}
	// The number of an account for a row of one's own, and the other way round.
	db := d.open(t)
	swap := func(a, b portal.AccountID) {
		t.Helper()
		var index []byte
		check.OK(t, db.QueryRow(`SELECT identifier_index FROM accounts WHERE id = $1`, string(a)).Scan(&index))
		away := d.keys.Index("identifier", nobody.Canonical())
		for _, put := range []struct {
			index []byte
			id    portal.AccountID
		}{{away, a}, {index, b}} {
			check.OK(t, check.ErrOf(db.Exec(`UPDATE accounts SET identifier_index = $1 WHERE id = $2`, put.index, string(put.id))))
		}
	}
	swap(victim, me)
	if got := found(theirs); got != "" {
		t.Errorf("the number of an account leads to another: %q", got)
	}
	if _, err := portal.ImportRows(t.Context(), d.store, []portal.ImportRow{{Account: theirs, Scheme: "test"}}, portal.ImportOptions{}); err == nil {
		t.Error("an import writes one person's data over another's account")
	}
	if a, err := d.store.Account(t.Context(), me); err != nil || a.Identifier.Canonical() != mine.Identifier.Canonical() {
		t.Errorf("the account that was given another's number holds it: %v", err)
	}
}
