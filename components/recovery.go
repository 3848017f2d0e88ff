package components

import (
	"time"

	"moncompte/app/nir"
	"moncompte/app/password"
)

// Channel is how a code travels. The zero value is none chosen.
type Channel uint8

// The channels.
const (
	_ Channel = iota
	SMS
	Email
)

// value is the channel in the form, empty for none.
func (c Channel) value() string {
	switch c {
	case SMS:
		return "sms"
	case Email:
		return "email"
	}
	return ""
}

func (c Channel) other() Channel {
	if c == Email {
		return SMS
	}
	return Email
}

// RecoveryStartView asks for the identifier and the channel of the code.
// At most one of Wait and Busy is set.
type RecoveryStartView struct {
	Page
	First              bool   // the first password of an account, rather than a forgotten one
	Linking            bool   // the proof of an account for FranceConnect, rather than a password
	Identifier         string // as typed, shown again after a refusal
	Report             nir.Report
	Submitted          bool // the form was sent: problems of the Report are shown
	Channel            Channel
	ChannelMissing     bool
	Wait               time.Duration // above zero: too many requests, try again after it
	NextSend           time.Time     // with Wait: when the next code may leave, in the zone of Paris
	Other              bool          // with NextSend: a code can leave by the other channel now
	Busy               bool          // too many people at once
	ProvisionalPattern string        // for the check in the browser
	Pending            *PendingView  // what was begun in this browser and waits; nil = nothing
}

// PendingView leads to a step that was left.
type PendingView struct {
	HRef  string
	Given bool      // the code was given: the password is to be chosen
	Until time.Time // the code is valid, in the zone of Paris
}

// RecoveryCodeView asks for the code. Its words are the same whether or not
// there is such an account, and whatever is on file (ASVS 5.0 V6.3.8).
// Busy comes before Problem.
type RecoveryCodeView struct {
	Page
	First       bool
	Linking     bool
	Typed       Typed       // the number; zero with Inside, where the session says whose it is, and on a computer of several people
	Form        string      // of which flow the form is, for the server alone
	Inside      string      // the address of a way of who is signed in; "" for the others
	To          string      // with Inside: where the code went, masked
	SignIn      *SignInCode // the second step of a sign-in; nil for the others
	Channel     Channel     // what the person chose, not what was used; of a sign-in, what was used
	Digits      int         // of the code; 0 = as many as the limits say
	Submitted   bool        // the form was sent: Problem is shown
	Problem     CodeProblem
	Left        int           // tries left, said with CodeWrong; 0 = not said
	Until       time.Time     // the code is valid, in the zone of Paris; zero = not said
	Sent        bool          // the code was just asked for again
	Early       bool          // it was asked for again too early
	ResendWait  time.Duration // above zero: it is too early to ask again
	NoMoreSends bool
	Busy        bool // too many people at once
}

// Typed is what a page says again of a number: its last signs, and of which kind it is.
type Typed struct {
	End         string
	Provisional bool
}

// RecoveryPasswordView asks for the new password, which is never sent back.
// Expired and Busy come before the rules.
type RecoveryPasswordView struct {
	Page
	First      bool
	Submitted  bool // the form was sent: the state of the Rules is shown
	Missing    bool // the form was sent empty: nothing is judged
	Rules      []PasswordRule
	Identifier string           // the person's own, so that a password manager saves the pair; empty = left out
	Known      password.Context // what else the browser judges the password by
	Busy       bool             // too many people at once
	Expired    bool             // the code was right, but too long ago
}

// The names of the fields, which are their ids too; those of sign-in stand with it.
const (
	fieldChannel = "canal"
	fieldCode    = "code"
	formCode     = "demander-un-code"
)

// Where the steps lead besides each other.
const (
	linkHelpCode     = linkHelp + "/code-non-recu"
	linkHelpContacts = linkHelp + "/coordonnees-changees"
	linkHelpPassword = linkHelp + "/choisir-mon-mot-de-passe"
)

// The steps of a forgotten password and of a first one have the same addresses below their own start.
func recoveryLink(first bool, step string) string {
	if first {
		return linkFirst + step
	}
	return linkForgotten + step
}

// The proof of an account begins on a page that first offers the password.
const linkProof = linkLinking + "?par=code"

func (v RecoveryStartView) action() string {
	if v.Linking {
		return linkProof
	}
	return recoveryLink(v.First, "")
}

func (v RecoveryCodeView) start() string {
	if v.Linking {
		return linkProof
	}
	if v.SignIn != nil {
		return linkLogin
	}
	if v.Inside == linkContacts {
		return linkContacts + "?changer=" + v.Channel.value()
	}
	if v.Inside != "" {
		return v.Inside
	}
	return recoveryLink(v.First, "")
}

func (v RecoveryCodeView) step(name string) string {
	if v.Linking {
		return linkLinking + name
	}
	if v.SignIn != nil {
		return linkLogin + name
	}
	if v.Inside != "" {
		return v.Inside + name
	}
	return recoveryLink(v.First, name)
}

func (v RecoveryCodeView) action() string     { return v.step("/code") }
func (v RecoveryCodeView) resend() string     { return v.step("/renvoyer") }
func (v RecoveryPasswordView) start() string  { return recoveryLink(v.First, "") }
func (v RecoveryPasswordView) action() string { return recoveryLink(v.First, "/nouveau") }

// steps are the names of the way's steps.
func (p Page) steps(linking bool) []string {
	w := p.Words.Recovery()
	if linking {
		return []string{"FranceConnect", w.StepAccount, w.StepCode}
	}
	return []string{w.StepNumber, w.StepCode, w.StepPassword}
}

// refusal is the answer to a refused form under HTMX.
type refusal struct {
	frame   frameView
	summary SummaryView
	fields  []FieldView
}

// busySummary says that nothing is wrong with what was typed.
func (p Page) busySummary(button string) SummaryView {
	return SummaryView{
		Words: p.Words,
		Title: p.Words.Form().CrowdTitle,
		Text:  p.Words.Form().Crowd(button),
		Ways:  []Link{helpTrouble(p.Words.Ways())},
	}
}

// waitSummary says how long to wait and, when there is a phone, whom to call meanwhile.
func (p Page) waitSummary(sentence string) SummaryView {
	s := SummaryView{
		Words: p.Words,
		Title: p.Words.Recovery().WaitTitle,
		Text:  sentence,
	}
	s.Ways = []Link{helpNoCode(p.Words.Ways())}
	if p.Org.Phone != "" {
		s.Ways = append(s.Ways, Link{HRef: p.Org.dial(), Text: p.Words.Ways().CallUs + " " + p.Org.Phone})
	}
	return s
}

// fieldErrors lists the fields that have an error.
func fieldErrors(fields ...FieldView) (errors []FieldError) {
	for _, f := range fields {
		if f.Error != "" {
			errors = append(errors, FieldError{Field: f.Name, Text: f.Error})
		}
	}
	return errors
}
