package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/audit"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// rotation changes the keys under a store that has a row of everything, drops the old key and reads everything with the new one alone.
func rotation(t *testing.T, d *database) {
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	ring, err := keys.Create(path, nil, time.Now())
	check.OK(t, err)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: ring, Now: d.Clock})
	r := newRecovery(t, d)
	account := storetest.Nathalie(t)
	id := storetest.Add(t, d.store, account)
	d.Turn(time.Minute)

	stranger := storetest.Number(t, "1850578006048") // nobody's: its count must change no otherwise than an account's
	subjects := []portal.Subject{portal.AccountSubject(account.Identifier), portal.AccountSubject(stranger),
		{Kind: portal.ByAddress, Value: "192.0.2.1", Limit: portal.AddressLimit}}
	for _, subject := range subjects {
		storetest.Count(t, d.store, d.Clock(), 3, subject)
	}
	device, browser, token := portal.NewToken(), portal.NewToken(), portal.NewToken()
	identity := pivot(t, "subject-one")
	d.link(t, id, identity)
	d.enter(t, id, portal.FranceConnect, device, "session")
	open, tried := r.begin(account.Identifier, portal.SMS), r.begin(account.Identifier, portal.Email)
	in := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken(), At: d.Clock()}
	out := portal.Visit{Way: portal.ToSignOut, State: portal.NewToken(), IDToken: identity.IDToken, At: d.Clock()}
	d.must(t, func(tx portal.Tx) error {
		return errors.Join(tx.AddVisit(t.Context(), browser, in), tx.AddVisit(t.Context(), browser, out),
			tx.AddLinking(t.Context(), token, identity, d.Clock()))
	})
	waiting := len(r.due())

	added, err := keys.Add(path, nil, time.Now())
	check.OK(t, err)
	if _, err := ring.Reload(); err != nil || !ring.Use(2) {
		t.Fatalf("the new key is not used: %v", err)
	}
	if needs, err := d.store.Needs(t.Context(), 2); err != nil || len(needs) < 10 {
		t.Errorf("before anything is moved, the old key is needed by %q, %v", needs, err)
	}
	if c, err := d.store.Credential(t.Context(), account.Identifier); err != nil || c.Account != id {
		t.Errorf("before it is moved over, the account is not found: %v", err)
	}
	if moved, err := d.store.Protect(t.Context(), nil); err != nil || moved == 0 {
		t.Fatalf("%d rows were moved over, %v", moved, err)
	}
	if moved, err := d.store.Protect(t.Context(), nil); err != nil || moved != 0 {
		t.Errorf("%d rows were moved over twice, %v", moved, err)
	}
	if needs, err := d.store.Needs(t.Context(), 2); err != nil || len(needs) != 0 {
		t.Errorf("the old key is still needed by %q, %v", needs, err)
	}

	alone, _ := added.Only(2)
	d.store = storetest.Open(t, store.Options{URL: d.url, Keys: alone, Now: d.Clock})
	r = newRecovery(t, d)
	if result, err := d.store.Check(t.Context()); err != nil || len(result.Faults) != 0 || result.Accounts != 1 {
		t.Errorf("check: %+v, %v", result, err)
	}
	if c, err := d.store.Credential(t.Context(), account.Identifier); err != nil || c.Account != id {
		t.Errorf("the account is not found: %v", err)
	}
	got, err := d.store.Account(t.Context(), id)
	if err != nil || got.Civil != account.Civil || got.Email.Reveal() != account.Email.Reveal() || got.Phone.Reveal() != account.Phone.Reveal() ||
		got.Identifier.Canonical() != account.Identifier.Canonical() {
		t.Errorf("the account is not readable: %v", err)
	}
	if n, err := d.store.Candidates(t.Context(), portal.PivotKeys(account.Civil)); err != nil || n != 1 {
		t.Errorf("%d candidates, %v", n, err)
	}
	if l, err := d.store.Linked(t.Context(), identity.Issuer, identity.Subject, device); err != nil || l.Account != id || !l.KnownDevice {
		t.Errorf("linked: %+v, %v", l, err)
	}
	if name, ours, err := d.store.KnownDevice(t.Context(), device, account.Identifier); err != nil || name == "" || !ours {
		t.Errorf("the device is not known: %v", err)
	}
	if signIns, err := d.store.SignIns(t.Context(), id, device); err != nil || len(signIns) != 1 || !signIns[0].ThisDevice {
		t.Errorf("sign-ins: %+v, %v", signIns, err)
	}
	for _, subject := range subjects {
		if bucket := d.bucket(t, subject); bucket.InRow != 3 {
			t.Errorf("the change of keys gave fresh guesses on a subject by %s: %+v", subject.Kind, bucket)
		}
	}
	messages := r.due()
	for _, m := range messages {
		if m.To.IsZero() || m.Content.Text.IsZero() {
			t.Error("a message has no address or no content")
		}
	}
	if len(messages) != waiting || waiting == 0 {
		t.Errorf("%d messages can be sent, want %d", len(messages), waiting)
	}
	for _, flow := range []keys.Secret{open, tried} {
		if f, ok := r.flow(flow); !ok || f.Identifier.Canonical() != account.Identifier.Canonical() {
			t.Error("a flow is not found")
		}
	}
	d.Turn(time.Minute)
	if err := r.Resend(t.Context(), open); err != nil {
		t.Errorf("a code is not sent again: %v", err)
	}
	if wrong, right := r.give(tried, wrongCode), r.give(tried, r.code(tried)); wrong != portal.CodeWrong || right != portal.CodeRight {
		t.Errorf("codes: wrong %d, right %d", wrong, right)
	}
	if r.give(open, r.code(open)) != portal.CodeRight {
		t.Error("the code that was sent again is not right")
	}
	early := d.Clock().Add(-time.Hour)
	if v, err := d.store.OpenSignOut(t.Context(), browser, early); err != nil || v.IDToken.Reveal() != out.IDToken.Reveal() {
		t.Errorf("the sign-out is not found: %v", err)
	}
	d.must(t, func(tx portal.Tx) error {
		v, err := tx.TakeVisit(t.Context(), browser, in.State, portal.ToSignIn, early, d.Clock())
		if v.Nonce.Reveal() != in.Nonce.Reveal() {
			t.Error("the visit is not found")
		}
		return err
	})
	if got, err := d.store.Linking(t.Context(), token, early); err != nil || got.Subject.Reveal() != identity.Subject.Reveal() || got.Civil != identity.Civil {
		t.Errorf("the linking is not found: %v", err)
	}
	if err := r.set(open); err != nil {
		t.Errorf("a password is not set: %v", err)
	}
}

