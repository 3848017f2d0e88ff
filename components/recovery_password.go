package components

// fieldRules is the id of the list of rules, which is swapped as a message is.
const fieldRules = fieldPassword + "-regles"

// RuleListView is the list of rules beside the field.
type RuleListView struct {
	Rules  []PasswordRule
	Judged bool // what was typed is judged: each rule shows whether it is met
}

func (v RecoveryPasswordView) title() string {
	if v.First {
		return "Choisissez votre mot de passe"
	}
	return "Choisissez un nouveau mot de passe"
}

func (v RecoveryPasswordView) rules() RuleListView {
	return RuleListView{Rules: v.Rules, Judged: v.judged()}
}

func (v RecoveryPasswordView) judged() bool {
	return v.Submitted && !v.Missing && !v.Busy && !v.Expired
}

func (v RecoveryPasswordView) passwordField() FieldView {
	f := FieldView{Name: fieldPassword, Label: "Nouveau mot de passe", Autocomplete: "new-password"}
	if v.First {
		f.Label = "Mot de passe"
	}
	switch {
	case v.Busy || v.Expired:
	case v.Missing:
		f.Error = "Saisissez le mot de passe que vous avez choisi."
	case v.Submitted:
		f.Error, f.Help = passwordSentence(v.Rules), helpPassword
	}
	return f
}

func (v RecoveryPasswordView) summary() SummaryView {
	switch {
	case v.Expired:
		return SummaryView{
			Title: "Le temps pour choisir est passé",
			Text:  "Rien n’a été changé. Pour vous protéger, il faut un nouveau code avant de choisir le mot de passe.",
			Ways:  []Link{v.again()},
		}
	case v.Busy:
		return busySummary(v.button().Text)
	}
	return SummaryView{Errors: fieldErrors(v.passwordField())}
}

func (v RecoveryPasswordView) again() Link {
	return Link{HRef: v.start(), Text: "Demander un nouveau code"}
}

func (v RecoveryPasswordView) button() ButtonView {
	return ButtonView{Text: "Enregistrer le mot de passe", Busy: "Enregistrement…"}
}

// after says what the button brings about.
func (v RecoveryPasswordView) after() string {
	if v.First {
		return "Vous vous connecterez ensuite avec votre numéro et ce mot de passe."
	}
	return "Tous vos appareils seront déconnectés. Vous vous connecterez ensuite avec le nouveau mot de passe."
}

func (v RecoveryPasswordView) frame() frameView {
	return v.Page.frame(v.title()).failed(v.summary().shown())
}

func (v RecoveryPasswordView) refusal() refusal {
	return refusal{v.frame(), v.summary(), []FieldView{v.passwordField()}}
}
