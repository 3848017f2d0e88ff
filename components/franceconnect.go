package components

import (
	"time"

	"moncompte/app/words"
)

// FranceConnectProblem is why a person comes back from FranceConnect without being signed in.
type FranceConnectProblem uint8

// The problems. The zero value reads like FranceConnectFailed.
const (
	FranceConnectFailed      FranceConnectProblem = iota // what came back cannot be believed, or makes no sense
	FranceConnectExpired                                 // too late, or from another browser
	FranceConnectRefused                                 // FranceConnect did not let the person through
	FranceConnectUnavailable                             // it does not answer
	FranceConnectClosed                                  // the account is disabled
	FranceConnectAnother                                 // it has named another person than the one who is signed in
	FranceConnectTaken                                   // the identity opens another account
)

// FranceConnectProblemView is the page of a problem.
type FranceConnectProblemView struct {
	Page
	Problem FranceConnectProblem
	Plus    bool
}

func (v FranceConnectProblemView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }

func (v FranceConnectProblemView) words() words.FranceConnectProblem {
	w := v.Words.FranceConnect()
	switch v.Problem {
	case FranceConnectExpired:
		return w.Expired
	case FranceConnectRefused:
		return w.Refused
	case FranceConnectUnavailable:
		return w.Unavailable
	case FranceConnectClosed:
		return w.Closed
	case FranceConnectAnother:
		return w.Another
	case FranceConnectTaken:
		return w.Taken
	}
	return w.Failed
}

// way is what to do now. A closed account is opened by people alone: no other way to sign in would lead further.
func (v FranceConnectProblemView) way() Link {
	switch {
	case v.Problem != FranceConnectClosed:
		return Link{linkLogin, v.Words.Ways().SignIn}
	case v.Org.Phone != "":
		return Link{v.Org.dial(), v.Words.Ways().Call(v.Org.Phone)}
	}
	return Link{linkHelpContact, v.Words.Ways().ReadHelp}
}

// LinkingView asks for the proof that an account is the person's. It is the same whether or not there is an account that
// goes with the identity (ASVS 5.0 V6.3.8). The Login's fields and refusals are those of the sign-in page.
type LinkingView struct {
	Login         LoginView
	Plus          bool
	Name          string // whom FranceConnect has named
	AnotherPerson bool   // the pair is right, but opens another person's account
}

const (
	linkLinking           = "/franceconnect/rattachement"
	formLinking           = "relier"
	linkHelpFranceConnect = linkHelp + "/franceconnect-probleme"
	linkHelpContact       = linkHelp + "/contact"
)

func (v LinkingView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }

func (v LinkingView) words() *words.FranceConnect { return v.Login.Words.FranceConnect() }

func (v LinkingView) steps() []string {
	return []string{v.provider(), v.Login.Words.Recovery().StepAccount}
}

func (v LinkingView) title() string { return v.words().LinkTitle(v.provider()) }

func (v LinkingView) summary() SummaryView {
	if v.AnotherPerson {
		return SummaryView{
			Words: v.Login.Words,
			Title: v.words().OtherPersonTitle,
			Text:  v.words().OtherPerson(v.provider()),
			Ways:  []Link{{HRef: linkLogin, Text: v.words().SignInWithout(v.provider())}, helpLink(v.Login.Words.Ways())},
		}
	}
	if v.Login.Busy {
		return v.Login.busySummary(v.button().Text)
	}
	return v.Login.summary()
}

func (v LinkingView) frame() frameView {
	return v.Login.Page.frame(v.title()).step(v.Login.Words.Recovery().Step(2, 2)).failed(v.summary().shown())
}

func (v LinkingView) button() ButtonView {
	return ButtonView{Text: v.words().LinkSubmit, Busy: v.words().LinkBusy}
}

func (v LinkingView) refusal() refusal {
	return refusal{v.frame(), v.summary(), []FieldView{v.Login.identifierField(), v.Login.passwordField()}}
}

// LeavingView leads on to FranceConnect's own sign-out.
type LeavingView struct {
	Page
	Plus bool
	HRef string // FranceConnect's address; the answer's Refresh header leads there by itself
}

func (v LeavingView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }

// LeftView says whether FranceConnect has ended its session too.
type LeftView struct {
	Page
	Plus      bool
	Confirmed bool
}

func (v LeftView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }

func (v LeftView) title() string {
	if v.Confirmed {
		return v.Words.FranceConnect().LeftTitle
	}
	return v.Words.FranceConnect().LeftDoubtTitle
}

// LinkView is an account's link with FranceConnect, on the page of its connections.
type LinkView struct {
	Plus         bool
	Linked       bool
	At, LastUsed time.Time // zero when not linked
}

func (v LinkView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }
