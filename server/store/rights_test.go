package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// personal keeps a row of everything about a person, and of a neighbour, lets the one be read and erases her. A table that a later
// change adds is found by its account_id.
func personal(t *testing.T, d *database) {
	ctx, r := t.Context(), newRecovery(t, d)
	account := storetest.Nathalie(t)
	neighbour := storetest.Nathalie(t)
	neighbour.Identifier = storetest.Number(t, "1850578006048")
	neighbour.Email, neighbour.Phone = keys.NewSecret("voisin@example.org"), keys.NewSecret("+33639987654")
	id, other := storetest.Add(t, d.store, account), storetest.Add(t, d.store, neighbour)
	for i, who := range []portal.AccountID{id, other} {
		d.link(t, who, pivot(t, fmt.Sprintf("subject-%d", i)))
		d.enter(t, who, portal.Password, portal.NewToken(), "session of "+string(who))
		d.must(t, func(tx portal.Tx) error {
			return errors.Join(tx.AddPasskey(ctx, aPasskey(d, who, fmt.Sprintf("KEY%d", i))),
				tx.SetPasskeyOffered(ctx, who, fmt.Appendf(nil, "%032d", i), d.Clock()),
				tx.AddChallenge(ctx, portal.NewToken(), portal.Challenge{Value: fmt.Sprint(i), Account: who, Session: []byte("session"), At: d.Clock()}),
				tx.ReplaceContact(ctx, portal.Account{ID: who}, portal.SMS, []portal.Account{account, neighbour}[i].Phone, d.Clock()),
				tx.AddDisowning(ctx, portal.NewToken(), portal.Disowning{Account: who, Channel: portal.SMS, At: d.Clock()}))
		})
	}
	for _, a := range []portal.Account{account, neighbour} {
		r.begin(a.Identifier, portal.SMS)
		storetest.Count(t, d.store, d.Clock(), 3, portal.AccountSubject(a.Identifier))
		d.must(t, func(tx portal.Tx) error { // a notice, which is of no flow
			return tx.AddMessage(ctx, portal.Message{Channel: portal.Email, To: a.Email, Content: content("notice", portal.Email), At: d.Clock(), Expires: d.Clock().Add(24 * time.Hour)})
		})
	}

	tables := d.tables(t)
	p, err := d.store.Personal(ctx, id)
	check.OK(t, err)
	for _, table := range tables {
		if len(p.Kept[table]) != 1 {
			t.Errorf("of %s the person reads %d rows, want 1", table, len(p.Kept[table]))
		}
	}
	text, err := json.Marshal(p)
	check.OK(t, err)
	for _, want := range []string{account.Identifier.Canonical(), account.Civil.BirthName, account.Email.Reveal(), account.Phone.Reveal(), "Téléphone de Nathalie",
		`"method":"password"`, `"acr":"eidas1"`, `"purpose":"reset"`, d.Clock().Format("2006-01-02")} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the person does not read %q in %s", want, text)
		}
	}
	for _, secret := range []string{account.Password.Reveal(), neighbour.Email.Reveal()} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the person reads %q, which is not about them", secret)
		}
	}

	check.OK(t, d.store.Erase(ctx, id))
	if _, err := d.store.Account(ctx, id); !errors.Is(err, portal.ErrNoAccount) {
		t.Errorf("the account is still there: %v", err)
	}
	for _, table := range tables {
		if n := d.count(t, `SELECT count(*) FROM `+table+` WHERE account_id = '`+string(id)+`'`); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
		if n := d.count(t, `SELECT count(*) FROM `+table+` WHERE account_id = '`+string(other)+`'`); n != 1 {
			t.Errorf("%d rows of the neighbour's are in %s, want 1", n, table)
		}
	}
	if b := d.bucket(t, portal.AccountSubject(account.Identifier)); b.InRow != 0 {
		t.Error("what was counted against the number is still there")
	}
	if b := d.bucket(t, portal.AccountSubject(neighbour.Identifier)); b.InRow != 3 {
		t.Error("what was counted against the neighbour is gone")
	}
	for _, m := range r.due() {
		if m.To.Reveal() == account.Email.Reveal() || m.To.Reveal() == account.Phone.Reveal() {
			t.Errorf("a message still leaves for the person: %q", m.Content.Text.Reveal())
		}
	}
	if n := d.count(t, `SELECT count(*) FROM outbox`); n != 2 {
		t.Errorf("%d messages are kept, want the neighbour's two", n)
	}
	if err := d.store.Erase(ctx, id); !errors.Is(err, portal.ErrNoAccount) {
		t.Errorf("erased twice: %v", err)
	}
	if _, err := d.store.Personal(ctx, id); !errors.Is(err, portal.ErrNoAccount) {
		t.Errorf("read after it was erased: %v", err)
	}
}

// tables are those with rows of accounts.
func (d *database) tables(t *testing.T) (names []string) {
	t.Helper()
	query := `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'account_id'`
	if d.store.Engine() == "postgres" {
		query = `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'account_id'`
	}
	rows, err := d.open(t).Query(query)
	check.OK(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		check.OK(t, rows.Scan(&name))
		names = append(names, name)
	}
	if err := rows.Err(); err != nil || !slices.Contains(names, "sessions") {
		t.Fatalf("tables: %q, %v", names, err)
	}
	return names
}

func (d *database) count(t *testing.T, query string) (n int) {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	check.OK(t, db.QueryRow(query).Scan(&n))
	return n
}
