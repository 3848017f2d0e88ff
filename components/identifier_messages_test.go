package components

import (
	"strings"
	"testing"

	"moncompte/app/nir"
	"moncompte/app/words"
)

func TestEachProblemWithAnIdentifierHasItsOwnSentence(t *testing.T) {
	for _, row := range []struct{ typed, want string }{
		{"", "13 chiffres"},
		{"285057800604", "Il manque 1 chiffre "},
		{"28505", "Il manque 8 chiffres"},
		{"28505780060481", "1 chiffre de trop"},
		{"2850578006048123", "3 chiffres de trop"},
		{strings.Repeat("2", 200), "trop longue"},
		{"2 85 O5 78 006 048", "La 4e place contient la lettre O : remplacez-la par le chiffre 0"},
		{"2 85 05 78 006 l48", "remplacez-la par le chiffre 1"},
		{"2 85 05 78 006 04*", "« * » (13e place)"},
		{"2 85 05 7A 006 048", "La lettre A ne peut pas être à la 7e place"},
		{"9 85 05 78 006 048", "premier chiffre"},
		{"2 85 13 78 006 048", "mois de naissance"},
		{"2 85 05 00 006 048", "lieu de naissance"},
		{"2 85 05 78 006 000", "3 derniers chiffres"},
		{"2 85 05 78 006 048 99", "clé"},
		{"1234567", "numéro de dossier"},
		{"1234567K", "numéro de dossier"},
		{"0123456789211", "numéro fiscal"},
		{"A12", "identifiant provisoire"},
		{"A1234é678", "« é »"},
		{"l 85 05 78", "remplacez-la par le chiffre 1"},
	} {
		got := plainSpaces(IdentifierSentence(words.French.Identifier(), nir.Check(row.typed, nil)))
		if !strings.Contains(got, row.want) {
			t.Errorf("%q: %q, want %q in it", row.typed, got, row.want)
		}
	}
}

func TestAnAcceptedIdentifierHasNoSentence(t *testing.T) {
	for _, typed := range []string{"2 85 05 78 006 048", "A1234567", "1234567890066"} {
		if got := IdentifierSentence(words.French.Identifier(), nir.Check(typed, nil)); got != "" {
			t.Errorf("%q: %q", typed, got)
		}
	}
}

// An unknown problem, or the zero report, still says what to do.
func TestAnUnforeseenReportHasASentence(t *testing.T) {
	for _, r := range []nir.Report{{}, {Problem: 200, Kind: nir.NIR}} {
		if IdentifierSentence(words.French.Identifier(), r) == "" {
			t.Errorf("%+v has no sentence", r)
		}
	}
}

func TestADoubtIsToldOnlyAfterTheServerRefusedThePair(t *testing.T) {
	v := LoginView{Page: french, Identifier: "1234567890066", Submitted: true}
	v.Report = nir.Check(v.Identifier, nil)
	if got := v.identifierField().Note; got != "" {
		t.Errorf("before: %q", got)
	}
	v.WrongPair = true
	if got := v.identifierField().Note; !strings.Contains(got, "numéro fiscal") {
		t.Errorf("after: %q", got)
	}
}

// What an unsent form contains is nobody's mistake.
func TestAFormThatWasNotSentShowsNoError(t *testing.T) {
	if v := (LoginView{Page: french}); v.failed() || v.summary().shown() {
		t.Error("a fresh page shows an error")
	}
}
