package components

import (
	"net/url"
	"time"

	"github.com/a-h/templ"
)

const fieldCurrentPassword = "mot_de_passe_actuel"

// ProofView asks somebody who is signed in to show once more who they are.
type ProofView struct {
	Page
	NoPassword bool          // the account has none
	Back       string        // the page, to which a code leads back; empty = none can be sent
	Missing    bool          // nothing was typed
	Wrong      bool          // it was not the password
	Wait       time.Duration // above zero: too many tries, again after it
	Busy       bool          // too many people at once
}

// waits reports that nothing can be judged now: what else was typed wrongly is told when it can.
func (v *ProofView) waits() bool { return v != nil && (v.Wait > 0 || v.Busy) }

// refused reports that the proof was not given.
func (v *ProofView) refused() bool { return v != nil && (v.Missing || v.Wrong || v.waits()) }

func (v ProofView) error() string {
	switch {
	case v.NoPassword: // there is no field
	case v.Missing:
		return v.Words.Security().CurrentMissing
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

// code is where a code is asked for.
func (v ProofView) code() templ.SafeURL {
	return templ.SafeURL(linkConfirm + "?" + url.Values{fieldBack: {v.Back}}.Encode())
}

// ConfirmView asks somebody who is signed in by which channel a code is to come, with which they show once more who they are.
type ConfirmView struct {
	Page
	Back     string    // the page that asked for it
	Email    string    // masked; "" = none can be sent there
	Phone    string    // its end; "" = the same
	NextSend time.Time // when the next code may leave, in the zone of Paris; zero = now
}

func (v ConfirmView) title() string { return v.Words.Security().Confirm }

func (v ConfirmView) back() Link {
	text := v.Words.Contacts().Title
	switch v.Back {
	case linkSecurity:
		text = v.Words.Account().SecurityHeading
	case linkPassword:
		text = v.Words.Account().ChangePassword
	case linkPasskeys:
		text = v.Words.Passkeys().Heading
	}
	return Link{HRef: v.Back, Text: text}
}

func (v ConfirmView) summary() SummaryView {
	if v.NextSend.IsZero() {
		return SummaryView{Words: v.Words}
	}
	return v.waitSummary(v.Words.Recovery().NextSend(v.Words.Hour(v.NextSend)))
}

func (v ConfirmView) frame() frameView {
	back := v.back()
	return v.Page.frame(v.title()).failed(v.summary().shown()).back(back.HRef, back.Text)
}
