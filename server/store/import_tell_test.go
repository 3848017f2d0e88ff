package store_test

import (
	"slices"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// importTells imports a file with other passwords, with the same, and with other contacts.
func importTells(t *testing.T, d *database) {
	r := newRecovery(t, d)
	storetest.Add(t, d.store, storetest.Nathalie(t))
	run := func(replace bool, hash string) (told []string) {
		t.Helper()
		text := "identifier,birth_name,given_names,sex,birthdate,password_hash\n" + storetest.Nathalie(t).Identifier.Canonical() +
			",DURAND,Nathalie,female,1969-05-12,\"$argon2id$v=19$m=19456,t=2,p=1$" + hash + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\n"
		result, err := portal.Import(t.Context(), d.store, strings.NewReader(text), portal.ImportOptions{Replace: replace, Reach: r.Reach, Now: d.Clock})
		if err != nil || result.Updated != 1 || len(result.Bad) != 0 {
			t.Fatalf("%+v, %v", result, err)
		}
		for _, m := range r.take() {
			told = append(told, m.Text.Reveal()+" to "+m.To.Reveal())
		}
		slices.Sort(told)
		return told
	}
	const first, second = "AAAAAAAAAAAAAAAAAAAAAA", "BAAAAAAAAAAAAAAAAAAAAA"
	if told := run(false, first); len(told) != 0 {
		t.Errorf("a password that is not taken: %q", told)
	}
	a := storetest.Nathalie(t)
	want := []string{"changed by email to " + a.Email.Reveal(), "changed by sms to " + a.Phone.Reveal()}
	if told := run(true, first); !slices.Equal(told, want) {
		t.Errorf("told: %q", told)
	}
	if told := run(true, first); len(told) != 0 {
		t.Errorf("the same password again: %q", told)
	}
	if told := run(true, second); !slices.Equal(told, want) {
		t.Errorf("another one: %q", told)
	}

	// Another e-mail address, and a mobile that is removed: whoever reads the old ones has to know.
	text := "identifier,birth_name,given_names,sex,birthdate,email,phone\n" + a.Identifier.Canonical() + ",DURAND,Nathalie,female,1969-05-12,ailleurs@example.org,\n"
	check.OK(t, check.ErrOf(portal.Import(t.Context(), d.store, strings.NewReader(text), portal.ImportOptions{Reach: r.Reach, Now: d.Clock})))
	var about []string
	for _, m := range r.take() {
		about = append(about, m.Content.Text.Reveal()+" to "+m.To.Reveal())
	}
	slices.Sort(about)
	want = []string{"email changed by email to " + a.Email.Reveal(), "email changed by sms to " + a.Phone.Reveal(),
		"sms changed by email to " + a.Email.Reveal(), "sms changed by sms to " + a.Phone.Reveal()}
	if !slices.Equal(about, want) {
		t.Errorf("of the contacts is told: %q", about)
	}
}
