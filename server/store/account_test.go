package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

func importRoundTrip(t *testing.T, d *database) {
	want := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, want)
	got, err := d.store.Account(t.Context(), id)
	check.OK(t, err)
	if got.Identifier.Canonical() != want.Identifier.Canonical() || got.Civil != want.Civil ||
		got.Email.Reveal() != want.Email.Reveal() || got.Phone.Reveal() != want.Phone.Reveal() ||
		got.Password.Reveal() != want.Password.Reveal() || got.Disabled || got.Epoch != 1 || !got.CreatedAt.Equal(d.Clock()) {
		t.Errorf("the account came back changed: %+v", got)
	}
	if _, err := d.store.Account(t.Context(), portal.NewAccountID()); !errors.Is(err, portal.ErrNoAccount) {
		t.Errorf("an unknown account: %v, want ErrNoAccount", err)
	}
	c, err := d.store.Credential(t.Context(), storetest.Number(t, "1850578006048"))
	if err != nil || c.Account != "" || !c.Hash.IsZero() {
		t.Errorf("an unknown identifier: %+v, %v, want the zero Credential", c, err)
	}
}

func importAgain(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	again := storetest.Nathalie(t)
	again.Password = keys.Secret{}
	again.Email = keys.NewSecret("new@example.org")
	if same := storetest.Add(t, d.store, again); same != id {
		t.Fatalf("importing again made another account")
	}
	got, err := d.store.Account(t.Context(), id)
	check.OK(t, err)
	if got.Email.Reveal() != "new@example.org" {
		t.Error("the e-mail was not updated")
	}
	if got.Password.Reveal() != "$hash$one" {
		t.Error("a row without a hash changed the password")
	}
}

// passwordsStay imports another password over one that is stored, as an old file does.
// disownedPassword imports the file of before again, in which the password stands that its owner has disowned.
func disownedPassword(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	clear := func() {
		d.must(t, func(tx portal.Tx) error { return tx.ClearPassword(t.Context(), id, d.Clock()) })
	}
	clear()
	for _, c := range []struct {
		replace bool
		want    string
	}{{false, ""}, {true, "$hash$one"}, {false, "$hash$one"}} {
		_, err := portal.ImportRows(t.Context(), d.store, []portal.ImportRow{{Account: account, Scheme: "test", Replace: c.replace}}, portal.ImportOptions{})
		if got, err2 := d.store.Account(t.Context(), id); err != nil || err2 != nil || got.Password.Reveal() != c.want {
			t.Errorf("replace %v: the password is %q, %v, %v", c.replace, got.Password.Reveal(), err, err2)
		}
		if schemes, err := d.store.Schemes(t.Context()); err != nil || schemes["test"] != len(c.want)/len("$hash$one") {
			t.Errorf("replace %v: %v, %v", c.replace, schemes, err)
		}
	}
	clear()
	d.must(t, func(tx portal.Tx) error {
		return tx.SetPassword(t.Context(), id, keys.NewSecret("$hash$chosen"), "test", d.Clock())
	})
	if n := count(t, d, "accounts WHERE password_cleared_at IS NOT NULL"); n != 0 {
		t.Error("the password that was chosen since counts as disowned")
	}
}

func passwordsStay(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	d.enter(t, id, portal.Password, portal.NewToken(), "token")
	row := portal.ImportRow{Account: account, Scheme: "test"}
	row.Account.Password = keys.NewSecret("$hash$old")
	for _, c := range []struct {
		replace  bool
		password string
		epoch    int64
		open     int
	}{{false, "$hash$one", 1, 1}, {true, "$hash$old", 2, 0}} {
		row.Replace = c.replace
		fates, err := portal.ImportRows(t.Context(), d.store, []portal.ImportRow{row}, portal.ImportOptions{})
		if err != nil || len(fates) != 1 || fates[0].Created || fates[0].Password != c.replace {
			t.Fatalf("%+v, %v", fates, err)
		}
		got, err := d.store.Account(t.Context(), id)
		if err != nil || got.Password.Reveal() != c.password || got.Epoch != c.epoch {
			t.Errorf("replace %v: another password or epoch %d, want %d (%v)", c.replace, got.Epoch, c.epoch, err)
		}
		if sessions, err := d.store.OpenSessions(t.Context(), id); err != nil || len(sessions) != c.open {
			t.Errorf("replace %v: %d sessions, want %d (%v)", c.replace, len(sessions), c.open, err)
		}
	}
	// A password is set where there was none, and a row without one ends nothing.
	bare := storetest.Nathalie(t)
	bare.Identifier, bare.Password = storetest.Number(t, "1850578006048"), keys.Secret{}
	other := storetest.Add(t, d.store, bare)
	bare.Password = keys.NewSecret("$hash$first")
	storetest.Add(t, d.store, bare)
	if got, err := d.store.Account(t.Context(), other); err != nil || got.Password.Reveal() != "$hash$first" || got.Epoch != 1 {
		t.Errorf("the first password: %v", err)
	}
	row.Account.Password, row.Scheme = keys.Secret{}, ""
	check.OK(t, check.ErrOf(portal.ImportRows(t.Context(), d.store, []portal.ImportRow{row}, portal.ImportOptions{})))
	if got, err := d.store.Account(t.Context(), id); err != nil || got.Password.Reveal() != "$hash$old" || got.Epoch != 2 {
		t.Errorf("a row without a password: epoch %d, %v", got.Epoch, err)
	}
}

