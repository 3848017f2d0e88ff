package components

// PasswordChangeView is the page where somebody who is signed in changes the password.
type PasswordChangeView struct {
	Page
	Proof     *ProofView // asks for the current password; nil = a code was given a moment ago
	Rules     []PasswordRule
	Submitted bool
	Missing   bool // the new password
	None      bool // the account has no password
	Renew     bool // the password is too weak for today's rules, and nothing else opens before
	Busy      bool // too many people at once
}

// chosen is the new password as the last step of a recovery shows it. Before the proof it is not judged, but told when it is missing.
func (v PasswordChangeView) chosen() RecoveryPasswordView {
	return RecoveryPasswordView{Page: v.Page, Rules: v.Rules, Submitted: v.Submitted && !v.Proof.refused(), Missing: v.Missing, Busy: v.Busy || v.Proof.waits()}
}

func (v PasswordChangeView) fields() (fields []FieldView) {
	if v.Proof != nil {
		fields = append(fields, v.Proof.field())
	}
	return append(fields, v.chosen().passwordField())
}

func (v PasswordChangeView) summary() (s SummaryView) {
	button := v.chosen().button().Text
	if v.Busy {
		return v.busySummary(button)
	}
	if v.Proof != nil {
		s = v.Proof.summary(button)
	}
	s.Words, s.Errors = v.Words, fieldErrors(v.fields()...)
	return s
}

func (v PasswordChangeView) title() string {
	if v.Renew {
		return v.Words.NewPassword().Title
	}
	if v.None {
		return v.Words.Security().ChoosePassword
	}
	return v.Words.Account().ChangePassword
}

func (v PasswordChangeView) frame() frameView {
	f := v.Page.frame(v.title()).failed(v.summary().shown())
	if v.Renew {
		return f
	}
	return f.back(linkSecurity, v.Words.Account().SecurityHeading)
}

func (v PasswordChangeView) refusal() refusal {
	return refusal{v.frame(), v.summary(), v.fields()}
}
