package components

import (
	"slices"
	"strings"
	"testing"

	"moncompte/app/password"
)

func TestEachProblemWithACodeHasItsOwnSentence(t *testing.T) {
	seen := map[string]CodeProblem{}
	for p := CodeEmpty; p <= CodeUsedUp+1; p++ {
		s := french.CodeSentence(p, 0, 6)
		if other, twice := seen[s]; twice || s == "" {
			t.Errorf("%d says %q, as %d does", p, s, other)
		}
		seen[s] = p
	}
	if s := french.CodeSentence(CodeOK, 3, 6); s != "" {
		t.Errorf("a right code has the sentence %q", s)
	}
}

func TestTheTriesLeftAreSaidAfterAWrongCodeOnly(t *testing.T) {
	for _, row := range []struct {
		problem CodeProblem
		left    int
		want    string
	}{
		{CodeWrong, 3, "Il vous reste 3 essais."},
		{CodeWrong, 1, "Il vous reste 1 essai."},
		{CodeWrong, 0, ""},
		{CodeWrong, -1, ""},
		{CodeShort, 3, ""},
	} {
		got := plainSpaces(french.CodeSentence(row.problem, row.left, 6))
		if said := strings.Contains(got, "reste"); said != (row.want != "") || !strings.Contains(got, row.want) {
			t.Errorf("%+v: %q", row, got)
		}
	}
}

// ASVS 5.0 V6.3.8: the page must not say that the account exists, before a code is sent or after.
func TestTheCodePageIsAlwaysInDoubtAboutTheAccount(t *testing.T) {
	for _, c := range []Channel{0, SMS, Email} {
		v := RecoveryCodeView{Page: french, Channel: c, Sent: true}
		for _, text := range []string{v.lead(), v.sentAgain().Text} {
			if !strings.Contains(text, "i ce numéro correspond à un compte") {
				t.Errorf("channel %d: %q", c, text)
			}
		}
	}
}

// Neither a try that waits nor one that came at a busy time was judged.
func TestACodeThatWasNotJudgedIsNotSaidToBeWrong(t *testing.T) {
	for _, v := range []RecoveryCodeView{
		{Page: french, Problem: CodeWrong},
		{Page: french, Problem: CodeWrong, Submitted: true, Busy: true},
	} {
		if got := v.codeField().Error; got != "" {
			t.Errorf("%+v: %q", v, got)
		}
	}
}

func TestACodeThatIsOverLeadsToANewOne(t *testing.T) {
	for _, p := range []CodeProblem{CodeExpired, CodeUsedUp} {
		for first, start := range map[bool]string{false: "/mot-de-passe-oublie", true: "/premiere-connexion"} {
			v := RecoveryCodeView{Page: french, First: first, Submitted: true, Problem: p}
			page := rendered(t, RecoveryCode(v))
			if strings.Contains(page, "<input") || !strings.Contains(page, `class="button" href="`+start+`"`) {
				t.Errorf("problem %d, first %v: the page does not lead to a new code", p, first)
			}
			if !strings.Contains(rendered(t, RecoveryCodeMessages(v)), `<a href="`+start+`">`) {
				t.Errorf("problem %d, first %v: the messages do not lead to a new code", p, first)
			}
		}
	}
}

// Every form of a first password stays on its own way, and the other way round; but « Ce n'est pas moi » ends both.
func TestEachWayKeepsToItsOwnAddresses(t *testing.T) {
	for first, want := range map[bool]string{false: "/mot-de-passe-oublie", true: "/premiere-connexion"} {
		for _, page := range []string{
			rendered(t, RecoveryStart(RecoveryStartView{Page: french, First: first})),
			rendered(t, RecoveryCode(RecoveryCodeView{Page: french, First: first})),
			rendered(t, RecoveryPassword(RecoveryPasswordView{Page: french, First: first})),
		} {
			for _, form := range strings.Split(page, `<form method="post" action="`)[1:] {
				if action, _, _ := strings.Cut(form, `"`); !strings.HasPrefix(action, want) && action != linkLogout {
					t.Errorf("first %v: a form goes to %s", first, action)
				}
			}
		}
	}
}

// listed is the list of the rules, in French.
func listed(rules []PasswordRule) RuleListView {
	return RuleListView{Words: french.Words, Rules: rules}
}

