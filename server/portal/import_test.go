package portal_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"moncompte/app/nir"
	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/portal"
)

const (
	header   = "identifier,birth_name,used_name,given_names,sex,birthdate,birthplace,birthcountry,email,phone,password_hash\n"
	argonPHC = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	goodRow  = "2690549588157,DURAND,MARTIN,Nathalie Anne,female,1969-05-12,49588,99100,nathalie@example.org,+33639980001,"
)

func importText(t *testing.T, text string) (*imported, portal.ImportResult, error) {
	t.Helper()
	store := &imported{}
	result, err := portal.Import(t.Context(), store, strings.NewReader(text), portal.ImportOptions{})
	return store, result, err
}

func TestAGoodRowIsStoredWhole(t *testing.T) {
	store, result, err := importText(t, header+goodRow+`"`+argonPHC+"\"\n")
	if err != nil || result.Created != 1 || result.Updated != 0 || len(result.Bad) != 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	row := store.rows["2690549588157"]
	a := row.Account
	want := portal.Civil{BirthName: "DURAND", UsedName: "MARTIN", GivenNames: "Nathalie Anne", Sex: portal.Female,
		Birthdate: "1969-05-12", Birthplace: "49588", Birthcountry: "99100"}
	if a.Civil != want || a.Email.Reveal() != "nathalie@example.org" || a.Phone.Reveal() != "+33639980001" ||
		a.Password.Reveal() != argonPHC || row.Scheme != "argon2id m=19456,t=2,p=1" {
		t.Errorf("stored: %#v with scheme %s", want, row.Scheme)
	}
}

func TestColumnsMayComeInAnyOrderAndSomeMayBeMissing(t *testing.T) {
	store, result, err := importText(t, "sex,birthdate,given_names,birth_name,identifier\nmale, 1985-00-00 , Jean ,DUPONT,1 85 05 78 006 048 30\n")
	if err != nil || result.Created != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	row := store.rows["1850578006048"]
	if row.Account.Civil.GivenNames != "Jean" || row.Account.Civil.Birthdate != "1985-00-00" || !row.Account.Password.IsZero() || row.Scheme != "" {
		t.Errorf("stored: scheme %q, password %v", row.Scheme, !row.Account.Password.IsZero())
	}
}

func TestSpreadsheetsMayPutAByteOrderMarkFirst(t *testing.T) {
	for name, text := range map[string]string{
		"with a mark":     "\ufeff" + header + goodRow + "\n",
		"with CRLF":       "\ufeff" + strings.ReplaceAll(header+goodRow+"\n", "\n", "\r\n"),
		"without a mark":  header + goodRow + "\n",
		"without newline": header + goodRow,
	} {
		if _, result, err := importText(t, text); err != nil || result.Created != 1 {
			t.Errorf("%s: %+v, %v", name, result, err)
		}
	}
}

// The year of whoever is born today may be all that is known.
func TestWhoWasBornTodayIsImported(t *testing.T) {
	for _, date := range []string{time.Now().Format(time.DateOnly), time.Now().Format("2006-01") + "-00", time.Now().Format("2006") + "-00-00"} {
		if _, result, err := importText(t, header+strings.Replace(goodRow, "1969-05-12", date, 1)+"\n"); err != nil || result.Created != 1 {
			t.Errorf("%s: %+v, %v", date, result, err)
		}
	}
}

