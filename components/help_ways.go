package components

import (
	"moncompte/app/nir"
	"moncompte/app/words"
)

// Each error leads to the page of the help that answers it: one link, where the error is said.
func helpNumber(w *words.Ways) Link      { return Link{linkHelpIdentifier, w.Number} }
func helpOtherNumber(w *words.Ways) Link { return Link{linkHelp + "/ne-pas-confondre", w.OtherNumber} }
func helpCorsica(w *words.Ways) Link     { return Link{linkHelp + "/ne-en-corse", w.Corsica} }
func helpProvisional(w *words.Ways) Link { return Link{linkHelp + "/sans-numero", w.Provisional} }
func helpRefused(w *words.Ways) Link     { return Link{linkHelp + "/connexion-refusee", w.Refused} }
func helpTooMany(w *words.Ways) Link     { return Link{linkHelp + "/trop-d-essais", w.TooMany} }
func helpTrouble(w *words.Ways) Link     { return Link{linkHelp + "/site-en-panne", w.Trouble} }
func helpCode(w *words.Ways) Link        { return Link{linkHelpCode + "#mon-code-est-refuse", w.CodeRefused} }
func helpNoCode(w *words.Ways) Link      { return Link{linkHelpCode, w.NoCode} }
func helpPassword(w *words.Ways) Link {
	return Link{linkHelpPassword + "#mon-mot-de-passe-est-refuse", w.Password}
}
func helpLink(w *words.Ways) Link  { return Link{linkHelpFranceConnect, w.Link} }
func helpEnded(w *words.Ways) Link { return Link{linkHelp + "/me-deconnecter#si-j-oublie", w.Ended} }

// IdentifierHelp is the page that answers what is wrong with an identifier, or the doubt about it; empty when nothing is.
func IdentifierHelp(w *words.Ways, r nir.Report) Link {
	switch {
	case r.LooksLike != nir.NoLookalike:
		return helpOtherNumber(w)
	case r.OK():
		if r.Kind == nir.Provisional && r.LetterForDigit {
			return helpNumber(w)
		}
		return Link{}
	case r.Problem == nir.Corsica:
		return helpCorsica(w)
	case r.Problem == nir.WrongProvisional && !r.LetterForDigit:
		return helpProvisional(w)
	}
	return helpNumber(w)
}
