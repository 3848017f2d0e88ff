package components

import "time"

// ProofView asks somebody who is signed in for the password once more.
type ProofView struct {
	Page
	Missing bool          // nothing was typed
	Wrong   bool          // it was not the password
	Wait    time.Duration // above zero: too many tries, again after it
	Busy    bool          // too many people at once
}

func (v ProofView) error() string {
	switch {
	case v.Missing:
		return v.Words.SignIn().PasswordMissing
	case v.Wrong:
		return v.Words.Security().WrongPassword
	}
	return ""
}

func (v ProofView) field() FieldView {
	return FieldView{
		Words:        v.Words,
		Name:         fieldCurrentPassword,
		Label:        v.Words.Security().CurrentPassword,
		Autocomplete: "current-password",
		Error:        v.error(),
	}
}

// summary is for the page whose button has that text.
func (v ProofView) summary(button string) SummaryView {
	if v.Busy {
		return v.busySummary(button)
	}
	s := LoginView{Page: v.Page, Wait: v.Wait}.summary()
	s.Errors = append(s.Errors, fieldErrors(v.field())...)
	return s
}
