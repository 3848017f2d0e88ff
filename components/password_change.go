package components

import "time"

// PasswordChangeView is the page where somebody who is signed in changes the password.
type PasswordChangeView struct {
	Page
	Proof     ProofView
	Rules     []PasswordRule
	Submitted bool
	Missing   bool          // the new password
	Unjudged  bool          // nothing is said of the new password yet
	None      bool          // the account has no password: a code is the way
	Channels  []Channel     // by which a code can come
	CodeWait  time.Duration // above zero: no code can be asked for, again after it
}

// chosen is the new password as the last step of a recovery shows it.
func (v PasswordChangeView) chosen() RecoveryPasswordView {
	return RecoveryPasswordView{Page: v.Page, Rules: v.Rules, Submitted: v.Submitted && !v.Unjudged, Missing: v.Missing && !v.Unjudged}
}

func (v PasswordChangeView) fields() []FieldView {
	return []FieldView{v.Proof.field(), v.chosen().passwordField()}
}

func (v PasswordChangeView) summary() SummaryView {
	if v.CodeWait > 0 {
		return v.waitSummary(v.Words.Recovery().SendsWait(v.Words.In(v.CodeWait)))
	}
	s := v.Proof.summary(v.chosen().button().Text)
	s.Words, s.Errors = v.Words, fieldErrors(v.fields()...)
	return s
}

func (v PasswordChangeView) title() string {
	if v.None {
		return v.Words.Security().ChoosePassword
	}
	return v.Words.Account().ChangePassword
}

func (v PasswordChangeView) frame() frameView {
	return v.Page.frame(v.title()).failed(v.summary().shown())
}

func (v PasswordChangeView) refusal() refusal {
	return refusal{v.frame(), v.summary(), v.fields()}
}

func (v PasswordChangeView) byCode(c Channel) string {
	if c == SMS {
		return v.Words.Security().CodeBySMS
	}
	return v.Words.Security().CodeByEmail
}
