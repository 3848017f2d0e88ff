package nir_test

import (
	"strings"
	"testing"

	"moncompte/app/nir"
)

func TestEveryWayOfTypingGivesTheSameCanonicalForm(t *testing.T) {
	const mainland, corsica = "1850578006048", "185052B033048"
	for _, tt := range []struct {
		way, typed, want string
		keyDropped       bool
	}{
		{"13 digits", "1850578006048", mainland, false},
		{"with the key", "185057800604830", mainland, true},
		{"as on the card", "1 85 05 78 006 048 30", mainland, true},
		{"dots", "1.85.05.78.006.048", mainland, false},
		{"hyphens", "1-85-05-78-006-048-30", mainland, true},
		{"slashes", "1/85/05/78/006/048/30", mainland, true},
		{"pipe before the key", "1 85 05 78 006 048 | 30", mainland, true},
		{"no-break spaces", "1\u00a085\u00a005\u00a078\u00a0006\u00a0048", mainland, false},
		{"narrow no-break spaces", "1\u202f85\u202f05\u202f78\u202f006\u202f048", mainland, false},
		{"thin and ideographic spaces", "1\u200985\u300005\u200978\u3000006\u2009048", mainland, false},
		{"tabs and line ends", "\t1 85 05\r\n78 006 048\n", mainland, false},
		{"typographic dashes", "1‐85‑05‒78–006—048―30", mainland, true},
		{"minus signs", "1−85−05−78−006−048", mainland, false},
		{"zero-width marks of a copied page", "\ufeff1850578\u200b006048\u200e", mainland, false},
		{"text direction marks", "\u202a1850578006048\u202c\u2066\u2069", mainland, false},
		{"apostrophe of a spreadsheet", "'1850578006048", mainland, false},
		{"typographic apostrophes", "1’85’05‘78’006’048", mainland, false},
		{"full-width digits", "１８５０５７８００６０４８", mainland, false},
		{"full-width punctuation", "１．８５－０５／７８｜００６　０４８", mainland, false},
		{"Corsica in lower case", "185052b033048", corsica, false},
		{"Corsica in full width", "１８５０５２Ｂ０３３０４８", corsica, false},
		{"Corsica in full width lower case", "１８５０５２ｂ０３３０４８", corsica, false},
		{"provisional", "c1234567", "C1234567", false},
		{"provisional with separators", " ab-12.34 56/7 ", "AB1234567", false},
	} {
		n, r := nir.Parse(tt.typed, nil)
		if !r.OK() || n.Canonical() != tt.want || r.KeyDropped != tt.keyDropped {
			t.Errorf("%s: %q, %+v", tt.way, n.Canonical(), r)
		}
		if n.Kind() != r.Kind {
			t.Errorf("%s: the number is %v, the report says %v", tt.way, n.Kind(), r.Kind)
		}
	}
}

