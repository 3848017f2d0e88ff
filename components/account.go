package components

import (
	"strconv"
	"time"

	"moncompte/app/words"
)

// HomeView is the first page of the site, for who is signed out.
type HomeView struct{ Page }

// over reports that the page is the end of a visit rather than the beginning of one.
func (v HomeView) over() bool { return v.Notice == SignedOut || v.Notice == GivenUp }

func (v HomeView) frame() frameView {
	f := v.Page.frame(v.Words.Home().Title).wide().about(v.Words.Home().About)
	if v.over() {
		f.Notice = NoNotice // it is the page
	}
	return f
}

// Method is how a person signed in.
type Method uint8

// The methods.
const (
	Password Method = iota
	FranceConnect
	Passkey
	Code // that was refused
)

func (m Method) words(w *words.Account) string {
	switch m {
	case FranceConnect:
		return w.ByFranceConnect
	case Passkey:
		return w.ByPasskey
	}
	return w.WithPassword
}

// SignIn is one sign-in, or several of the same kind in a row.
type SignIn struct {
	At          time.Time // in the zone in which it is to be read
	Method      Method
	ThisBrowser bool // made with the browser that reads the page
	Refused     bool // nobody came in

	Times int       // how many they are; 0 and 1 = one
	First time.Time // the earliest of several, in the same zone
}

func (s SignIn) device(w *words.Account) string {
	if s.ThisBrowser {
		return w.ThisDevice
	}
	return w.OtherDevice
}

// what says what happened, how, and with which device.
func (s SignIn) what(w words.Words) string {
	a := w.Account()
	switch {
	case s.Refused && s.Method == Code:
		return a.RefusedCode
	case s.Refused && !s.ThisBrowser:
		return a.MethodAndDevice(a.RefusedPassword, a.OtherDevice)
	case s.Refused:
		return a.MethodAndDevice(a.RefusedPassword, a.ThisDevice)
	}
	return a.MethodAndDevice(s.Method.words(a), s.device(a))
}

// HistoryView is a page of the account's sign-ins and refused tries.
type HistoryView struct {
	Lines        []SignIn // newest first
	Number, Last int      // this page and the last one, from 1
}

// page is the address of one of them.
func (v HistoryView) page(n int) string {
	return linkSecurity + "?page=" + strconv.Itoa(n) + "#connexions"
}

// AccountView is Mon Compte, for the person who is signed in.
type AccountView struct {
	Page
	Name                string // empty = no greeting by name
	Services            []Service
	LastSignIn          *SignIn // the one before this one; nil = this is the first
	FranceConnectLinked bool
	Unreachable         bool // no code can be sent to the person
	OfferPasskey        bool // the person has just signed in without one
}

// SessionView is one open session.
type SessionView struct {
	ID                string
	Started, LastSeen time.Time // zero LastSeen = not known
	Browser, System   string    // "Firefox", "Android"; empty = not known
	Current           bool
}

func (s SessionView) name(w *words.Account) string {
	switch {
	case s.Browser == "":
		return w.UnknownDevice
	case s.System == "":
		return s.Browser
	}
	return w.BrowserOn(s.Browser, s.System)
}

// SecurityView shows who uses the account, and lets its owner end it.
type SecurityView struct {
	Page
	History  HistoryView
	Sessions []SessionView
	Proof    *ProofView    // asks for a proof, or says what was wrong with the one that came along; nil = one was shown a moment ago
	Link     *LinkView     // nil = FranceConnect is not offered
	Passkeys *PasskeysView // nil = they are not offered

	LinkIsLast  bool                      // the link stays: nothing else opens the account
	LinkProblem *FranceConnectProblemView // why there is no link; nil = nothing
}

// linkButton is the button of the form with the proof.
func (v SecurityView) linkButton() string {
	if v.Link.Linked {
		return v.Words.FranceConnect().Unlink(v.Link.provider())
	}
	return v.Words.FranceConnect().LinkFirst
}

// frame has no link back where what has just been done ends with the button that leads there.
func (v SecurityView) frame() frameView {
	f := v.Page.frame(v.Words.Account().SecurityTitle).failed(v.summary().shown()).wide()
	if v.Notice.way(v.Page).HRef == linkAccount {
		return f
	}
	return f.back(linkAccount, v.Words.Account().Back)
}

func (v SecurityView) summary() SummaryView {
	if p := v.LinkProblem; p != nil {
		return SummaryView{Words: v.Words, Title: p.words().Title(p.provider()), Text: p.words().What(p.provider()) + " " + p.words().Next(p.provider())}
	}
	if v.Link == nil || v.Proof == nil && !v.LinkIsLast {
		return SummaryView{Words: v.Words}
	}
	if !v.LinkIsLast {
		return v.Proof.summary(v.linkButton())
	}
	s := SummaryView{Words: v.Words, Text: v.Words.FranceConnect().LastWay(v.Link.provider())}
	if v.Passkeys != nil {
		s.Ways = append(s.Ways, Link{linkPasskeys, v.Words.Passkeys().Manage})
	}
	s.Ways = append(s.Ways, Link{linkHelpContacts, v.Words.RecoveryStart().ContactsHelp})
	return s
}

func (v SecurityView) others() int {
	n := 0
	for _, s := range v.Sessions {
		if !s.Current {
			n++
		}
	}
	return n
}