func TestABadRowIsSkippedWithItsLineAndReason(t *testing.T) {
	// row is the good row with other fields.
	row := func(change map[int]string) string {
		fields := strings.Split(goodRow, ",")
		for i, v := range change {
			fields[i] = v
		}
		return strings.Join(fields, ",")
	}
	for _, c := range []struct{ name, row, reason string }{
		{"no identifier", row(map[int]string{0: ""}), "identifier: empty"},
		{"wrong key", row(map[int]string{0: "269054958815700"}), "identifier: wrong key"},
		{"short identifier", row(map[int]string{0: "26905495881"}), "identifier: missing"},
		{"wrong provisional identifier", row(map[int]string{0: "Z-PROVISIONAL-FAR-TOO-LONG"}), "identifier: wrong provisional"},
		{"no name at all", row(map[int]string{1: " ", 3: "X"}), "birth_name and given_names are both empty"},
		{"unknown sex", row(map[int]string{4: "femme"}), "sex must be male, female or unspecified"},
		{"French date", row(map[int]string{5: "12/05/1969"}), "birthdate must be YYYY-MM-DD"},
		{"month 13", row(map[int]string{5: "1969-13-12"}), "birthdate must be YYYY-MM-DD"},
		{"signed day", row(map[int]string{5: "1969-05-+1"}), "birthdate must be YYYY-MM-DD"},
		{"31 February", row(map[int]string{5: "1969-02-31"}), "birthdate is a day that does not exist"},
		{"29 February of a common year", row(map[int]string{5: "1969-02-29"}), "birthdate is a day that does not exist"},
		{"31 April", row(map[int]string{5: "1969-04-31"}), "birthdate is a day that does not exist"},
		{"a year alone", row(map[int]string{5: "1969"}), "birthdate must be YYYY-MM-DD"},
		{"a month alone", row(map[int]string{5: "1969-05"}), "birthdate must be YYYY-MM-DD"},
		{"no date", row(map[int]string{5: ""}), "birthdate must be YYYY-MM-DD"},
		{"a short date", row(map[int]string{5: "69-5-1"}), "birthdate must be YYYY-MM-DD"},
		{"year 1749", row(map[int]string{5: "1749-05-12"}), "birthdate must be YYYY-MM-DD"},
		{"a century too late", row(map[int]string{5: "2969-05-12"}), "birthdate is in the future"},
		{"the day after tomorrow", row(map[int]string{5: time.Now().AddDate(0, 0, 2).Format(time.DateOnly)}), "birthdate is in the future"},
		{"a month that begins later", row(map[int]string{5: time.Now().AddDate(0, 2, 0).Format("2006-01") + "-00"}), "birthdate is in the future"},
		{"next year", row(map[int]string{5: time.Now().AddDate(1, 0, 1).Format("2006") + "-00-00"}), "birthdate is in the future"},
		{"short place", row(map[int]string{6: "4958"}), "birthplace must be a COG code of 5 characters"},
		{"letter outside Corsica", row(map[int]string{6: "3A004"}), "birthplace must be a COG code of 5 characters"},
		{"country that is a town", row(map[int]string{7: "75056"}), "birthcountry must be a COG code of 5 digits that begins with 99"},
		{"e-mail with a name", row(map[int]string{8: "Nathalie <nathalie@example.org>"}), "email is not an address"},
		{"e-mail without a domain", row(map[int]string{8: "nathalie"}), "email is not an address"},
		{"endless e-mail", row(map[int]string{8: strings.Repeat("n", 250) + "@example.org"}), "email is not an address"},
		{"e-mail on this machine", row(map[int]string{8: "lea@localhost"}), "email has a domain that cannot exist"},
		{"e-mail at a number", row(map[int]string{8: "lea@192.0.2.1"}), "email has a domain that cannot exist"},
		{"e-mail with a hyphen too many", row(map[int]string{8: "lea@-exemple.fr"}), "email has a domain that cannot exist"},
		{"e-mail at what no domain is written with", row(map[int]string{8: "lea@\u0301exemple.fr"}), "email has a domain that cannot exist"},
		{"phone of nine digits", row(map[int]string{9: "063998000"}), "phone is not an E.164 number such as +33612345678"},
		{"phone with letters", row(map[int]string{9: "+33 6 39 98 OO O1"}), "phone is not an E.164 number such as +33612345678"},
		{"phone that begins with 0", row(map[int]string{9: "+0639980001"}), "phone is not an E.164 number such as +33612345678"},
		{"password in the clear", row(map[int]string{10: "Soleil-Levant-1969"}), "password_hash: " + passhash.ErrFormat.Error()},
		{"ruinous hash", row(map[int]string{10: `"` + strings.Replace(argonPHC, "m=19456", "m=9999999", 1) + `"`}), "password_hash: " + passhash.ErrCost.Error()},
		{"endless name", row(map[int]string{1: strings.Repeat("Ñ", 201)}), "a name is longer than 200 characters"},
		{"name with a line break of old", row(map[int]string{1: "\"DU\rRAND\""}), "a name holds a control character"},
		{"quote that is not closed", row(map[int]string{1: "\"DURAND"}), "extraneous or missing \" in quoted-field"},
		{"endless line", row(map[int]string{1: strings.Repeat("n", 70<<10)}), "the line is longer than 64 KiB"},
		{"the identifier of the row before", row(map[int]string{0: "1 85 05 78 006 048 30"}), "the identifier is that of line 3 already"},
		{"used name with a null character", row(map[int]string{2: "MAR\x00TIN"}), "a name holds a control character"},
		{"given names with an escape", row(map[int]string{3: "Nathalie \x1b[2J"}), "a name holds a control character"},
		{"name with a control character of Latin-1", row(map[int]string{1: "DU\u0085RAND"}), "a name holds a control character"},
		{"name with a line separator", row(map[int]string{1: "DU\u2028RAND"}), "a name holds a control character"},
		{"name that turns the direction of writing", row(map[int]string{3: "Nathalie\u202e"}), "a name holds a control character"},
		{"missing field", "2690549588157,DURAND", "2 fields instead of 11"},
		{"surplus field", goodRow + ",more", "12 fields instead of 11"},
		{"Latin-1", row(map[int]string{1: "LEF\xe8VRE"}), "birth_name is not UTF-8"},
		{"stray quote", `2690549588157,DU"RAND`, `bare " in non-quoted-field`},
	} {
		t.Run(c.name, func(t *testing.T) {
			good := strings.Replace(goodRow, "2690549588157", "1850578006048", 1)
			store, result, err := importText(t, header+"\n"+good+"\n"+c.row+"\n")
			if err != nil || result.Created != 1 || len(store.rows) != 1 || len(result.Bad) != 1 {
				t.Fatalf("%+v, %v; want one row stored and one reported", result, err)
			}
			if bad := result.Bad[0]; bad.Line != 4 || bad.Reason != c.reason {
				t.Errorf("line %d: %s; want line 4: %s", bad.Line, bad.Reason, c.reason)
			}
			for _, value := range strings.Split(c.row, ",") {
				if len(value) > 3 && strings.Contains(result.Bad[0].Reason, strings.Trim(value, `" `)) && !strings.Contains(c.row, ",more") {
					t.Errorf("the reason repeats the row: %s", result.Bad[0].Reason)
				}
			}
		})
	}
}

