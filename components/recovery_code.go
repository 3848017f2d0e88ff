package components

import (
	"cmp"
	"time"
)

// over reports that this code can no longer be used: the page leads to a new one.
func (v RecoveryCodeView) over() bool {
	return v.Submitted && (v.Problem == CodeExpired || v.Problem == CodeUsedUp)
}

func (v RecoveryCodeView) digits() int { return cmp.Or(v.Digits, v.Limits.CodeDigits) }

func (v RecoveryCodeView) title() string {
	if v.over() {
		return v.Words.RecoveryCode().OverTitle
	}
	return v.Words.RecoveryCode().Title
}

// lead says what may have been sent, and for which number.
func (v RecoveryCodeView) lead() string {
	w, lead := v.Words.RecoveryCode(), v.sending()
	switch {
	case v.Typed.End == "":
		return lead
	case v.Typed.Provisional:
		return lead + " " + w.TypedProvisional(v.Typed.End)
	}
	return lead + " " + w.Typed(v.Typed.End)
}

// sending names the other channel to everybody, so that it tells nothing of what is on file.
func (v RecoveryCodeView) sending() string {
	switch {
	case v.codeFirst():
		return v.firstLead()
	case v.SignIn != nil:
		return v.signInLead()
	}
	if v.Inside != "" {
		return v.insideLead()
	}
	return v.maybeLead()
}

func (v RecoveryCodeView) firstLead() string {
	w := v.Words.SecondStep()
	switch {
	case v.Only == SMS:
		return w.FirstOnlySMS(v.digits())
	case v.Only == Email:
		return w.FirstOnlyEmail(v.digits())
	case v.Channel == SMS:
		return w.FirstSMS(v.digits())
	}
	return w.FirstEmail(v.digits())
}

func (v RecoveryCodeView) maybeLead() string {
	switch v.Only {
	case SMS:
		return v.Words.RecoveryCode().OnlySMS(v.digits())
	case Email:
		return v.Words.RecoveryCode().OnlyEmail(v.digits())
	}
	switch v.Channel {
	case SMS:
		return v.Words.RecoveryCode().LeadSMS(v.digits())
	case Email:
		return v.Words.RecoveryCode().LeadEmail(v.digits())
	}
	return v.Words.RecoveryCode().LeadUnknown(v.digits())
}

func (v RecoveryCodeView) codeField() FieldView {
	f := FieldView{
		Words:        v.Words,
		Name:         fieldCode,
		Label:        v.Words.RecoveryCode().Label(v.digits()),
		Hint:         v.Words.RecoveryCode().Hint,
		Autocomplete: "one-time-code",
		Class:        "digits code",
	}
	if v.SignIn == nil || v.SignIn.Shared { // else there is a choice to make below the code
		f.Digits = v.digits()
	}
	if v.Submitted && !v.over() && !v.Busy {
		f.Error = v.CodeSentence(v.Problem, v.Left, v.digits())
		if v.Problem == CodeWrong {
			f.Help = helpCode(v.Words.Ways())
		}
	}
	return f
}

func (v RecoveryCodeView) summary() SummaryView {
	switch {
	case v.Busy:
		return v.busySummary(v.button().Text)
	case v.over():
		return SummaryView{
			Words: v.Words,
			Title: v.Words.RecoveryCode().NeedsNew,
			Text:  v.CodeSentence(v.Problem, 0, v.digits()),
			Ways:  []Link{v.again(), helpCode(v.Words.Ways())},
		}
	}
	return SummaryView{Words: v.Words, Errors: fieldErrors(v.codeField())}
}

func (v RecoveryCodeView) again() Link {
	if v.SignIn != nil {
		return Link{HRef: v.start(), Text: v.Words.SecondStep().Again}
	}
	return Link{HRef: v.start(), Text: v.Words.Recovery().Again}
}

// otherwise leads to the choice of another address, on a way of who is signed in.
func (v RecoveryCodeView) otherwise() Link {
	if v.Inside == linkContacts {
		return Link{HRef: v.start(), Text: v.Words.Contacts().OtherAddress}
	}
	return Link{HRef: v.start(), Text: v.Words.RecoveryCode().OtherWay}
}

func (v RecoveryCodeView) button() ButtonView {
	return ButtonView{Text: v.Words.RecoveryCode().Submit, Busy: v.Words.RecoveryCode().Busy}
}

// sentAgain is as uncertain as the lead, for the same reason.
func (v RecoveryCodeView) sentAgain() AlertView {
	if v.codeFirst() {
		return AlertView{Tone: toneSuccess, Text: v.Words.SecondStep().FirstSentAgain}
	}
	if v.SignIn != nil {
		return AlertView{Tone: toneSuccess, Text: v.signInSentAgain()}
	}
	if v.Inside != "" {
		return AlertView{Tone: toneSuccess, Text: v.insideSentAgain()}
	}
	return AlertView{Tone: toneSuccess, Text: v.Words.RecoveryCode().SentAgain}
}

// tooEarly answers who has pressed « Renvoyer » too early.
func (v RecoveryCodeView) tooEarly() AlertView {
	return AlertView{Tone: toneNotice, Text: v.Words.RecoveryCode().TooEarly(v.Words.In(v.ResendWait))}
}

// waitSeconds are rounded up: nobody presses too early.
func (v RecoveryCodeView) waitSeconds() int {
	return int((v.ResendWait + time.Second - 1) / time.Second)
}

// resent reports that the page begins with the news of another message.
func (v RecoveryCodeView) resent() bool { return v.Sent && !v.summary().shown() }

// stands is where the page stands on its way, empty for a code that is a proof by itself.
func (v RecoveryCodeView) stands() string {
	switch {
	case v.codeFirst():
		return v.Words.Recovery().Step(1, 2)
	case v.SignIn != nil:
		return v.Words.Recovery().Step(2, 2)
	case v.Inside == linkContacts:
		return v.Words.Recovery().Step(2, 2)
	case v.Inside != "":
		return ""
	case v.Linking:
		return v.Words.Recovery().Step(3, 3)
	}
	return v.Words.Recovery().Step(2, 3)
}

func (v RecoveryCodeView) frame() frameView {
	f := v.Page.frame(v.title()).step(v.stands()).failed(v.summary().shown())
	if v.resent() {
		return f.news(v.sentAgain().Text)
	}
	return f
}

func (v RecoveryCodeView) refusal() refusal {
	return refusal{v.frame(), v.summary(), []FieldView{v.codeField()}}
}
