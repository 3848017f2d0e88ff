package gallery

import (
	"time"

	"moncompte/components"
)

// secondSteps are the page of the code after a right pair.
func secondSteps(p components.Page) []Story {
	p = at(p, "/connexion/code")
	view := func(change func(*components.RecoveryCodeView)) components.RecoveryCodeView {
		v := components.RecoveryCodeView{Page: p, Channel: components.SMS, Typed: components.Typed{End: "48"}, SignIn: &components.SignInCode{To: "02", Other: "y…@example.org"}}
		change(&v)
		return v
	}
	byMail := func(v *components.RecoveryCodeView) {
		v.Channel, v.SignIn.To, v.SignIn.Other = components.Email, "y…@example.org", "02"
	}
	refused := func(problem components.CodeProblem, left int) func(*components.RecoveryCodeView) {
		return func(v *components.RecoveryCodeView) { v.Submitted, v.Problem, v.Left = true, problem, left }
	}
	const group = "Deuxième étape"
	var all []Story
	for _, row := range []struct {
		name   string
		change func(*components.RecoveryCodeView)
	}{
		{"Par SMS", func(*components.RecoveryCodeView) {}},
		{"Par mail", byMail},
		{"Un seul moyen", func(v *components.RecoveryCodeView) { v.SignIn.Other = "" }},
		{"Le code d’abord", func(v *components.RecoveryCodeView) { v.SignIn = &components.SignInCode{First: true} }},
		{"Le code d’abord, renvoyé par mail", func(v *components.RecoveryCodeView) {
			v.Channel, v.SignIn, v.Sent = components.Email, &components.SignInCode{First: true}, true
		}},
		{"Ordinateur partagé", func(v *components.RecoveryCodeView) { v.SignIn.Shared = true }},
		{"Renvoyé par l’autre moyen", func(v *components.RecoveryCodeView) { byMail(v); v.Sent, v.ResendWait = true, time.Minute }},
		{"Renvoyé pour la dernière fois", func(v *components.RecoveryCodeView) { v.Sent, v.NoMoreSends = true, true }},
		{"Faux, appareil à retenir", func(v *components.RecoveryCodeView) { refused(components.CodeWrong, 3)(v); v.SignIn.Remember = true }},
		{"Expiré", refused(components.CodeExpired, 0)},
	} {
		all = append(all, Story{Group: group, Name: row.name, Component: components.RecoveryCode(view(row.change))})
	}
	return append(all,
		answer(group, "faux", components.RecoveryCodeMessages(view(refused(components.CodeWrong, 3)))),
		answer(group, "expiré", components.RecoveryCodeMessages(view(refused(components.CodeExpired, 0)))),
	)
}