// fullOf puts a row of everything that is protected into the database.
func fullOf(t *testing.T, d *database) {
	id := storetest.Add(t, d.store, storetest.Nathalie(t))
	d.link(t, id, pivot(t, "subject-one"))
	d.enter(t, id, portal.Password, portal.NewToken(), "session")
	r := newRecovery(t, d)
	token, err := r.BeginContact(t.Context(), portal.SessionRow{Account: id, Data: []byte(`{"values":{"id":"one"}}`)}, portal.SMS, keys.NewSecret("+33639980002"))
	if err != nil || r.give(token, r.code(token)) != portal.CodeRight {
		t.Fatalf("a code is not given: %v", err)
	}
	check.OK(t, d.store.AppendAudit(t.Context(), []audit.Event{{At: d.Clock(), Kind: "operator"}}))
	visit := portal.Visit{Way: portal.ToSignIn, State: portal.NewToken(), Nonce: portal.NewToken(), At: d.Clock()}
	d.must(t, func(tx portal.Tx) error {
		return errors.Join(tx.ReplaceContact(t.Context(), portal.Account{ID: id}, portal.SMS, keys.NewSecret("+33639980001"), d.Clock()), tx.AddPasskey(t.Context(), aPasskey(d, id, "ONE")), tx.AddVisit(t.Context(), portal.NewToken(), visit), tx.AddLinking(t.Context(), portal.NewToken(), pivot(t, "subject-two"), d.Clock()))
	})
}

