package gallery

import (
	"time"

	"moncompte/app/password"
	"moncompte/components"
)

func passwordChanges(p components.Page) []Story {
	story := func(name string, v components.PasswordChangeView) Story {
		v.Page = signedIn(p, "/mon-compte/mot-de-passe")
		if v.Rules == nil {
			v.Rules = components.PasswordRules(password.Report{}, true)
		}
		return Story{Group: "Changer de mot de passe", Name: name, Component: components.PasswordChange(v)}
	}
	proof := func(v components.ProofView) *components.ProofView {
		v.Page, v.Back = signedIn(p, "/mon-compte/mot-de-passe"), "/mon-compte/mot-de-passe"
		return &v
	}
	weak := components.PasswordRules(password.Check("bonjour", password.Context{}, nil), false)
	refused := components.PasswordChangeView{Page: signedIn(p, "/mon-compte/mot-de-passe"), Rules: weak, Submitted: true, Proof: proof(components.ProofView{})}
	return []Story{
		story("Simple", components.PasswordChangeView{Proof: proof(components.ProofView{})}),
		story("Sans adresse", components.PasswordChangeView{Proof: &components.ProofView{}}),
		story("Sans mot de passe", components.PasswordChangeView{None: true, Proof: proof(components.ProofView{NoPassword: true})}),
		story("Sans mot de passe ni adresse", components.PasswordChangeView{None: true, Proof: &components.ProofView{NoPassword: true}}),
		story("Rien de saisi", components.PasswordChangeView{Submitted: true, Missing: true, Proof: proof(components.ProofView{Missing: true})}),
		story("Mot de passe actuel faux", components.PasswordChangeView{Submitted: true, Proof: proof(components.ProofView{Wrong: true})}),
		story("Trop d’essais", components.PasswordChangeView{Submitted: true, Proof: proof(components.ProofView{Wait: time.Minute})}),
		story("Trop d’essais, rien de nouveau", components.PasswordChangeView{Submitted: true, Missing: true, Proof: proof(components.ProofView{Wait: time.Minute})}),
		story("Trop de monde", components.PasswordChangeView{Submitted: true, Proof: proof(components.ProofView{Busy: true})}),
		story("Nouveau trop faible", components.PasswordChangeView{Proof: proof(components.ProofView{}), Rules: weak, Submitted: true}),
		story("Nouveau manquant", components.PasswordChangeView{Proof: proof(components.ProofView{}), Submitted: true, Missing: true}),
		story("À remplacer", components.PasswordChangeView{Renew: true}),
		story("À remplacer, nouveau trop faible", components.PasswordChangeView{Renew: true, Rules: weak, Submitted: true}),
		story("Après un code", components.PasswordChangeView{}),
		story("Après un code, nouveau trop faible", components.PasswordChangeView{Rules: weak, Submitted: true}),
		story("Après un code, trop de monde", components.PasswordChangeView{Submitted: true, Busy: true}),
		{Group: "Changer de mot de passe", Name: "Réponse HTMX refusé", Component: components.PasswordChangeMessages(refused), Fragment: true},
	}
}
