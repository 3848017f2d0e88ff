package components

import (
	"strings"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/app/words"
)

// LiveIdentifier is the identifier field while somebody types in it: the message that the server would give to the same report
// or, while it would come too early, only what was typed, set out to be counted. A doubt waits too.
func LiveIdentifier(w words.Words, typed string, r nir.Report, early bool) FieldView {
	f := LoginView{Page: Page{Words: w}, Identifier: typed, Report: r, Submitted: !early}.identifierField()
	if !early {
		f.Note = identifierNote(w.Identifier(), r)
	}
	f.Live, f.Help = true, Link{} // no link is born between two fields while somebody goes from one to the next
	if r.OK() {
		f.Read = f.Echo
	}
	return f
}

// LiveCapsLock is the password field while the keyboard writes capitals.
func LiveCapsLock(w words.Words) FieldView {
	return FieldView{Words: w, Name: fieldPassword, Note: w.SignIn().CapsLock}
}

// LiveRules is the list of rules while somebody types a new password. What is met is ticked; what is not met yet is no fault
// before the field is left, except what more letters do not mend. A browser that knows of the person at most the identifier never says
// that the personal rule is met; nor that of common passwords while it is short of the list.
func LiveRules(w words.Words, r password.Report, empty, left, list, person bool) RuleListView {
	v := RuleListView{Words: w, Rules: PasswordRules(r, empty), Judged: !empty}
	for i := range v.Rules {
		rule := &v.Rules[i]
		switch rule.Rule {
		case password.TooLong:
		case password.Personal:
			rule.Open = rule.Met && !person
		case password.Common:
			rule.Open = rule.Met && !list || !rule.Met && !left
		default:
			rule.Open = !rule.Met && !left
		}
	}
	return v
}

// News is what a screen reader says of the rules that are ticked, once a rule, empty for none. It notes what it has said.
func (v RuleListView) News(heard map[password.Rule]bool) string {
	var said []string
	for _, r := range v.Rules {
		if v.Judged && r.Met && !r.Open && !heard[r.Rule] {
			heard[r.Rule] = true
			said = append(said, v.line(r))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return v.Words.Rules().Met + " " + strings.Join(said, ", ") + "."
}

// Spoken is the field's message in one text, for a region that is read aloud: by then the focus may be elsewhere, so that an error
// names its field. A number that is whole is read by its groups, each a number of its own to every voice. It is empty when there is
// nothing to say.
func (f FieldView) Spoken() string {
	switch {
	case f.Error != "":
		return f.Label + ". " + f.told()
	case f.Note == "" && f.Read != "":
		return f.Words.Form().Typed + " " + strings.ReplaceAll(f.Read, nir.GroupSpace, ", ") + "."
	}
	return f.told()
}
