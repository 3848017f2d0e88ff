package components

// SignInCode is what a sign-in adds to the page of the code. Its reader has given the right pair, unless the code comes First.
type SignInCode struct {
	First    bool   // the code comes before the password: nothing is said of any account
	To       string // where the code went, masked
	Other    string // the same of the other channel; "" = there is none
	Remember bool   // was ticked
	Shared   bool   // a computer of several people: nothing is offered to be kept there
}

const fieldRemember = "se_souvenir"

func (v RecoveryCodeView) codeFirst() bool { return v.SignIn != nil && v.SignIn.First }

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
func (v RecoveryCodeView) other() Channel { return v.Channel.other() }

func (v RecoveryCodeView) otherButton() ButtonView {
	b, w := ButtonView{Secondary: true}, v.Words.SecondStep()
	switch email := v.other() == Email; {
	case v.codeFirst() && email:
		b.Text = w.MaybeEmail
	case v.codeFirst():
		b.Text = w.MaybeSMS
	case email:
		b.Text = w.OtherEmail(v.SignIn.Other)
	default:
		b.Text = w.OtherSMS(v.SignIn.Other)
	}
	return b
}
