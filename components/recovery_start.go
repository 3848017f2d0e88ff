package components

import "moncompte/app/words"

// channelChoice is one way of receiving the code.
type channelChoice struct {
	Channel     Channel
	Label, Hint string
}

// channelChoices are the ways on offer. The risk of SMS is said before the choice (ASVS 5.0 V6.6.1).
func channelChoices(w *words.RecoveryStart) []channelChoice {
	return []channelChoice{{SMS, w.SMS, w.SMSHint}, {Email, w.Email, w.EmailHint}}
}

// id names the input; that of the whole group is the name of the field.
func (c channelChoice) id() string { return fieldChannel + "-" + c.Channel.value() }
func (c channelChoice) drawing() string {
	if c.Channel == SMS {
		return drawPhone
	}
	return drawMail
}
func (c channelChoice) boxID() string  { return c.id() + "-choix" }
func (c channelChoice) hintID() string { return c.id() + "-aide" }

// chosen is the channel that is ticked: the only one left, where the other is used up.
func (v RecoveryStartView) chosen() Channel {
	if !v.Other || v.Wait == 0 {
		return v.Channel
	}
	return v.Channel.other()
}

func (v RecoveryStartView) title() string {
	if v.Linking {
		return v.Words.RecoveryStart().Linking
	}
	if v.First {
		return v.Words.RecoveryStart().First
	}
	return v.Words.RecoveryStart().Forgotten
}

func (v RecoveryStartView) lead() string {
	if v.Linking {
		return v.Words.RecoveryStart().LinkingLead(v.Limits.CodeDigits)
	}
	if v.First {
		return v.Words.RecoveryStart().FirstLead(v.Limits.CodeDigits)
	}
	return v.Words.RecoveryStart().ForgottenLead(v.Limits.CodeDigits)
}

func (v RecoveryStartView) identifierField() FieldView {
	// The same field as at sign-in, where its words are kept.
	return LoginView{
		Page: v.Page, Identifier: v.Identifier, Report: v.Report, Submitted: v.Submitted, ProvisionalPattern: v.ProvisionalPattern,
	}.identifierField()
}

func (v RecoveryStartView) channelField() FieldView {
	f := FieldView{Words: v.Words, Name: fieldChannel, Label: v.Words.RecoveryStart().Channel}
	if v.ChannelMissing {
		f.Error = v.Words.RecoveryStart().ChannelMissing
	}
	return f
}

func (v RecoveryStartView) fields() []FieldView {
	if v.Only != 0 {
		return []FieldView{v.identifierField()}
	}
	return []FieldView{v.identifierField(), v.channelField()}
}

func (v RecoveryStartView) summary() SummaryView {
	switch {
	case v.Wait > 0 && !v.NextSend.IsZero():
		// What cannot be used before tomorrow is not shown: one of the two ways, or the form.
		sentence := v.Words.Recovery().NextSend(v.Words.Hour(v.NextSend))
		if v.Other {
			s := v.waitSummary(sentence + " " + v.Words.Recovery().OtherWay)
			s.Hides = channelChoice{Channel: v.Channel}.boxID()
			return s
		}
		s := v.waitSummary(sentence)
		s.Hides = formCode
		s.Ways = append([]Link{{v.action(), v.Words.RecoveryCode().OtherNumber}}, s.Ways...)
		return s
	case v.Wait > 0:
		return v.waitSummary(v.Words.Recovery().SendsWait(v.Words.In(v.Wait)))
	case v.Busy:
		return v.busySummary(v.button().Text)
	}
	return SummaryView{Words: v.Words, Errors: fieldErrors(v.fields()...)}
}

// pending says the same whether or not there is such an account.
func (v RecoveryStartView) pending() AlertView {
	w := v.Words.RecoveryStart()
	if v.Pending.Given {
		return AlertView{Tone: toneNotice, Text: w.PendingGiven, Way: Link{v.Pending.HRef, w.PendingPassword}}
	}
	return AlertView{Tone: toneNotice, Text: w.PendingCode(v.Words.Hour(v.Pending.Until)), Way: Link{v.Pending.HRef, w.PendingEnter}}
}

func (v RecoveryStartView) button() ButtonView {
	return ButtonView{Text: v.Words.RecoveryStart().Submit, Busy: v.Words.RecoveryStart().Busy}
}

// step is where the page stands on its way: who links has been at FranceConnect before.
func (v RecoveryStartView) step() string {
	if v.Linking {
		return v.Words.Recovery().Step(2, 3)
	}
	return v.Words.Recovery().Step(1, 3)
}

func (v RecoveryStartView) frame() frameView {
	return v.Page.frame(v.title()).step(v.step()).failed(v.summary().shown()).about(v.lead())
}

func (v RecoveryStartView) refusal() refusal {
	return refusal{v.frame(), v.summary(), v.fields()}
}
