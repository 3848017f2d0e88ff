package portal_test

import (
	"slices"
	"testing"

	"moncompte/server/portal"
)

// person is Angela Dubois of FranceConnect's sandbox; change makes somebody else of her.
func person(change ...func(*portal.Civil)) portal.Civil {
	c := portal.Civil{BirthName: "DUBOIS", GivenNames: "Angela Claire Louise", Sex: portal.Female, Birthdate: "1962-08-24",
		Birthplace: "75107", Birthcountry: "99100"}
	for _, f := range change {
		f(&c)
	}
	return c
}

func TestAnAccountIsMatchedWithThePivotIdentity(t *testing.T) {
	type civil = portal.Civil
	for _, c := range []struct {
		what          string
		account, here func(*civil)
		same          bool
	}{
		{"all the same", func(*civil) {}, func(*civil) {}, true},
		{"lower case and accents", func(c *civil) { c.BirthName, c.GivenNames = "Dubinôre", "Élodie" },
			func(c *civil) { c.BirthName, c.GivenNames = "DUBINORE", "ELODIE" }, true},
		{"accents written in two characters", func(c *civil) { c.BirthName = "Dubino\u0302re" }, func(c *civil) { c.BirthName = "DUBINÔRE" }, true},
		{"ligatures", func(c *civil) { c.BirthName, c.GivenNames = "LEBŒUF", "Lætitia" },
			func(c *civil) { c.BirthName, c.GivenNames = "LEBOEUF", "LAETITIA" }, true},
		{"compound name with a hyphen", func(c *civil) { c.BirthName = "TROIS-DUPRE" }, func(c *civil) { c.BirthName = "Trois Dupré" }, true},
		{"particle", func(c *civil) { c.BirthName = "LE GOFF" }, func(c *civil) { c.BirthName = "LEGOFF" }, true},
		{"apostrophes", func(c *civil) { c.BirthName = "D’ALMEIDA" }, func(c *civil) { c.BirthName = "D'Almeida" }, true},
		{"the used name is not compared", func(c *civil) { c.UsedName = "MERCIER" }, func(c *civil) { c.UsedName = "" }, true},
		{"another birth name", func(*civil) {}, func(c *civil) { c.BirthName = "DUBOIS MERCIER" }, false},
		{"no birth name at all", func(c *civil) { c.BirthName = "" }, func(c *civil) { c.BirthName = "-" }, false},

		{"first given name only", func(c *civil) { c.GivenNames = "Angela" }, func(*civil) {}, true},
		{"a given name is left out", func(c *civil) { c.GivenNames = "Angela Louise" }, func(*civil) {}, true},
		{"compound given name", func(c *civil) { c.GivenNames = "Jean-Paul" }, func(c *civil) { c.GivenNames = "Jean Paul Marie" }, true},
		{"given names in another order", func(c *civil) { c.GivenNames = "Claire Angela Louise" }, func(*civil) {}, false},
		{"another second given name", func(c *civil) { c.GivenNames = "Angela Marie" }, func(*civil) {}, false},
		{"one name", func(c *civil) { c.GivenNames = "" }, func(c *civil) { c.GivenNames = "" }, true},
		{"one name, and a placeholder here", func(c *civil) { c.GivenNames = "X" }, func(c *civil) { c.GivenNames = "" }, true},
		{"one name, and a placeholder there", func(c *civil) { c.GivenNames = "" }, func(c *civil) { c.GivenNames = "Sans prénom" }, true},
		{"one name, kept with the given names there", func(c *civil) { c.GivenNames = "X" },
			func(c *civil) { c.BirthName, c.GivenNames = "", "Dubois" }, true},
		{"one name, kept with the given names here", func(c *civil) { c.BirthName, c.GivenNames = "XXX", "Dubois" },
			func(c *civil) { c.GivenNames = "" }, true},
		{"one name, and another", func(c *civil) { c.GivenNames = "" }, func(c *civil) { c.BirthName, c.GivenNames = "MERCIER", "" }, false},
		{"one name, and somebody who has two", func(c *civil) { c.GivenNames = "X" }, func(*civil) {}, false},
		{"two placeholders", func(c *civil) { c.BirthName, c.GivenNames = "X", "X" }, func(c *civil) { c.BirthName, c.GivenNames = "X", "X" }, false},
		{"the second given name is the usual one", func(c *civil) { c.GivenNames = "Claire" }, func(*civil) {}, true},
		{"from the second given name on", func(c *civil) { c.GivenNames = "Claire Louise" }, func(*civil) {}, true},
		{"the third given name", func(c *civil) { c.GivenNames = "Louise" }, func(*civil) {}, false},
		{"no given name", func(c *civil) { c.GivenNames = "" }, func(*civil) {}, false},

		{"sex unspecified at FranceConnect", func(*civil) {}, func(c *civil) { c.Sex = portal.Unspecified }, true},
		{"sex unspecified here", func(c *civil) { c.Sex = portal.Unspecified }, func(*civil) {}, true},
		{"another sex", func(*civil) {}, func(c *civil) { c.Sex = portal.Male }, false},

		{"presumed day", func(c *civil) { c.Birthdate = "1962-08-00" }, func(c *civil) { c.Birthdate = "1962-08-01" }, true},
		{"presumed day and month", func(c *civil) { c.Birthdate = "1962-00-00" }, func(c *civil) { c.Birthdate = "1962-01-01" }, true},
		{"FranceConnect+ knows the year only", func(*civil) {}, func(c *civil) { c.Birthdate = "1962-00-00" }, true},
		{"presumed day, another month", func(c *civil) { c.Birthdate = "1962-09-00" }, func(c *civil) { c.Birthdate = "1962-08-01" }, false},
		{"another year", func(c *civil) { c.Birthdate = "1961-00-00" }, func(c *civil) { c.Birthdate = "1962-01-01" }, false},
		{"another day", func(*civil) {}, func(c *civil) { c.Birthdate = "1962-08-01" }, false},
		{"no date", func(*civil) {}, func(c *civil) { c.Birthdate = "" }, false},

		{"another commune", func(*civil) {}, func(c *civil) { c.Birthplace = "75108" }, false},
		{"commune not on file", func(c *civil) { c.Birthplace = "" }, func(*civil) {}, true},
		{"Corsica", func(c *civil) { c.Birthplace = "2A004" }, func(c *civil) { c.Birthplace = "2A004" }, true},
		{"Corsica before its two departments", func(c *civil) { c.Birthplace = "20004" }, func(c *civil) { c.Birthplace = "2A004" }, true},
		{"the other Corsica", func(c *civil) { c.Birthplace = "2B004" }, func(c *civil) { c.Birthplace = "2A004" }, false},
		{"Polynesia", func(c *civil) { c.Birthplace = "98729" }, func(c *civil) { c.Birthplace = "98729" }, true},
		{"Algeria, no commune", func(c *civil) { c.Birthcountry, c.Birthplace = "99352", "" },
			func(c *civil) { c.Birthcountry, c.Birthplace = "99352", "" }, true},
		{"Algeria, free text", func(c *civil) { c.Birthcountry, c.Birthplace = "99352", "" },
			func(c *civil) { c.Birthcountry, c.Birthplace = "99352", "Oran" }, true},
		{"Algeria before 1962", func(c *civil) { c.Birthdate, c.Birthplace = "1955-03-02", "92123" },
			func(c *civil) { c.Birthdate, c.Birthcountry, c.Birthplace = "1955-03-02", "99352", "" }, true},
		{"Essonne is not Algeria", func(c *civil) { c.Birthdate, c.Birthplace = "1985-03-02", "91228" },
			func(c *civil) { c.Birthdate, c.Birthcountry, c.Birthplace = "1985-03-02", "99352", "" }, false},
		{"another country", func(*civil) {}, func(c *civil) { c.Birthcountry, c.Birthplace = "99243", "" }, false},
		{"country not on file", func(c *civil) { c.Birthcountry, c.Birthplace = "", "" }, func(*civil) {}, true},
	} {
		if got := portal.SamePerson(person(c.account), person(c.here)); got != c.same {
			t.Errorf("%s: same person %v, want %v", c.what, got, c.same)
		}
	}
}

func TestCandidatesAreFoundWhateverTheSpellingOfTheName(t *testing.T) {
	for _, account := range []portal.Civil{
		person(),
		person(func(c *portal.Civil) { c.BirthName = "Du-Bois" }),
		person(func(c *portal.Civil) { c.Birthdate = "1962-08-00" }),
		person(func(c *portal.Civil) { c.Birthdate = "1962-00-00" }),
		person(func(c *portal.Civil) { c.BirthName, c.GivenNames = "X", "Dubois" }),
	} {
		if !slices.Contains(portal.PivotKeys(person()), portal.PivotKey(account)) {
			t.Error("an account that matches is not among the candidates")
		}
	}
	if slices.Contains(portal.PivotKeys(person()), portal.PivotKey(person(func(c *portal.Civil) { c.BirthName = "MERCIER" }))) {
		t.Error("another name is among the candidates")
	}
}
