package components

import "moncompte/app/nir"

// Each error leads to the page of the help that answers it: one link, where the error is said.
var (
	helpNumber      = Link{linkHelpIdentifier, "Où trouver mon numéro ?"}
	helpOtherNumber = Link{linkHelp + "/ne-pas-confondre", "Quel numéro est le bon ?"}
	helpCorsica     = Link{linkHelp + "/ne-en-corse", "Je suis né en Corse : que taper ?"}
	helpProvisional = Link{linkHelp + "/sans-numero", "Identifiant provisoire : que taper ?"}
	helpRefused     = Link{linkHelp + "/connexion-refusee", "La connexion est refusée : que vérifier ?"}
	helpTooMany     = Link{linkHelp + "/trop-d-essais", "Trop d’essais : que faire ?"}
	helpTrouble     = Link{linkHelp + "/site-en-panne", "Le site ne répond pas : que faire ?"}
	helpCode        = Link{linkHelpCode + "#mon-code-est-refuse", "Mon code est refusé : que faire ?"}
	helpNoCode      = Link{linkHelpCode, "Je ne reçois pas le code : que faire ?"}
	helpPassword    = Link{linkHelpPassword + "#mon-mot-de-passe-est-refuse", "Mot de passe refusé : que changer ?"}
	helpLink        = Link{linkHelpFranceConnect, "FranceConnect ne marche pas : que faire ?"}
	helpEnded       = Link{linkHelp + "/me-deconnecter#si-j-oublie", "Pourquoi ?"}
)

// IdentifierHelp is the page that answers what is wrong with an identifier, or the doubt about it; empty when nothing is.
func IdentifierHelp(r nir.Report) Link {
	switch {
	case r.LooksLike != nir.NoLookalike:
		return helpOtherNumber
	case r.OK():
		if r.Kind == nir.Provisional && r.LetterForDigit {
			return helpNumber
		}
		return Link{}
	case r.Problem == nir.Corsica:
		return helpCorsica
	case r.Problem == nir.WrongProvisional && !r.LetterForDigit:
		return helpProvisional
	}
	return helpNumber
}