// A row that is broken hides no other: 50 people stand behind the quote of this one.
func TestAQuoteThatIsNeverClosedHidesNobody(t *testing.T) {
	for name, broken := range map[string]string{
		"never closed": `2690549588157,"DURAND,,Nathalie,female,1969-05-12,,,,,`, "closed two lines on": `2690549588157,"DU`,
		"in the last field": `2690549588157,DURAND,,Nathalie,female,1969-05-12,,,,,"$argon2id`, "alone": `"`, "inside a name": `2690549588157,DU"RAND,,Nathalie,female,1969-05-12,,,,,`,
	} {
		text := header
		for i := range 51 {
			if i == 1 {
				text += broken + "\n\n" // an empty line is no row
			}
			if i == 3 && strings.HasPrefix(name, "closed") {
				text += "RAND\",,Nathalie,female,1969-05-12,,,,,\n"
			}
			text += strings.Replace(goodRow, "2690549588157", fmt.Sprintf("K%07d", i), 1) + "\n"
		}
		store, result, err := importText(t, text)
		if err != nil || result.Created != 51 || len(store.rows) != 51 || len(result.Bad) == 0 || result.Bad[0].Line != 3 {
			t.Errorf("%s: %d created, %+v, %v", name, result.Created, result.Bad, err)
		}
		if result.Created+result.Updated+len(result.Bad) != strings.Count(text, "\n")-2 {
			t.Errorf("%s: the rows do not add up", name)
		}
	}
}

