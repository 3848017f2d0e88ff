package portal

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The pivot identity is what FranceConnect and an account have in common: names, sex, birth date and place. Its rules
// are those of FranceConnect for reconciliation; an e-mail address is no part of it, since couples and carers share one.

// France is the COG code of the one country whose birthplaces are communes; Algeria's departments were among them
// before July 1962.
const (
	france  = "99100"
	algeria = "99352"
)

// ligatures are the letters that have no decomposition in Unicode and that civil status writes without.
var ligatures = strings.NewReplacer("Œ", "OE", "Æ", "AE", "ß", "SS", "Ø", "O", "Đ", "D", "Ð", "D", "Ł", "L", "Þ", "TH", "ı", "I")

// nameWords returns the words of a name for comparison: capitals without accents, hyphens and apostrophes.
func nameWords(name string) []string {
	var plain strings.Builder
	for _, r := range norm.NFD.String(ligatures.Replace(strings.ToUpper(name))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			plain.WriteRune(r)
		default:
			plain.WriteByte(' ')
		}
	}
	return strings.Fields(plain.String())
}

// compactName is a birth name for comparison: registers do not agree on LE GOFF and LEGOFF.
func compactName(name string) string { return strings.Join(nameWords(name), "") }

// placeholders are what registers write for a name that a person does not have.
var placeholders = []string{"X", "XX", "XXX", "SANSPRENOM", "SANSNOM", "SP", "SNP", "NONRENSEIGNE"}

// withoutPlaceholder is the name, "" where it only says that there is none.
func withoutPlaceholder(name string) string {
	if compact := compactName(name); compact == "" || slices.Contains(placeholders, compact) {
		return ""
	}
	return name
}

// pivotName is the name by which a person is found: the birth name or, of somebody who has one name alone and whose register keeps it
// with the given names, that one.
func pivotName(c Civil) string {
	if name := withoutPlaceholder(c.BirthName); name != "" {
		return compactName(name)
	}
	if only := nameWords(withoutPlaceholder(c.GivenNames)); len(only) == 1 {
		return only[0]
	}
	return ""
}

// givenNames are the words of the given names, none of somebody who has one name alone.
func givenNames(c Civil) []string {
	if withoutPlaceholder(c.BirthName) == "" {
		return nil
	}
	return nameWords(withoutPlaceholder(c.GivenNames))
}

// PivotKey is what candidates are looked up by: the birth date as it is written and the name.
func PivotKey(c Civil) string { return c.Birthdate + " " + pivotName(c) }

// PivotKeys are the keys under which an account of that person may be kept: the account may know the birth date less
// precisely.
func PivotKeys(c Civil) []string {
	dates := []string{c.Birthdate}
	if len(c.Birthdate) == len("YYYY-MM-DD") {
		dates = append(dates, c.Birthdate[:7]+"-00", c.Birthdate[:4]+"-00-00")
	}
	slices.Sort(dates)
	var pivots []string
	for _, date := range slices.Compact(dates) {
		pivots = append(pivots, date+" "+pivotName(c))
	}
	return pivots
}

// SamePerson reports whether an account's civil status and the pivot identity of FranceConnect are one person's.
func SamePerson(account, pivot Civil) bool {
	name := pivotName(account)
	return name != "" && name == pivotName(pivot) &&
		sameGivenNames(givenNames(account), givenNames(pivot)) &&
		sameSex(account.Sex, pivot.Sex) &&
		sameBirthdate(account.Birthdate, pivot.Birthdate) &&
		sameBirthplace(account, pivot)
}

// sameGivenNames wants all of the shorter list in the longer one, in order, beginning with its first or its second, which may be the one
// that a person goes by: registers keep more or fewer of them, and cannot tell Jean-Paul from Jean, Paul. Nobody's given names are
// those of a person who has one name alone, and of no other.
func sameGivenNames(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return len(b) == 0
	}
	if !slices.Contains(b[:min(2, len(b))], a[0]) {
		return false
	}
	for _, name := range a {
		i := slices.Index(b, name)
		if i < 0 {
			return false
		}
		b = b[i+1:]
	}
	return true
}

func sameSex(a, b Sex) bool {
	known := func(s Sex) bool { return s == Male || s == Female }
	return !known(a) || !known(b) || a == b
}

// sameBirthdate compares the parts that both sides know. FranceConnect writes 01 for a part that is not known, and civil
// status writes 00.
func sameBirthdate(a, b string) bool {
	if len(a) != len("YYYY-MM-DD") || len(b) != len(a) || a[:4] != b[:4] {
		return false
	}
	same := func(x, y string) bool { return x == y || x == "00" || y == "00" }
	return same(a[5:7], b[5:7]) && same(a[8:], b[8:])
}

// sameBirthplace compares countries, and communes for those born in France. What one side does not know, or
// FranceConnect+ brings as free text, is not compared.
func sameBirthplace(account, pivot Civil) bool {
	if account.Birthcountry == "" || pivot.Birthcountry == "" {
		return true
	}
	if account.Birthcountry != pivot.Birthcountry {
		return frenchAlgeria(account, pivot) || frenchAlgeria(pivot, account)
	}
	if account.Birthcountry != france || !cog(account.Birthplace) || !cog(pivot.Birthplace) {
		return true
	}
	return sameCommune(account.Birthplace, pivot.Birthplace)
}

// frenchAlgeria is a birth before independence, of which one register keeps the department of then (91 to 94, which
// belong to the Paris region since 1968) and the other the country of today.
func frenchAlgeria(a, b Civil) bool {
	return a.Birthcountry == france && b.Birthcountry == algeria && a.Birthdate[:4] <= "1962" &&
		len(a.Birthplace) == 5 && a.Birthplace >= "91" && a.Birthplace < "95"
}

// sameCommune takes Corsica's old department 20 for both of today's.
func sameCommune(a, b string) bool {
	corsican := func(x, y string) bool {
		return strings.HasPrefix(x, "20") && (y[:2] == "2A" || y[:2] == "2B") && x[2:] == y[2:]
	}
	return a == b || corsican(a, b) || corsican(b, a)
}