func TestEachMistakeHasItsOwnProblem(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  nir.Report
	}{
		{"", nir.Report{Problem: nir.Empty}},
		{" -./|\u200b ", nir.Report{Problem: nir.Empty}},
		{"1", nir.Report{Problem: nir.Missing, Kind: nir.NIR, Count: 1}},
		{"185057800604", nir.Report{Problem: nir.Missing, Kind: nir.NIR, Count: 12}},
		{"18505780060483", nir.Report{Problem: nir.Surplus, Kind: nir.NIR, Count: 14}},
		{"1850578006048301", nir.Report{Problem: nir.Surplus, Kind: nir.NIR, Count: 16}},
		{strings.Repeat("1", 128), nir.Report{Problem: nir.Surplus, Kind: nir.NIR, Count: 128}},
		{strings.Repeat("1", 129), nir.Report{Problem: nir.Surplus, Kind: nir.NIR, Count: 128}},
		{"C" + strings.Repeat("1", 1<<20), nir.Report{Problem: nir.Surplus, Kind: nir.Provisional, Count: 128}},

		{"185057800604?", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: '?', Position: 13}},
		{"1 85 05 78 é06 048", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: 'é', Position: 8}},
		{"é", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 1, Character: 'é', Position: 1}},
		{"1\xff", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 2, Character: '\uFFFD', Position: 2}},
		{"1\x00", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 2, Character: '\uFFFD', Position: 2}},
		{"185057800z048", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: 'Z', Position: 10}},
		{"1850578o06048", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: 'O', Position: 8, LetterForDigit: true}},
		{"185O5780", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 8, Character: 'O', Position: 4, LetterForDigit: true}},
		{"1850578006I48", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: 'I', Position: 11, LetterForDigit: true}},
		{"1850578006l48", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: 'L', Position: 11, LetterForDigit: true}},

		{"18A0578006048", nir.Report{Problem: nir.Corsica, Kind: nir.NIR, Count: 13, Character: 'A', Position: 3}},
		{"185051b006048", nir.Report{Problem: nir.Corsica, Kind: nir.NIR, Count: 13, Character: 'B', Position: 7}},
		{"18505782A6048", nir.Report{Problem: nir.Corsica, Kind: nir.NIR, Count: 13, Character: 'A', Position: 9}},
		{"185052C006048", nir.Report{Problem: nir.Character, Kind: nir.NIR, Count: 13, Character: 'C', Position: 7}},

		{"0850578006048", nir.Report{Problem: nir.FirstDigit, Kind: nir.NIR, Count: 13}},
		{"9850578006048", nir.Report{Problem: nir.FirstDigit, Kind: nir.NIR, Count: 13}},
		{"06 12 34 56 78", nir.Report{Problem: nir.FirstDigit, Kind: nir.NIR, Count: 10}},
		{"1850078006048", nir.Report{Problem: nir.Month, Kind: nir.NIR, Count: 13}},
		{"1851378006048", nir.Report{Problem: nir.Month, Kind: nir.NIR, Count: 13}},
		{"2851978006048", nir.Report{Problem: nir.Month, Kind: nir.NIR, Count: 13}},
		{"1850500006048", nir.Report{Problem: nir.Department, Kind: nir.NIR, Count: 13}},
		{"1850578006000", nir.Report{Problem: nir.Order, Kind: nir.NIR, Count: 13}},
		{"185057800604831", nir.Report{Problem: nir.WrongKey, Kind: nir.NIR, Count: 15}},
		{"185057800604800", nir.Report{Problem: nir.WrongKey, Kind: nir.NIR, Count: 15}},

		{"C123456", nir.Report{Problem: nir.WrongProvisional, Kind: nir.Provisional, Count: 7}},
		{"lea.martin@exemple.fr", nir.Report{Problem: nir.WrongProvisional, Kind: nir.Provisional, Count: 19, Character: '@', Position: 10}},
		{"l 85 05", nir.Report{Problem: nir.WrongProvisional, Kind: nir.Provisional, Count: 5, Character: 'L', Position: 1, LetterForDigit: true}},
	} {
		n, r := nir.Parse(tt.typed, nil)
		if r != tt.want || !n.IsZero() {
			t.Errorf("%.40q: got %+v (number: %t), want %+v", tt.typed, r, !n.IsZero(), tt.want)
		}
		if got := nir.Check(tt.typed, nil); got != r {
			t.Errorf("%.40q: Check says %+v, Parse says %+v", tt.typed, got, r)
		}
	}
}

func TestProvisionalNumbersHaveNoFieldsToCheck(t *testing.T) {
	for first := '3'; first <= '8'; first++ {
		if r := nir.Check(string(first)+"001300000000", nil); !r.OK() {
			t.Errorf("first digit %c: %+v", first, r)
		}
	}
}

func TestAProvisionalIdentifierMayReadLikeANIRButIsToldAboutIt(t *testing.T) {
	n, r := nir.Parse("l850578006048", nil)
	want := nir.Report{Kind: nir.Provisional, Count: 13, Character: 'L', Position: 1, LetterForDigit: true}
	if r != want || n.Canonical() != "L850578006048" {
		t.Errorf("%+v", r)
	}
	if r := nir.Check("L8505780", nil); !r.OK() || r.LetterForDigit {
		t.Errorf("the rest is no NIR: %+v", r)
	}
}

func TestTheConfiguredPatternReplacesTheDefault(t *testing.T) {
	p, err := nir.ParsePattern("CAF[0-9]{4}")
	if err != nil {
		t.Fatal(err)
	}
	if n, r := nir.Parse("caf 0123", p); !r.OK() || n.Canonical() != "CAF0123" {
		t.Errorf("%+v", r)
	}
	if r := nir.Check("C1234567", p); r.Problem != nir.WrongProvisional {
		t.Errorf("the default still applies: %+v", r)
	}
}

func TestTheZeroReportIsNotOK(t *testing.T) {
	if (nir.Report{}).OK() {
		t.Error("a report that nobody filled in accepts")
	}
}

func TestGroupedFollowsTheCard(t *testing.T) {
	if nir.GroupSpace == " " || nir.GroupSpace == "\u00a0" || nir.GroupSpace == "\u202f" {
		t.Error("a voice reads the groups as thousands")
	}
	for typed, want := range map[string]string{
		"":                       "",
		"1":                      "1",
		"185":                    "1 85",
		"1.85.05":                "1 85 05",
		"185052b0":               "1 85 05 2B 0",
		"1850578006048":          "1 85 05 78 006 048",
		"185057800604831":        "1 85 05 78 006 048 31",
		"185057800604831234":     "1 85 05 78 006 048 31 234",
		"1850578O06048":          "1 85 05 78 O06 048",
		"C1234567":               "",
		strings.Repeat("1", 129): "",
	} {
		if got := strings.ReplaceAll(nir.Grouped(typed), nir.GroupSpace, " "); got != want {
			t.Errorf("%.40q: got %q, want %q", typed, got, want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, r := nir.Parse("1 85 05 78 006 048 30", nil); !r.OK() {
			b.Fatal(r)
		}
	}
}
