package password_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"moncompte/app/password"
)

func FuzzCheck(f *testing.F) {
	f.Add("Marseille2023!", "2850578006084", "1985-05-07", "Lefèvre")
	f.Add("\xff\x00 é\u0301ŒßİÆ 🦒", "P0A9B8C7", "----------", "\xff")
	f.Add(strings.Repeat("œ", 300), "", "1985-05-0é", strings.Repeat("œ", 300))
	l := list(f)
	f.Fuzz(func(t *testing.T, typed, identifier, birthDate, name string) {
		c := password.Context{Identifier: identifier, BirthDate: birthDate, Names: []string{name}}
		r := password.Check(typed, c, l)
		if r.Length != utf8.RuneCountInString(typed) {
			t.Errorf("length %d", r.Length)
		}
		if r.OK() != (len(r.Unmet()) == 0) || r.Met(password.Personal) != (r.Which == password.NoItem) {
			t.Errorf("the report contradicts itself: %+v", r)
		}
		if r.OK() && (r.Bits < password.MinBits || r.Length < password.MinLength || r.Length > password.MaxLength || l.Contains(typed)) {
			t.Errorf("let in: %+v", r)
		}
	})
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte("mcw1"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := password.ParseList(b); (l == nil) == (err == nil) {
			t.Errorf("list %v, error %v", l, err)
		}
	})
}
