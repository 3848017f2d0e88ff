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
	both := []components.Channel{components.SMS, components.Email}
	weak := components.PasswordRules(password.Check("bonjour", password.Context{}, nil), false)
	refused := components.PasswordChangeView{Page: signedIn(p, "/mon-compte/mot-de-passe"), Rules: weak, Submitted: true}
	return []Story{
		story("Simple", components.PasswordChangeView{Channels: both}),
		story("Sans adresse", components.PasswordChangeView{}),
		story("Sans mot de passe", components.PasswordChangeView{None: true, Channels: both}),
		story("Sans mot de passe ni adresse", components.PasswordChangeView{None: true}),
		story("Rien de saisi", components.PasswordChangeView{Channels: both, Submitted: true, Unjudged: true, Proof: components.ProofView{Missing: true}}),
		story("Mot de passe actuel faux", components.PasswordChangeView{Channels: both, Submitted: true, Unjudged: true, Proof: components.ProofView{Wrong: true}}),
		story("Trop d’essais", components.PasswordChangeView{Channels: both, Submitted: true, Unjudged: true, Proof: components.ProofView{Wait: time.Minute}}),
		story("Trop de monde", components.PasswordChangeView{Channels: both, Submitted: true, Unjudged: true, Proof: components.ProofView{Busy: true}}),
		story("Nouveau trop faible", components.PasswordChangeView{Channels: both, Rules: weak, Submitted: true}),
		story("Nouveau manquant", components.PasswordChangeView{Channels: both, Submitted: true, Missing: true}),
		story("Codes en pause", components.PasswordChangeView{Channels: both, CodeWait: 12 * time.Minute}),
		{Group: "Changer de mot de passe", Name: "Réponse HTMX refusé", Component: components.PasswordChangeMessages(refused), Fragment: true},
	}
}
