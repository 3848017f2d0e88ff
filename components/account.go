package components

import (
	"strconv"
	"time"
)

// HomeView is the first page of the site.
type HomeView struct{ Page }

// Method is how a person signed in.
type Method uint8

// The methods.
const (
	Password Method = iota
	FranceConnect
)

func (m Method) words() string {
	if m == FranceConnect {
		return "avec FranceConnect"
	}
	return "avec le mot de passe"
}

// SignIn is one successful sign-in.
type SignIn struct {
	At          time.Time // in the zone in which it is to be read
	Method      Method
	ThisBrowser bool // made with the browser that reads the page
}

func (s SignIn) device() string {
	if s.ThisBrowser {
		return "sur cet appareil"
	}
	return "sur un autre appareil"
}

// AccountView is Mon Compte, for the person who is signed in.
type AccountView struct {
	Page
	Name                string  // empty = no greeting by name
	LastSignIn          *SignIn // the one before this one; nil = this is the first
	FranceConnectLinked bool
}

// SessionView is one open session.
type SessionView struct {
	Started, LastSeen time.Time // zero LastSeen = not known
	Browser           string    // "Firefox sur Android"; empty = not known
	Current           bool
}

func (s SessionView) name() string {
	if s.Browser == "" {
		return "Appareil non reconnu"
	}
	return s.Browser
}

// SecurityView shows who uses the account, and lets its owner end it.
type SecurityView struct {
	Page
	SignIns     []SignIn // newest first
	Sessions    []SessionView
	EndedOthers int       // sessions that this request has just ended
	Link        *LinkView // nil = FranceConnect is not offered
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

func (v SecurityView) endedSentence() string {
	if v.EndedOthers == 1 {
		return "L’autre appareil est déconnecté."
	}
	return "Les " + strconv.Itoa(v.EndedOthers) + " autres appareils sont déconnectés."
}