func TestAContactIsMendedWhereThereIsOneRightReading(t *testing.T) {
	for typed, want := range map[string]string{
		"+330612345678": "+33612345678", "+33 6 12 34 56 78": "+33612345678", "+33 (0)6 12 34 56 78": "+33612345678", "0033612345678": "+33612345678",
		"06.12.34.56.78": "+33612345678", "0612345678": "+33612345678", "01 23 45 67 89": "+33123456789", "06-92-12-34-56": "+262692123456",
		"+2620692123456": "+262692123456", "0696 12 34 56": "+596696123456", "+590 0690 12 34 56": "+590690123456", "+33612345678": "+33612345678",
		"+3361234567": "+3361234567", "+33061234567": "+33061234567", "+393381234567": "+393381234567", "+390612345678": "+390612345678",
	} {
		store, result, err := importText(t, header+strings.Replace(goodRow, "+33639980001", typed, 1)+"\n")
		if got := store.rows["2690549588157"].Account.Phone.Reveal(); err != nil || len(result.Bad) != 0 || got != want {
			t.Errorf("%s: %q, want %q (%+v, %v)", typed, got, want, result.Bad, err)
		}
	}
	for typed, want := range map[string]string{
		"lea@exemple-é.fr": "lea@xn--exemple--i1a.fr", "lea@Bücher.example": "lea@xn--bcher-kva.example", "lea@пример.рф": "lea@xn--e1afmkfd.xn--p1ai",
		"léa@exemple-é.fr": "léa@xn--exemple--i1a.fr", "lea@example.org": "lea@example.org", "Lea+Caf@Example.ORG": "Lea+Caf@Example.ORG",
	} {
		store, result, err := importText(t, header+strings.Replace(goodRow, "nathalie@example.org", typed, 1)+"\n")
		if got := store.rows["2690549588157"].Account.Email.Reveal(); err != nil || len(result.Bad) != 0 || got != want {
			t.Errorf("%s: %q, want %q (%+v, %v)", typed, got, want, result.Bad, err)
		}
	}
}

