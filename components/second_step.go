package components

// SignInCode is what the second step of a sign-in adds to the page of the code. Its reader has given the right pair.
type SignInCode struct {
	To       string // where the code went, masked
	Other    string // the same of the other channel; "" = there is none
	Remember bool   // was ticked
	Shared   bool   // a computer of several people: nothing is offered to be kept there
}

const fieldRemember = "se_souvenir"

func (v RecoveryCodeView) signInLead() string {
	if v.Channel == Email {
		return v.Words.SecondStep().LeadEmail(v.digits(), v.SignIn.To)
	}
	return v.Words.SecondStep().LeadSMS(v.digits(), v.SignIn.To)
}

func (v RecoveryCodeView) signInSentAgain() string {
	if v.Channel == Email {
		return v.Words.SecondStep().SentAgainEmail(v.SignIn.To)
	}
	return v.Words.SecondStep().SentAgainSMS(v.SignIn.To)
}

// other is the channel by which the code can come as well.
func (v RecoveryCodeView) other() Channel {
	if v.Channel == Email {
		return SMS
	}
	return Email
}

func (v RecoveryCodeView) otherButton() ButtonView {
	b := ButtonView{Secondary: true}
	if v.other() == Email {
		b.Text = v.Words.SecondStep().OtherEmail(v.SignIn.Other)
	} else {
		b.Text = v.Words.SecondStep().OtherSMS(v.SignIn.Other)
	}
	return b
}
