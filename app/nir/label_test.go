package nir_test

import (
	"strings"
	"testing"
	"unicode"

	"moncompte/app/nir"
)

func TestALabelPastedWithTheNumberIsNoPartOfIt(t *testing.T) {
	const number = "2940375120005"
	for typed, keyDropped := range map[string]bool{
		"N° 2940375120005":                                  false,
		"n°2940375120005":                                   false,
		"Nº 2 94 03 75 120 005":                             false,
		"№ 2 94 03 75 120 005":                              false,
		"N 2940375120005":                                   false,
		"no. 2940375120005":                                 false,
		"NIR : 2940375120005":                               false,
		"NIR\u00a0:\u00a02940375120005":                     false,
		"nir 2940375120005":                                 false,
		"NIR2940375120005":                                  false,
		"NIR=294037512000591":                               true,
		"N°SS : 2 94 03 75 120 005 91":                      true,
		"N° Sécu 2940375120005":                             false,
		"Numéro de sécurité sociale\n2 94 03 75 120 005 91": true,
		"Nume\u0301ro de se\u0301curite\u0301 sociale : 2940375120005": false,
		"NUMERO DE SECURITE SOCIALE:2940375120005":                     false,
		"Mon numéro de sécu : 2.94.03.75.120.005":                      false,
		"Numéro d’immatriculation (2940375120005)":                     false,
		"matricule de l'assuré : 2940375120005":                        false,
		"Identifiant : 2940375120005":                                  false,
		"« 2940375120005 »":                                            false,
		"2 94 03 75 120 005 clé 91":                                    true,
		"2 94 03 75 120 005 (clé : 91)":                                true,
		"2 94 03 75 120 005 cle\u0301 91":                              true,
		"2 94 03 75 120 005 CLE91":                                     true,
		"2 94 03 75 120 005, clef = 91":                                true,
		"2 94 03 75 120 005 [91]":                                      true,
		"2 94 03 75 120 005 clé de contrôle : 91":                      true,
		"N° 2 94 03 75 120 005 clé 91":                                 true,
		"N° de sécurité sociale : 2 94 03 75 120 005 ; clé : 91":       true,
	} {
		n, r := nir.Parse(typed, nil)
		if n.Canonical() != number || r.KeyDropped != keyDropped || r.Kind != nir.NIR {
			t.Errorf("%q: %+v", typed, r)
		}
		if got, want := nir.Grouped(typed), nir.Grouped(number); !strings.HasPrefix(got, want) {
			t.Errorf("%q: in groups %q", typed, got)
		}
	}
	if n, _ := nir.Parse("Identifiant provisoire : c1234567", nil); n.Canonical() != "C1234567" || n.Kind() != nir.Provisional {
		t.Errorf("a provisional identifier with its label: %v", n)
	}
}

// What begins with letters may be a provisional identifier, and is never cut for looking like a label.
func TestAProvisionalIdentifierIsNotTakenForALabel(t *testing.T) {
	for typed, want := range map[string]string{
		"N1234567":           "N1234567",
		"N 1234567":          "N1234567",
		"NO 12345678":        "NO12345678",
		"LA-1234567":         "LA1234567",
		"SS1234567":          "SS1234567",
		"N2940375120005":     "N2940375120005", // it has the shape of both
		"NIR12345":           "NIR12345",
		"MATRICULE1":         "MATRICULE1",
		"CAF 45678901":       "CAF45678901",
		"CLE12345":           "CLE12345",
		"l 85 05 78 006 048": "L850578006048",
	} {
		if n, r := nir.Parse(typed, nil); n.Canonical() != want {
			t.Errorf("%q: %q, %+v", typed, n.Canonical(), r)
		}
	}
}

func TestAWrongNumberBehindALabelIsJudgedAsANumber(t *testing.T) {
	for typed, want := range map[string]nir.Report{
		"N° 29403751200":                   {Problem: nir.Missing, Kind: nir.NIR, Count: 11},
		"N° 2940375120005 clé 90":          {Problem: nir.WrongKey, Kind: nir.NIR, Count: 15},
		"NIR : 2 94 13 75 120 005":         {Problem: nir.Month, Kind: nir.NIR, Count: 13},
		"Numéro de sécurité sociale : 0 9": {Problem: nir.FirstDigit, Kind: nir.NIR, Count: 2},
		"2940375120005 clé":                {Kind: nir.NIR, Count: 13},
		"2940375120005 code 91":            {Problem: nir.Character, Kind: nir.NIR, Count: 19, Character: 'C', Position: 14},
		"N°":                               {Problem: nir.WrongProvisional, Kind: nir.Provisional, Count: 2, Character: '°', Position: 2},
	} {
		if r := nir.Check(typed, nil); r != want {
			t.Errorf("%q: %+v, want %+v", typed, r, want)
		}
	}
}

func TestADigitOfEveryScriptIsADigit(t *testing.T) {
	for c := rune(0); c <= unicode.MaxRune; c++ {
		value, ok := nir.Digit(c)
		if ok != unicode.IsDigit(c) || !ok && value != 0 {
			t.Errorf("%U: %d, %t", c, value, ok)
		}
	}
	// One of each ten is checked against its neighbours: they stand in order from zero to nine.
	for _, zero := range "0٠۰०০੦０𝟎" {
		for n := range rune(10) {
			if value, ok := nir.Digit(zero + n); !ok || value != int(n) {
				t.Errorf("%U: %d", zero+n, value)
			}
		}
	}
}

func TestANumberInDigitsOfAnotherScriptIsRead(t *testing.T) {
	for _, typed := range []string{
		"٢٩٤٠٣٧٥١٢٠٠٠٥", "۲۹۴۰۳۷۵۱۲۰۰۰۵", "२९४०३७५१२०००५", "২ ৯৪ ০৩ ৭৫ ১২০ ০০৫", "２９４０３７５１２０００５", "𝟐𝟗𝟒𝟎𝟑𝟕𝟓𝟏𝟐𝟎𝟎𝟎𝟓",
		"\u200f٢ ٩٤ ٠٣ ٧٥ ١٢٠ ٠٠٥ ٩١\u200e", "N° ٢٩٤٠٣٧٥١٢٠٠٠٥", "٢ ٩٤ ٠٣ ٧٥ ١٢٠ ٠٠٥ clé ٩١", "294037512٠٠٠٥",
	} {
		if n, r := nir.Parse(typed, nil); n.Canonical() != "2940375120005" {
			t.Errorf("%q: %+v", typed, r)
		}
	}
	if n, _ := nir.Parse("c١٢٣٤٥٦٧", nil); n.Canonical() != "C1234567" {
		t.Errorf("a provisional identifier: %v", n)
	}
}
