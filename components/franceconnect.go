package components

import "time"

// FranceConnectProblem is why a person comes back from FranceConnect without being signed in.
type FranceConnectProblem uint8

// The problems. The zero value reads like FranceConnectFailed.
const (
	FranceConnectFailed      FranceConnectProblem = iota // what came back cannot be believed, or makes no sense
	FranceConnectCancelled                               // the person turned back
	FranceConnectExpired                                 // too late, or from another browser
	FranceConnectRefused                                 // FranceConnect did not let the person through
	FranceConnectUnavailable                             // it does not answer
	FranceConnectClosed                                  // the account is disabled
)

// FranceConnectProblemView is the page of a problem.
type FranceConnectProblemView struct {
	Page
	Problem FranceConnectProblem
	Plus    bool
}

type problemWords struct{ title, what, next string }

func (v FranceConnectProblemView) words() problemWords {
	name := FranceConnectView{Plus: v.Plus}.name()
	switch v.Problem {
	case FranceConnectCancelled:
		return problemWords{"La connexion avec " + name + " n’est pas terminée",
			"Vous êtes revenu(e) avant la fin. Rien n’a changé sur votre compte.",
			"Vous pouvez recommencer, ou vous connecter avec votre numéro et votre mot de passe."}
	case FranceConnectExpired:
		return problemWords{"Il faut recommencer la connexion",
			"La demande est trop ancienne, elle a déjà servi, ou elle a commencé dans un autre navigateur.",
			"Recommencez avec " + name + ", ou connectez-vous avec votre numéro et votre mot de passe."}
	case FranceConnectRefused:
		return problemWords{name + " n’a pas pu confirmer votre identité",
			"Cela ne vient pas de votre compte, et rien n’a changé.",
			"Essayez avec un autre compte proposé par " + name + ", ou connectez-vous avec votre numéro et votre mot de passe."}
	case FranceConnectUnavailable:
		return problemWords{name + " ne répond pas pour le moment",
			"Ce service est en panne ou très demandé. Votre compte, lui, reste accessible.",
			"Connectez-vous avec votre numéro et votre mot de passe, ou réessayez dans quelques minutes."}
	case FranceConnectClosed:
		return problemWords{"Ce compte ne peut pas être ouvert",
			name + " a bien confirmé votre identité, mais la connexion à ce compte est fermée.",
			"Contactez un conseiller : il vous dira pourquoi et que faire."}
	}
	return problemWords{"La connexion avec " + name + " n’a pas fonctionné",
		"Le problème est enregistré, pour que nous puissions le corriger. Rien n’a changé sur votre compte.",
		"Connectez-vous avec votre numéro et votre mot de passe, ou réessayez plus tard."}
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
	linkHelpFranceConnect = linkHelp + "/franceconnect-probleme"
)

func (v LinkingView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }

func (v LinkingView) title() string { return "Relier " + v.provider() + " à votre compte" }

func (v LinkingView) summary() SummaryView {
	if v.AnotherPerson {
		return SummaryView{
			Title: "Ce compte est au nom d’une autre personne",
			Text: v.provider() + " a confirmé une autre identité que celle du compte. Rien n’a été relié. " +
				"Saisissez le numéro de votre propre compte. Si votre nom ou votre état civil a changé, contactez un conseiller.",
			Ways: []Link{{HRef: linkLogin, Text: "Me connecter sans " + v.provider()}, helpLink},
		}
	}
	return v.Login.summary()
}

func (v LinkingView) frame() frameView {
	return v.Login.Page.frame(v.title()).failed(v.summary().shown())
}

func (v LinkingView) button() ButtonView {
	return ButtonView{Text: "Relier et me connecter", Busy: "Un instant…"}
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
		return "Vous êtes déconnecté(e)"
	}
	return "Vérifiez que vous êtes bien déconnecté(e)"
}

// LinkView is an account's link with FranceConnect, on the page of its connections.
type LinkView struct {
	Plus         bool
	Linked       bool
	At, LastUsed time.Time // zero when not linked
	JustUnlinked bool
}

func (v LinkView) provider() string { return FranceConnectView{Plus: v.Plus}.name() }