func TestAContactThatNothingCanReachIsImportedAndReported(t *testing.T) {
	store := &imported{}
	reach := &portal.Reach{Mobile: func(to keys.Secret) bool { return to.Reveal() == "+33639980001" }}
	text := header + strings.Replace(goodRow, "nathalie@example.org", "", 1) + "\n" +
		strings.NewReplacer("2690549588157", "1850578006048", "+33639980001", "+33123456789", "nathalie@", "nathalié@").Replace(goodRow) + "\n"
	result, err := portal.Import(t.Context(), store, strings.NewReader(text), portal.ImportOptions{Reach: reach})
	want := []portal.BadRow{{Line: 3, Reason: "imported, but email cannot receive a code"}, {Line: 3, Reason: "imported, but phone cannot receive a code"}}
	if err != nil || result.Created != 2 || len(result.Bad) != 0 || !slices.Equal(result.Unreachable, want) {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestOneNameIsAWholeName(t *testing.T) {
	for name, c := range map[string]struct{ birth, given, wantBirth, wantGiven string }{
		"no given names":    {"KARIMOVA", "", "KARIMOVA", ""},
		"a placeholder":     {"KARIMOVA", "X", "KARIMOVA", ""},
		"words for none":    {"KARIMOVA", "Sans prénom", "KARIMOVA", ""},
		"no birth name":     {"", "Karimova", "", "Karimova"},
		"a placeholder too": {"XXX", "Karimova", "", "Karimova"},
		"a letter for both": {"X", "Y", "", "Y"},
	} {
		row := strings.Replace(strings.Replace(goodRow, "DURAND", c.birth, 1), "Nathalie Anne", c.given, 1)
		store, result, err := importText(t, header+row+"\n")
		civil := store.rows["2690549588157"].Account.Civil
		if err != nil || len(result.Bad) != 0 || civil.BirthName != c.wantBirth || civil.GivenNames != c.wantGiven {
			t.Errorf("%s: %q and %q (%+v, %v)", name, civil.BirthName, civil.GivenNames, result.Bad, err)
		}
	}
}

func TestAFileWithoutARightHeaderIsRefusedWhole(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"only a mark", "\ufeff", "the file is empty"},
		{"semicolons", strings.ReplaceAll(header, ",", ";"), "line 1: the columns must be separated by commas"},
		{"tabs", strings.ReplaceAll(header, ",", "\t"), "line 1: the columns must be separated by commas"},
		{"column twice", "identifier,identifier\n", `line 1: the column "identifier" is there twice`},
		{"missing column", "identifier,birth_name,given_names,sex\n", `line 1: the column "birthdate" is missing`},
		{"misspelt column", "identifier,birth_nom\n", "line 1: the name of column 2 is not known"},
		{"no header at all", goodRow + "\n", "line 1: the name of column 1 is not known"},
	} {
		store, result, err := importText(t, c.text)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.name, err, c.want)
		} else if strings.Contains(err.Error(), "2690549588157") {
			t.Errorf("%s: the error repeats an identifier", c.name)
		}
		if len(store.rows) != 0 || result.Created != 0 {
			t.Errorf("%s: something was stored", c.name)
		}
	}
}

func TestImportingAgainUpdates(t *testing.T) {
	store := &imported{}
	for i, name := range []string{"DURAND", "PETIT"} {
		result, err := portal.Import(t.Context(), store, strings.NewReader(header+strings.Replace(goodRow, "DURAND", name, 1)+"\n"), portal.ImportOptions{})
		if err != nil || result.Created != 1-i || result.Updated != i || store.rows["2690549588157"].Account.Civil.BirthName != name {
			t.Errorf("%+v, %v", result, err)
		}
	}
}

func TestAColumnThatIsAbsentLeavesWhatIsStored(t *testing.T) {
	store, _, err := importText(t, "identifier,birth_name,given_names,sex,birthdate,phone\n2690549588157,PETIT,Nathalie,female,1969-05-12,\n")
	check.OK(t, err)
	stored := portal.Account{Email: keys.NewSecret("a@example.org"), Phone: keys.NewSecret("+33639980001"),
		Civil: portal.Civil{BirthName: "DURAND", UsedName: "MARTIN", Birthplace: "49588", Birthcountry: "99100"}}
	a := store.rows["2690549588157"].Over(stored)
	if a.Email.Reveal() != "a@example.org" || !a.Phone.IsZero() || a.Civil.UsedName != "MARTIN" || a.Civil.Birthplace != "49588" ||
		a.Civil.Birthcountry != "99100" || a.Civil.BirthName != "PETIT" {
		t.Errorf("%#v, an e-mail %v, a phone %v", a.Civil.BirthName, !a.Email.IsZero(), !a.Phone.IsZero())
	}
}

func TestALongFileIsStoredInBatches(t *testing.T) {
	text := header
	for i := range 2250 {
		text += strings.Replace(goodRow, "2690549588157", fmt.Sprintf("K%07d", i), 1) + "\n"
	}
	store, result, err := importText(t, text)
	if err != nil || result.Created != 2250 || len(store.rows) != 2250 || store.batches != 3 {
		t.Errorf("%d created in %d batches, %v", result.Created, store.batches, err)
	}
}

