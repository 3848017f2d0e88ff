package components

import (
	"time"

	"github.com/a-h/templ"
)

const (
	fieldEmail = "email"
	fieldPhone = "mobile"
)

// ContactsView shows the addresses of somebody who is signed in and, with a Changing, asks for a new one.
type ContactsView struct {
	Page
	Email    string // masked; "" = none
	Phone    string // its end; "" = none
	Changing Channel
	Typed    string // shown again after a refusal
	Problem  ContactProblem
	Wait     time.Duration // above zero: no code can leave, again after it
	Proof    *ProofView    // asks for the current password; nil = a proof was shown a moment ago
}

// ContactProblem is what is wrong with a new address. The zero value is nothing.
type ContactProblem uint8

// The problems.
const (
	_ ContactProblem = iota
	ContactMissing
	ContactWrong
	ContactSame
)

func (v ContactsView) sentence() string {
	if v.Proof.waits() {
		return ""
	}
	w := v.Words.Contacts()
	said := map[ContactProblem][2]string{
		ContactMissing: {w.PhoneMissing, w.EmailMissing},
		ContactWrong:   {w.PhoneWrong, w.EmailWrong},
		ContactSame:    {w.SamePhone, w.SameEmail},
	}[v.Problem]
	if v.Changing == SMS {
		return said[0]
	}
	return said[1]
}

func (v ContactsView) title() string {
	w := v.Words.Contacts()
	switch {
	case v.Changing == Email && v.Email == "":
		return w.AddEmail
	case v.Changing == Email:
		return w.ChangeEmail
	case v.Changing == SMS && v.Phone == "":
		return w.AddPhone
	case v.Changing == SMS:
		return w.ChangePhone
	}
	return w.Title
}

// change is the link to the form of that channel.
func (v ContactsView) change(c Channel) Link {
	v.Changing = c
	return Link{HRef: linkContacts + "?changer=" + c.value(), Text: v.title()}
}

func (v ContactsView) field() FieldView {
	w := v.Words.Contacts()
	f := FieldView{Words: v.Words, Name: fieldEmail, Label: w.NewEmail, Hint: w.EmailHint, Value: v.Typed, Autocomplete: "email", Error: v.sentence()}
	if v.Changing == SMS {
		f.Name, f.Label, f.Hint, f.Autocomplete = fieldPhone, w.NewPhone, w.PhoneHint, "tel"
	}
	return f
}

func (v ContactsView) fields() []FieldView {
	fields := []FieldView{v.field()}
	if v.Proof != nil {
		fields = append(fields, v.Proof.field())
	}
	return fields
}

func (v ContactsView) summary() SummaryView {
	if v.Changing == 0 {
		return SummaryView{}
	}
	if v.Wait > 0 {
		return v.waitSummary(v.Words.Contacts().Unsent(v.Words.In(v.Wait)))
	}
	var s SummaryView
	if v.Proof != nil {
		s = v.Proof.summary(v.Words.Contacts().Send)
	}
	s.Words, s.Errors = v.Words, fieldErrors(v.fields()...)
	return s
}

func (v ContactsView) frame() frameView {
	f := v.Page.frame(v.title()).failed(v.summary().shown())
	if v.Changing != 0 {
		return f.step(v.Words.Recovery().Step(1, 2)).back(linkContacts, v.Words.Contacts().Title)
	}
	return f.back(linkSecurity, v.Words.Account().SecurityHeading)
}

func (v ContactsView) refusal() refusal { return refusal{v.frame(), v.summary(), v.fields()} }

// contactSteps are the names of the steps to a new address.
func (p Page) contactSteps(c Channel) []string {
	step := p.Words.Contacts().StepEmail
	if c == SMS {
		step = p.Words.Contacts().StepPhone
	}
	return []string{step, p.Words.Recovery().StepCode}
}

func (v ContactsView) action() templ.SafeURL { return linkContacts }

func (v ContactsView) phone() string { return v.Words.Contacts().PhoneEnds(v.Phone) }

// insideLead says where the code went: its reader is signed in.
func (v RecoveryCodeView) insideLead() string {
	if v.Channel == SMS {
		return v.Words.Contacts().LeadSMS(v.digits(), v.To)
	}
	return v.Words.Contacts().LeadEmail(v.digits(), v.To)
}

func (v RecoveryCodeView) insideSentAgain() string {
	if v.Channel == SMS {
		return v.Words.Contacts().SentAgainSMS(v.To)
	}
	return v.Words.Contacts().SentAgainEmail(v.To)
}