// absentColumns imports a file that lacks columns.
func absentColumns(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	row := portal.ImportRow{Account: account, Absent: []string{"email", "used_name", "birthplace"}}
	row.Account.Email, row.Account.Phone, row.Account.Password = keys.Secret{}, keys.Secret{}, keys.Secret{}
	row.Account.Civil.UsedName, row.Account.Civil.Birthplace, row.Account.Civil.GivenNames = "", "", "Nathalie"
	check.OK(t, check.ErrOf(portal.ImportRows(t.Context(), d.store, []portal.ImportRow{row}, portal.ImportOptions{})))
	got, err := d.store.Account(t.Context(), id)
	if err != nil || got.Email.Reveal() != "nathalie@example.org" || got.Civil.UsedName != "MARTIN" || got.Civil.Birthplace != "49588" {
		t.Errorf("what the file says nothing of is changed: %v", err)
	}
	if !got.Phone.IsZero() || got.Civil.GivenNames != "Nathalie" {
		t.Error("what the file says is not stored")
	}
}

// nothingReadable looks for the person in every column of every table, as a stolen copy of the database would be read.
func nothingReadable(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	subjects := []portal.Subject{portal.AccountSubject(account.Identifier), {Kind: portal.ByAddress, Value: "192.0.2.7", Limit: portal.AddressLimit}}
	device := portal.NewToken()
	for _, subject := range subjects {
		storetest.Count(t, d.store, d.Clock(), 1, subject)
	}
	d.enter(t, id, portal.Password, device, "token")
	personal := []string{account.Identifier.Canonical(), "DURAND", "MARTIN", "Nathalie", "1969-05-12", "nathalie@example.org",
		"639980001", "192.0.2.7", device.Reveal()}
	for _, table := range []string{"accounts", "sign_ins", "devices", "buckets", "sessions"} {
		for _, cell := range dump(t, d, table) {
			for _, word := range personal {
				if bytes.Contains(bytes.ToLower(cell), []byte(strings.ToLower(word))) {
					t.Errorf("table %s holds something personal in the clear", table)
				}
			}
		}
	}
}

// dump returns every cell of a table.
func dump(t *testing.T, d *database, table string) (cells [][]byte) {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
	check.OK(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	check.OK(t, err)
	for rows.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(any)
		}
		check.OK(t, rows.Scan(row...))
		for _, cell := range row {
			switch v := (*cell.(*any)).(type) {
			case []byte:
				cells = append(cells, v)
			default:
				cells = append(cells, fmt.Append(nil, v))
			}
		}
	}
	return cells
}

func hashUpgrade(t *testing.T, d *database) {
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	upgrade := func(verified, hash string) {
		t.Helper()
		d.must(t, func(tx portal.Tx) error {
			return tx.UpgradeHash(t.Context(), id, keys.NewSecret(verified), keys.NewSecret(hash), "better")
		})
	}
	upgrade("$hash$one", "$hash$two")
	hash := func() string {
		t.Helper()
		c, err := d.store.Credential(t.Context(), account.Identifier)
		check.OK(t, err)
		return c.Hash.Reveal()
	}
	if hash() != "$hash$two" {
		t.Error("the hash was not upgraded")
	}
	upgrade("$hash$one", "$hash$three") // which has changed since it was verified
	if hash() != "$hash$two" {
		t.Error("a hash that had changed since it was verified was replaced")
	}
	schemes, err := d.store.Schemes(t.Context())
	if err != nil || len(schemes) != 1 || schemes["better"] != 1 {
		t.Errorf("schemes: %v, %v", schemes, err)
	}
}

// count returns the number of rows of a table.
func count(t *testing.T, d *database, table string) (n int) {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	check.OK(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// open is a connection beside the store's own.
func (d *database) open(t *testing.T) *sql.DB {
	t.Helper()
	driver := "pgx"
	if strings.HasPrefix(d.url, "file:") {
		driver = "sqlite"
	}
	db, err := sql.Open(driver, d.url)
	check.OK(t, err)
	return db
}