func TestAFileThatBreaksOffKeepsTheRowsBefore(t *testing.T) {
	broken := errors.New("the disk is gone")
	for name, file := range map[string]io.Reader{
		"at once":     iotest.ErrReader(broken),
		"after a row": io.MultiReader(strings.NewReader(header+goodRow+"\n"), iotest.ErrReader(broken)),
	} {
		store := &imported{}
		result, err := portal.Import(t.Context(), store, file, portal.ImportOptions{})
		if !errors.Is(err, broken) {
			t.Errorf("%s: error %v, want the reader's", name, err)
		}
		if result.Created != len(store.rows) || (name == "after a row") != (result.Created == 1) {
			t.Errorf("%s: %d created, %d stored", name, result.Created, len(store.rows))
		}
	}
	store := &imported{err: errors.New("the database is gone")}
	if result, err := portal.Import(t.Context(), store, strings.NewReader(header+goodRow+"\n"), portal.ImportOptions{}); !errors.Is(err, store.err) || result.Created != 0 {
		t.Errorf("%+v, %v; want the store's error", result, err)
	}
}

func TestTheProvisionalPatternIsTheConfiguredOne(t *testing.T) {
	pattern, err := nir.ParsePattern("CAF[0-9]{6}")
	check.OK(t, err)
	text := header + strings.Replace(goodRow, "2690549588157", "CAF123456", 1) + "\n" + strings.Replace(goodRow, "2690549588157", "B1234567", 1) + "\n"
	store := &imported{}
	result, err := portal.Import(t.Context(), store, strings.NewReader(text), portal.ImportOptions{Pattern: pattern})
	if err != nil || result.Created != 1 || len(result.Bad) != 1 {
		t.Errorf("%+v, %v; want the first row only", result, err)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(header + goodRow + "\n"))
	f.Add([]byte("\ufeff" + header + goodRow + `"` + argonPHC + "\"\n\"\n"))
	f.Add([]byte("identifier,birth_name,given_names,sex,birthdate\n2A 69 05 2B 588 157,A,B,male,1969-00-00\n"))
	f.Add([]byte("identifier,birth_name,given_names,sex,birthdate\n1850578006048,A,B,male,1985-05-01\n\"\n1850578006048,A,B,male,1985-05-01\n"))
	f.Add([]byte("\xef\xbb"))
	f.Fuzz(func(t *testing.T, file []byte) {
		store := &imported{}
		result, err := portal.Import(t.Context(), store, strings.NewReader(string(file)), portal.ImportOptions{})
		if err != nil && len(store.rows) > 0 {
			t.Errorf("rows were stored although the file was refused: %v", err)
		}
		if result.Created != len(store.rows) {
			t.Errorf("%d created, %d stored", result.Created, len(store.rows))
		}
		for _, bad := range result.Bad {
			if bad.Line < 2 || bad.Reason == "" {
				t.Errorf("reported: %+v", bad)
			}
		}
		for id, row := range store.rows {
			a := row.Account
			if _, report := nir.Parse(id, nil); !report.OK() {
				t.Error("an identifier that is not acceptable was stored")
			}
			if a.Civil.BirthName == "" && a.Civil.GivenNames == "" || len(a.Civil.Birthdate) != 10 {
				t.Errorf("a row that lacks something was stored: %#v", row)
			}
			if a.Civil.Sex != portal.Male && a.Civil.Sex != portal.Female && a.Civil.Sex != portal.Unspecified {
				t.Error("an unknown sex was stored")
			}
			hash, err := passhash.Parse(a.Password.Reveal())
			if !a.Password.IsZero() && (err != nil || hash.Scheme() != row.Scheme) || a.Password.IsZero() && row.Scheme != "" {
				t.Errorf("a password hash that cannot be verified was stored: %v", err)
			}
			if email := a.Email.Reveal(); email != "" && (!strings.Contains(email, "@") || strings.ContainsAny(email, "\r\n")) {
				t.Error("an e-mail that could break a header was stored")
			}
			if phone := a.Phone.Reveal(); phone != "" && (phone[0] != '+' || len(phone) < 9 || len(phone) > 16) {
				t.Error("a phone number that is not E.164 was stored")
			}
		}
	})
}
