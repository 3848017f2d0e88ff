package components

import (
	"strings"

	"moncompte/app/password"
	"moncompte/app/words"
)

// PasswordRule is one rule for a new password, and whether what was typed meets it.
type PasswordRule struct {
	Rule password.Rule
	Met  bool
	Item password.Item // what an unmet Personal found
	Open bool          // neither ticked nor called a fault: the browser does not know, or it is early
}

// PasswordRules lists the rules that a person is told, in the order of display.
// With before nothing was typed yet, the report is not read and no rule is met.
// TooLong stands there only when it is not met, and Entropy only when it is the
// one thing that length, letter and digit leave to be desired: with these three
// met the CNIL's 50 bits are reached, so that a line for it would be there to be read only.
func PasswordRules(report password.Report, before bool) []PasswordRule {
	var rules []PasswordRule
	for _, rule := range []password.Rule{
		password.Length, password.TooLong, password.Letter, password.Digit,
		password.Common, password.Personal, password.Entropy,
	} {
		met := !before && report.Met(rule)
		switch rule {
		case password.TooLong:
			if before || met {
				continue
			}
		case password.Entropy:
			if before || met || !report.Met(password.Length) || !report.Met(password.Letter) || !report.Met(password.Digit) {
				continue
			}
		}
		r := PasswordRule{Rule: rule, Met: met}
		if rule == password.Personal && !before {
			r.Item = report.Which
		}
		rules = append(rules, r)
	}
	return rules
}

// line is the rule as a line of the list.
func (v RuleListView) line(r PasswordRule) string {
	switch r.Rule {
	case password.Length:
		return v.Words.Rules().Length(password.MinLength)
	case password.TooLong:
		return v.Words.Rules().TooLong(password.MaxLength)
	case password.Letter:
		return v.Words.Rules().Letter
	case password.Digit:
		return v.Words.Rules().Digit(password.PhraseWords)
	case password.Common:
		return v.Words.Rules().Common
	case password.Personal:
		return v.Words.Rules().Personal
	}
	return v.Words.Rules().Varied
}

// fix says what to do about the rule, empty when it is met.
func (v RuleListView) fix(r PasswordRule) string {
	if r.Met {
		return ""
	}
	switch r.Rule {
	case password.Length:
		return v.Words.Rules().FixLength(password.MinLength)
	case password.TooLong:
		return v.Words.Rules().FixTooLong(password.MaxLength)
	case password.Letter:
		return v.Words.Rules().FixLetter
	case password.Digit:
		return v.Words.Rules().FixDigit(password.PhraseWords)
	case password.Common:
		return v.Words.Rules().FixCommon
	case password.Personal:
		return personalSentence(v.Words.Rules(), r.Item)
	}
	return v.Words.Rules().FixVaried
}

func personalSentence(w *words.Rules, found password.Item) string {
	switch found {
	case password.IdentifierItem:
		return w.HasNumber
	case password.BirthDateItem:
		return w.HasBirthDate
	case password.NameItem:
		return w.HasName
	}
	return w.HasSomethingElse
}

// sentence says what to do, one short sentence a rule that is not met, empty when all are.
// What is too short is easy to guess for that alone: to say so too would only make more to read.
func (v RuleListView) sentence() string {
	short := false
	var sentences []string
	for _, r := range v.Rules {
		short = short || r.Rule == password.Length && !r.Met
		if s := v.fix(r); s != "" && !(short && r.Rule == password.Common) {
			sentences = append(sentences, s)
		}
	}
	return strings.Join(sentences, " ")
}