// checking spoils each column that needs a key, and expects to be told which.
func checking(t *testing.T, d *database) {
	fullOf(t, d)
	sound := func() []string {
		t.Helper()
		result, err := d.store.Check(t.Context())
		if err != nil || result.Accounts != 1 {
			t.Fatalf("%d accounts, %v", result.Accounts, err)
		}
		return result.Faults
	}
	if faults := sound(); len(faults) != 0 {
		t.Fatalf("a sound database: %q", faults)
	}
	db := d.open(t)
	columns := store.ProtectedColumns()
	if len(columns) < 15 {
		t.Fatalf("protected columns: %v", columns)
	}
	for _, c := range columns {
		// A row of the same table is spoilt in this column alone, and put right again.
		var was any
		check.OK(t, db.QueryRow(`SELECT `+c.Name+` FROM `+c.Table+` LIMIT 1`).Scan(&was))
		spoilt := any(bytes.Repeat([]byte{7}, 32))
		if text, ok := was.([]byte); ok && len(text) > 32 {
			spoilt = append(bytes.Clone(text[:len(text)-1]), text[len(text)-1]^1)
		} else if _, ok := was.(int64); ok {
			spoilt = int64(99)
		}
		swap := func(to, from any) {
			t.Helper()
			check.OK(t, check.ErrOf(db.Exec(`UPDATE `+c.Table+` SET `+c.Name+` = $1 WHERE `+c.Name+` = $2`, to, from)))
		}
		swap(spoilt, was)
		faults := sound()
		if !slices.ContainsFunc(faults, func(line string) bool { return strings.HasPrefix(line, c.Table+"."+c.Name+": 1 of ") }) {
			t.Errorf("%s.%s is spoilt, the check says %q", c.Table, c.Name, faults)
		}
		for _, line := range faults {
			for _, personal := range []string{"DURAND", "Nathalie", "2690549588157", "example.org", "subject-one"} {
				if strings.Contains(line, personal) {
					t.Errorf("a fault holds personal data")
				}
			}
		}
		swap(was, spoilt)
	}
	if faults := sound(); len(faults) != 0 {
		t.Fatalf("put right again: %q", faults)
	}
	other := storetest.Open(t, store.Options{URL: d.url, Keys: storetest.Keys(t)})
	if result, err := other.Check(t.Context()); err != nil || len(result.Faults) < 9 {
		t.Errorf("with other keys: %+v, %v, want a fault of each sealed column", result, err)
	}
}

// listed compares the list of protected columns with the schema: a new column of bytes is on the list or said to need no key.
func listed(t *testing.T, d *database) {
	keyless := map[string]string{
		"buckets.recent":                     "times",
		"devices.token_index":                "a token's hash",
		"sign_ins.device":                    "a token's hash",
		"flows.token_index":                  "a token's hash",
		"outbox.flow":                        "a token's hash",
		"visits.state_index":                 "a token's hash",
		"visits.browser_index":               "a token's hash",
		"linkings.token_index":               "a token's hash",
		"passkeys.credential_index":          "a hash of random bits",
		"disownings.token_index":             "a hash of random bits",
		"passkey_users.handle":               "random, and known to the devices",
		"passkey_challenges.challenge_index": "a hash of random bits",
		"passkey_challenges.browser_index":   "a token's hash",
		"passkey_challenges.session":         "sealed under the browser's token",
		"key_versions.mark":                  "says nothing about the key",
		"audit.who":                          "by a key of the log's own",
		"audit.network":                      "by a key of the log's own",
		"audit.mac":                          "by a key of the log's own",
		"audit_ends.mac":                     "by a key of the log's own",
		"audit_ends.proof":                   "by a key of the log's own",
	}
	for _, c := range store.ProtectedColumns() {
		keyless[c.Table+"."+c.Name] = "protected"
	}
	query := `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB'`
	if d.store.Engine() == "postgres" {
		query = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'`
	}
	rows, err := d.open(t).Query(query)
	check.OK(t, err)
	defer rows.Close()
	found := 0
	for rows.Next() {
		var name string
		check.OK(t, rows.Scan(&name))
		found++
		if keyless[name] == "" {
			t.Errorf("%s is neither on the list of protected columns nor said to need no key", name)
		}
	}
	if err := rows.Err(); err != nil || found < 20 {
		t.Errorf("%d columns of bytes, %v", found, err)
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
	check.OK(t, err)
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

// movedMeanwhile moves an account to the new key between the look-ups under one key and the other.
func movedMeanwhile(t *testing.T, d *database) {
	path := keysFile(t)
	old, err := keys.Load(path)
	check.OK(t, err)
	id := storetest.Add(t, storetest.Open(t, store.Options{URL: d.url, Keys: old, Now: d.Clock}), storetest.Nathalie(t))
	both, err := keys.Add(path, nil, time.Now())
	check.OK(t, err)
	mover := storetest.Open(t, store.Options{URL: d.url, Keys: both, Now: d.Clock})
	lookUps := 0
	reader := storetest.Open(t, store.Options{URL: d.url, Keys: both, Now: d.Clock, Trace: func(statement string) {
		if !strings.Contains(statement, "identifier_index >= ") {
			return
		}
		if lookUps++; lookUps == 2 {
			if moved, err := mover.Protect(t.Context(), nil); err != nil || moved != 1 {
				t.Errorf("%d rows were moved over, %v", moved, err)
			}
		}
	}})
	if c, err := reader.Credential(t.Context(), storetest.Nathalie(t).Identifier); err != nil || c.Account != id {
		t.Errorf("the account that moves is not found: %q, %v", c.Account, err)
	}
	if lookUps != 2 {
		t.Errorf("%d look-ups, want one a key", lookUps)
	}
}
