package portal_test

import (
	"slices"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func TestAnImportTellsWhatItChanges(t *testing.T) {
	store := &imported{}
	run := func(o portal.ImportOptions, text string) portal.ImportResult {
		t.Helper()
		result, err := portal.Import(t.Context(), store, strings.NewReader(text), o)
		check.OK(t, err)
		return result
	}
	row := func(email, phone, hash string) string {
		return header + strings.NewReplacer("nathalie@example.org", email, "+33639980001", phone).Replace(goodRow) + hash + "\n"
	}
	quoted := `"` + argonPHC + `"`
	run(portal.ImportOptions{}, row("nathalie@example.org", "+33639980001", quoted))
	for _, c := range []struct {
		name, text                   string
		replace                      bool
		changed, contacts, passwords int
		removed                      []string
	}{
		{"the same", row("nathalie@example.org", "+33639980001", quoted), true, 0, 0, 0, nil},
		{"another e-mail", row("anne@example.org", "+33639980001", quoted), true, 1, 1, 0, nil},
		{"no phone", row("anne@example.org", "", quoted), true, 1, 1, 0, []string{"phone is removed: the field is empty and one was stored"}},
		{"no e-mail, and a phone again", row("", "+33639980001", quoted), true, 1, 1, 0, []string{"email is removed: the field is empty and one was stored"}},
		{"another password", row("", "+33639980001", strings.Replace(quoted, "AAAA", "AAAB", 1)), true, 1, 0, 1, nil},
		{"another name", strings.Replace(row("", "+33639980001", strings.Replace(quoted, "AAAA", "AAAB", 1)), "DURAND", "PETIT", 1), true, 1, 0, 0, nil},
		{"another password that is not to be stored", row("", "+33639980001", quoted), false, 1, 0, 0, nil}, // and the name
	} {
		r := run(portal.ImportOptions{Replace: c.replace}, c.text)
		var removed []string
		for _, b := range r.Removed {
			if b.Line != 2 {
				t.Errorf("%s: line %d", c.name, b.Line)
			}
			removed = append(removed, b.Reason)
		}
		if r.Updated != 1 || r.Changed != c.changed || r.Contacts != c.contacts || r.Passwords != c.passwords || !slices.Equal(removed, c.removed) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
	if fate := (portal.ImportRow{Replace: true, Account: portal.Account{Password: keys.NewSecret(argonPHC)}}).Fate(portal.Account{ID: "one"}); fate.Password || !fate.Changed {
		t.Errorf("a password where there was none: %+v", fate)
	}
}

func TestTheRowsThatWereToldOfAreThoseOfTheFile(t *testing.T) {
	text := "\ufeff" + header + goodRow + "\r\n\r\n\n" + strings.Replace(goodRow, "2690549588157", "1850578006048", 1) + "\n" + "bad row\n" +
		strings.Replace(goodRow, "2690549588157", "7910999352017", 1) // without a newline
	_, result, err := importText(t, text)
	if err != nil || result.Created != 3 || len(result.Bad) != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	if err := result.CheckRows(strings.NewReader(text)); err != nil {
		t.Error(err)
	}
	for name, file := range map[string]string{"a row more": text + "\n" + goodRow, "a row less": header + goodRow + "\n" + goodRow + "\n" + goodRow, "nothing": ""} {
		if err := result.CheckRows(strings.NewReader(file)); err == nil || !strings.HasPrefix(err.Error(), "4 rows were read, and the file has ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
