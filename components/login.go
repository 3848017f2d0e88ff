package components

import (
	"time"

	"moncompte/app/nir"
)

// LoginView is the sign-in page and, under HTMX, its messages.
// At most one of WrongPair, Wait and Busy is set; malformed fields come first.
type LoginView struct {
	Page
	Identifier         string // as typed, shown again after a refusal; the password never is
	Report             nir.Report
	Submitted          bool // the form was sent: problems of the Report are shown
	PasswordMissing    bool
	PasswordBlank      bool          // a blank stands before or behind the password: told with WrongPair
	Shared             bool          // was ticked: a computer of several people
	WrongPair          bool          // same words for an unknown identifier and a wrong password
	Wait               time.Duration // above zero: too many attempts, try again after it
	NextSend           time.Time     // with Wait: the pair is right, and its code can leave then; in the zone of Paris
	Busy               bool          // too many people at once
	ProvisionalPattern string        // for the check in the browser
	FranceConnect      *FranceConnectView
	Passkeys           bool   // they are offered
	Back               string // where the person came from; empty = from nowhere else
}

// FranceConnectView is the State's button.
type FranceConnectView struct {
	Plus bool   // FranceConnect+
	HRef string // empty = /franceconnect/connexion
}

func (v FranceConnectView) address() string {
	if v.HRef == "" {
		return linkFranceConnect
	}
	return v.HRef
}

func (v FranceConnectView) name() string {
	if v.Plus {
		return "FranceConnect+"
	}
	return "FranceConnect"
}

func (v FranceConnectView) class() string {
	if v.Plus {
		return "fr-connect fr-connect--plus"
	}
	return "fr-connect"
}

func (v FranceConnectView) help() string {
	if v.Plus {
		return "https://franceconnect.gouv.fr/france-connect-plus"
	}
	return "https://franceconnect.gouv.fr/"
}

// The names of the two fields, which are their ids too.
const (
	fieldIdentifier = "identifiant"
	fieldPassword   = "mot_de_passe"
	fieldShared     = "partage"
	fieldBack       = "retour"
	formLogin       = "se-connecter"
)

func (v LoginView) identifierError() string {
	if !v.Submitted {
		return ""
	}
	return IdentifierSentence(v.Words.Identifier(), v.Report)
}

func (v LoginView) passwordError() string {
	switch {
	case v.PasswordMissing:
		return v.Words.SignIn().PasswordMissing
	case v.WrongPair && v.PasswordBlank:
		return v.Words.SignIn().WrongPairBlank
	case v.WrongPair:
		return v.Words.SignIn().WrongPair
	}
	return ""
}

func (v LoginView) blocked() bool { return v.Wait > 0 || v.Busy }

// failed reports whether the page says that something went wrong.
func (v LoginView) failed() bool {
	return v.blocked() || v.identifierError() != "" || v.passwordError() != ""
}

func (v LoginView) identifierField() FieldView {
	return FieldView{
		Words:        v.Words,
		Name:         fieldIdentifier,
		Label:        v.Words.Identifier().Label,
		Hint:         v.Words.Identifier().Hint(nirLength),
		Value:        v.Identifier,
		Autocomplete: v.autocomplete(),
		Class:        "digits",
		Provisional:  v.ProvisionalPattern,
		Error:        v.identifierError(),
		Echo:         nir.Grouped(v.Identifier),
		Note:         v.identifierNote(),
		Help:         IdentifierHelp(v.Words.Ways(), v.Report),
	}
}

// autocomplete lets the browser show its passkeys where people look for what they have typed before.
func (v LoginView) autocomplete() string {
	if v.Passkeys {
		return "username webauthn"
	}
	return "username"
}

func (v LoginView) identifierNote() string {
	if !v.WrongPair {
		return ""
	}
	return identifierNote(v.Words.Identifier(), v.Report)
}

func (v LoginView) passwordField() FieldView {
	return FieldView{
		Words:        v.Words,
		Name:         fieldPassword,
		Label:        v.Words.SignIn().Password,
		Autocomplete: "current-password",
		Error:        v.passwordError(),
		Focus:        v.Identifier != "" && !v.Submitted,
	}
}

func (v LoginView) summary() SummaryView {
	s, w := SummaryView{Words: v.Words}, v.Words.SignIn()
	switch {
	case v.Wait > 0 && !v.NextSend.IsZero():
		s.Title = w.CodeTitle
		s.Text = w.CodeWait(v.Words.Hour(v.NextSend))
	case v.Wait > 0:
		s.Title = w.WaitTitle
		s.Text = w.Wait(v.Words.In(v.Wait))
	case v.Busy:
		s.Title = w.CrowdTitle
		s.Text = v.Words.Form().Crowd(w.Submit)
	default:
		for _, f := range []FieldView{v.identifierField(), v.passwordField()} {
			if f.Error != "" {
				s.Errors = append(s.Errors, FieldError{Field: f.Name, Text: f.Error})
			}
		}
	}
	if v.WrongPair {
		s.Empty = fieldPassword
	}
	if v.WrongPair || v.Wait > 0 {
		if v.NextSend.IsZero() {
			s.Onward = Onward{Link{HRef: linkForgotten, Text: v.Words.Ways().NewPassword}, v.Identifier}
		}
		if v.FranceConnect != nil && !v.WrongPair {
			s.Ways = append(s.Ways, Link{HRef: v.FranceConnect.address(), Text: w.Instead(v.FranceConnect.name())})
		}
	}
	switch {
	case !v.NextSend.IsZero():
		s.Ways = append(s.Ways, helpNoCode(v.Words.Ways()))
	case v.Wait > 0:
		s.Ways = append(s.Ways, helpTooMany(v.Words.Ways()))
	case v.Busy:
		s.Ways = append(s.Ways, helpTrouble(v.Words.Ways()))
	case v.WrongPair:
		s.Ways = append(s.Ways, helpRefused(v.Words.Ways()))
	}
	return s
}
