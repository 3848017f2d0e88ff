package components

import (
	"strings"
	"testing"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/app/words"
)

func TestALiveMessageIsTheServersAndWaitsWhileItIsEarly(t *testing.T) {
	const typed = "26905495881"
	report := nir.Check(typed, nil)
	f := LiveIdentifier(words.French, typed, report, false)
	if f.Error != IdentifierSentence(words.French.Identifier(), report) || f.Error == "" || f.Echo != nir.Grouped(typed) {
		t.Errorf("the field says %q about %q", f.Error, f.Echo)
	}
	if got := plainSpaces(rendered(t, FieldMessage(f))); !strings.Contains(got, "Il manque 2 chiffres") {
		t.Errorf("the message is %s", got)
	}
	if f.Help.HRef != "" {
		t.Error("a link is born between two fields while somebody goes from one to the next")
	}
	early := LiveIdentifier(words.French, typed, report, true)
	if early.Error != "" || early.Spoken() != "" {
		t.Errorf("it is too early for %q", early.Error)
	}
	if got := rendered(t, FieldMessage(early)); !strings.Contains(got, nir.Grouped(typed)) || strings.Contains(got, "Erreur") {
		t.Errorf("while typing the message is %s", got)
	}
}

func TestADoubtIsSaidOnceTheFieldIsLeft(t *testing.T) {
	const typed = "l850578006048" // an l for the 1, which a provisional identifier may begin with
	report := nir.Check(typed, nil)
	if f := LiveIdentifier(words.French, typed, report, true); f.Note != "" {
		t.Errorf("too early: %q", f.Note)
	}
	if f := LiveIdentifier(words.French, typed, report, false); !strings.Contains(f.Spoken(), "saisissez le chiffre\u00a01") {
		t.Errorf("the doubt is %q", f.Spoken())
	}
}

// rules writes the list as one sign a rule: + met, - to be corrected, . open.
func rules(v RuleListView) string {
	var signs []byte
	for _, r := range v.Rules {
		switch {
		case !v.Judged || r.Open:
			signs = append(signs, '.')
		case r.Met:
			signs = append(signs, '+')
		default:
			signs = append(signs, '-')
		}
	}
	return string(signs)
}

func TestRulesAreTickedAsTheyAreMetAndFaultsWaitUntilTheFieldIsLeft(t *testing.T) {
	list, err := password.DefaultList()
	if err != nil {
		t.Fatal(err)
	}
	known := password.Context{Identifier: "2690549588157"}
	for _, row := range []struct {
		typed, typing, left string // length, letter, digit, common, personal
	}{
		{"", ".....", "....."},
		{"tambour", ".+...", "-+--."},
		{"tambour violet 47 nuages", "++++.", "++++."},
		{"motdepasse1234", "+++..", "+++-."},
		{"tambour 2690549 violet", "++++-", "++++-"},
		{strings.Repeat("tambour violet ", 20) + "1", "+-+++.", "+-+++."}, // « pas plus de » stands second
	} {
		r := password.Check(row.typed, known, list)
		if got := rules(LiveRules(words.French, r, row.typed == "", false, true, false)); got != row.typing {
			t.Errorf("%q while typing: %s, not %s", row.typed, got, row.typing)
		}
		if got := rules(LiveRules(words.French, r, row.typed == "", true, true, false)); got != row.left {
			t.Errorf("%q when left: %s, not %s", row.typed, got, row.left)
		}
	}
	if got := rules(LiveRules(words.French, password.Check("tambour violet 47 nuages", known, nil), false, false, false, false)); got != "+++.." {
		t.Errorf("without the list: %s", got)
	}
	known.Names = []string{"Lantier", "", "Zoé"}
	for typed, want := range map[string]string{"tambour violet 47 nuages": "+++++", "tambour violet 47 Lantier": "++++-"} {
		if got := rules(LiveRules(words.French, password.Check(typed, known, list), false, false, true, true)); got != want {
			t.Errorf("%q of somebody who is known: %s, not %s", typed, got, want)
		}
	}
}

func TestOnlyWhatIsNewIsReadAloud(t *testing.T) {
	view := func(typed string) RuleListView {
		return LiveRules(words.French, password.Check(typed, password.Context{}, nil), typed == "", false, false, false)
	}
	heard := map[password.Rule]bool{}
	if got := plainSpaces(view("a").News(heard)); got != "C’est bon : Au moins une lettre." {
		t.Errorf("the first letter: %q", got)
	}
	if got := plainSpaces(view("ab").News(heard)); got != "" {
		t.Errorf("nothing new: %q", got)
	}
	if got := plainSpaces(view("a1").News(heard)); got != "C’est bon : Au moins un chiffre, ou 5 mots." {
		t.Errorf("the first digit: %q", got)
	}
	if got := view("").News(heard) + view("a").News(heard); got != "" {
		t.Errorf("erased and typed again: %q", got)
	}
}

// By then the focus may be elsewhere; and « 49 588 157 » would be read as forty-nine millions.
func TestWhatIsSpokenNamesItsFieldAndReadsByGroups(t *testing.T) {
	f := FieldView{Words: words.French, Label: "Numéro", Error: "Il manque 8\u00a0chiffres."}
	if said := f.Spoken(); !strings.HasPrefix(said, "Numéro. ") || !strings.HasSuffix(said, f.Error) {
		t.Errorf("an error is said as %q", said)
	}
	f = FieldView{Words: words.French, Label: "Numéro", Read: nir.Grouped("2690549588157")}
	if said := f.Spoken(); !strings.HasSuffix(said, " 2, 69, 05, 49, 588, 157.") {
		t.Errorf("a number is said as %q", said)
	}
}
