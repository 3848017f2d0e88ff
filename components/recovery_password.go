package components

import (
	"strings"

	"github.com/a-h/templ"

	"moncompte/app/password"
	"moncompte/app/words"
)

// fieldRules is the id of the list of rules, which is swapped as a message is.
const fieldRules = fieldPassword + "-regles"

// RuleListView is the list of rules beside the field.
type RuleListView struct {
	Words  words.Words
	Rules  []PasswordRule
	Judged bool // what was typed is judged: each rule shows whether it is met
}

func (v RecoveryPasswordView) title() string {
	if v.First {
		return v.Words.NewPassword().FirstTitle
	}
	return v.Words.NewPassword().Title
}

// all is every rule that there is before anything is typed, as one text for the ear.
func (v RuleListView) all() string {
	var lines []string
	for _, r := range PasswordRules(password.Report{}, true) {
		lines = append(lines, v.line(r)+".")
	}
	return strings.Join(lines, " ")
}

// known is what the rule about the person is judged by while they type. Whoever sees this page has given a code of the account, and its
// form signs them in: nothing of it is new to them.
func (v RecoveryPasswordView) known() templ.Attributes {
	if len(v.Known.Names) == 0 {
		return nil
	}
	return templ.Attributes{"data-names": strings.Join(v.Known.Names, "\n"), "data-birth": v.Known.BirthDate}
}

func (v RecoveryPasswordView) rules() RuleListView {
	return RuleListView{Words: v.Words, Rules: v.Rules, Judged: v.judged()}
}

func (v RecoveryPasswordView) judged() bool {
	return v.Submitted && !v.Missing && !v.Busy && !v.Expired
}

func (v RecoveryPasswordView) passwordField() FieldView {
	f := FieldView{Words: v.Words, Name: fieldPassword, Label: v.Words.NewPassword().Label, Autocomplete: "new-password"}
	missing := v.Words.NewPassword().Missing
	if v.First {
		f.Label, missing = v.Words.NewPassword().FirstLabel, v.Words.NewPassword().FirstMissing
	}
	switch {
	case v.Busy || v.Expired:
	case v.Missing:
		f.Error = missing
	case v.Submitted:
		f.Error, f.Help = v.rules().sentence(), helpPassword(v.Words.Ways())
	}
	return f
}

func (v RecoveryPasswordView) summary() SummaryView {
	switch {
	case v.Expired:
		return SummaryView{
			Words: v.Words,
			Title: v.Words.NewPassword().ExpiredTitle,
			Text:  v.Words.NewPassword().Expired,
			Ways:  []Link{v.again()},
		}
	case v.Busy:
		return v.busySummary(v.button().Text)
	}
	return SummaryView{Words: v.Words, Errors: fieldErrors(v.passwordField())}
}

func (v RecoveryPasswordView) again() Link {
	return Link{HRef: v.start(), Text: v.Words.Recovery().Again}
}

func (v RecoveryPasswordView) button() ButtonView {
	return ButtonView{Text: v.Words.NewPassword().Submit, Busy: v.Words.NewPassword().Busy}
}

// after says what the button brings about.
func (v RecoveryPasswordView) after() string {
	if v.First {
		return v.Words.NewPassword().FirstAfter
	}
	return v.Words.NewPassword().After
}

func (v RecoveryPasswordView) frame() frameView {
	return v.Page.frame(v.title()).step(v.Words.Recovery().Step(3, 3)).failed(v.summary().shown())
}

func (v RecoveryPasswordView) refusal() refusal {
	return refusal{v.frame(), v.summary(), []FieldView{v.passwordField()}}
}