func ruleNames(rules []PasswordRule) (names []password.Rule) {
	for _, r := range rules {
		names = append(names, r.Rule)
	}
	return names
}

func TestTheRulesKeepTheirOrderAndTheRareOnesStayAway(t *testing.T) {
	usual := []password.Rule{password.Length, password.Letter, password.Digit, password.Common, password.Personal}
	tooLong := []password.Rule{password.Length, password.TooLong, password.Letter, password.Digit, password.Common, password.Personal}
	for _, row := range []struct {
		name  string
		rules []PasswordRule
		want  []password.Rule
	}{
		{"before", PasswordRules(password.Report{}, true), usual},
		{"empty", PasswordRules(password.Check("", password.Context{}, nil), false), usual},
		{"good", PasswordRules(password.Check("girafe pluie 47 velo", password.Context{}, nil), false), usual},
		{"long", PasswordRules(password.Check(strings.Repeat("girafe 47", 40), password.Context{}, nil), false), tooLong},
	} {
		if got := ruleNames(row.rules); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
	for _, r := range PasswordRules(password.Report{}, true) {
		if r.Met {
			t.Errorf("before anything was typed, rule %d is met", r.Rule)
		}
	}
}

// Whatever is refused, the person reads what to do; whatever is accepted is not found fault with.
func FuzzEveryRefusedPasswordHasASentence(f *testing.F) {
	for _, typed := range []string{"", "a", "azertyuiop12", "804917263548", "girafe pluie 47 velo", "éééééééééééé1",
		"Martin 31/05/1985", "２８５０５７８００６０４８", "\xff\xfe", strings.Repeat("x1", 200)} {
		f.Add(typed)
	}
	person := password.Context{Identifier: "2850578006048", BirthDate: "1985-05-31", Names: []string{"Martin"}}
	f.Fuzz(func(t *testing.T, typed string) {
		report := password.Check(typed, person, nil)
		if said := listed(PasswordRules(report, false)).sentence() != ""; said == report.OK() {
			t.Errorf("%q: accepted %v, sentence %v", typed, report.OK(), said)
		}
	})
}

func TestAnEntropyThatAloneIsTooLowIsTold(t *testing.T) {
	rules := []PasswordRule{{Rule: password.Entropy}}
	if listed(rules).sentence() == "" {
		t.Error("a refused password has no sentence")
	}
}

func TestWhatAPasswordSaysOfThePersonIsNamed(t *testing.T) {
	person := password.Context{Identifier: "2850578006048", BirthDate: "1985-05-31", Names: []string{"Martin"}}
	for typed, want := range map[string]string{
		"girafe 2850578006048":    "une partie de votre numéro",
		"girafe 31/05/1985 pluie": "votre date de naissance",
		"girafe martin 47 pluie":  "votre nom ou votre prénom",
	} {
		if got := listed(PasswordRules(password.Check(typed, person, nil), false)).sentence(); !strings.Contains(got, want) {
			t.Errorf("%q: %q", typed, got)
		}
	}
}

// The identifier is there for the password manager; a form that sent it would put it on the wire for nothing.
func TestTheIdentifierOfTheManagerDoesNotTravel(t *testing.T) {
	page := rendered(t, RecoveryPassword(RecoveryPasswordView{Page: french, Identifier: "2850578006048"}))
	if !strings.Contains(page, `value="2850578006048"`) || !strings.Contains(page, `autocomplete="username"`) {
		t.Error("the password manager finds no identifier")
	}
	if strings.Contains(page, `name="identifiant"`) {
		t.Error("the identifier is part of the form")
	}
	if strings.Contains(rendered(t, RecoveryPassword(RecoveryPasswordView{Page: french})), `autocomplete="username"`) {
		t.Error("an empty identifier would be saved")
	}
}

// NIST SP 800-63B-4 §3.1.1.2: one field, pasting and managers allowed, nothing cut.
func TestTheInputsOfCodeAndPasswordCutNothing(t *testing.T) {
	for _, page := range []string{
		rendered(t, RecoveryCode(RecoveryCodeView{Page: french})),
		rendered(t, RecoveryPassword(RecoveryPasswordView{Page: french})),
	} {
		if strings.Count(page, "<input") != 1 || strings.Contains(page, "maxlength") || strings.Contains(page, "pattern=") {
			t.Errorf("not one free input: %s", page)
		}
	}
}
