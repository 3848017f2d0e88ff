package components

import (
	"time"

	"moncompte/app/nir"
)

// LoginView is the sign-in page and, under HTMX, its messages.
// At most one of WrongPair, Wait, Disabled and Busy is set; malformed fields come first.
type LoginView struct {
	Page
	Identifier         string // as typed, shown again after a refusal; the password never is
	Report             nir.Report
	Submitted          bool // the form was sent: problems of the Report are shown
	PasswordMissing    bool
	WrongPair          bool          // same words for an unknown identifier and a wrong password
	Wait               time.Duration // above zero: too many attempts, try again after it
	Disabled           bool          // the password is no longer accepted until it is reset
	Busy               bool          // too many people at once
	ProvisionalPattern string        // for the check in the browser
	FranceConnect      *FranceConnectView
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

func (v FranceConnectView) purpose() string {
	if v.Plus {
		return "FranceConnect+ vous identifie auprès des services publics, avec une sécurité renforcée."
	}
	return "FranceConnect vous permet d’utiliser un compte public que vous avez déjà : impots.gouv.fr, ameli.fr, La Poste…"
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
)

func (v LoginView) identifierError() string {
	if !v.Submitted {
		return ""
	}
	return IdentifierSentence(v.Report)
}

func (v LoginView) passwordError() string {
	switch {
	case v.PasswordMissing:
		return "Saisissez votre mot de passe."
	case v.WrongPair:
		return "L’identifiant et le mot de passe ne vont pas ensemble. Vérifiez les deux."
	}
	return ""
}

func (v LoginView) blocked() bool { return v.Disabled || v.Wait > 0 || v.Busy }

// failed reports whether the page says that something went wrong.
func (v LoginView) failed() bool {
	return v.blocked() || v.identifierError() != "" || v.passwordError() != ""
}

func (v LoginView) identifierField() FieldView {
	return FieldView{
		Name:         fieldIdentifier,
		Label:        "Numéro de sécurité sociale",
		Hint:         "Les 13 premiers chiffres, ou votre identifiant provisoire si vous n’avez pas de numéro.",
		Value:        v.Identifier,
		Autocomplete: "username",
		Class:        "digits",
		Provisional:  v.ProvisionalPattern,
		Error:        v.identifierError(),
		Echo:         nir.Grouped(v.Identifier),
		Note:         v.identifierNote(),
		Help:         IdentifierHelp(v.Report),
	}
}

func (v LoginView) identifierNote() string {
	if !v.WrongPair {
		return ""
	}
	return identifierNote(v.Report)
}

func (v LoginView) passwordField() FieldView {
	return FieldView{
		Name:         fieldPassword,
		Label:        "Mot de passe",
		Autocomplete: "current-password",
		Error:        v.passwordError(),
	}
}

func (v LoginView) summary() SummaryView {
	s := SummaryView{}
	switch {
	case v.Disabled:
		s.Title = "Créez un nouveau mot de passe pour vous connecter"
		s.Text = "Il y a eu trop d’essais : pour vous protéger, l’ancien mot de passe n’est plus accepté. Un code envoyé par SMS ou par mail vous permet d’en créer un nouveau."
	case v.Wait > 0:
		s.Title = "Trop d’essais pour le moment"
		s.Text = "Pour protéger le compte, la connexion par mot de passe est en pause. Vous pourrez réessayer " + In(v.Wait) + "."
	case v.Busy:
		s.Title = "Beaucoup de personnes se connectent en ce moment"
		s.Text = "Votre demande n’a pas pu être traitée. Attendez quelques secondes, puis cliquez à nouveau sur « Se connecter »."
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
	if v.WrongPair || v.Disabled || v.Wait > 0 {
		s.Ways = append(s.Ways, Link{HRef: linkForgotten, Text: "Créer un nouveau mot de passe"})
		if v.FranceConnect != nil && !v.WrongPair {
			s.Ways = append(s.Ways, Link{HRef: v.FranceConnect.address(), Text: "Me connecter avec " + v.FranceConnect.name()})
		}
	}
	switch {
	case v.Disabled || v.Wait > 0:
		s.Ways = append(s.Ways, helpTooMany)
	case v.Busy:
		s.Ways = append(s.Ways, helpTrouble)
	case v.WrongPair:
		s.Ways = append(s.Ways, helpRefused)
	}
	return s
}
