package gallery

import (
	"time"

	"moncompte/components"
)

func confirmations(p components.Page) []Story {
	const group, path = "Confirmer", "/mon-compte/confirmer"
	p = signedIn(p, path)
	story := func(name string, v components.ConfirmView) Story {
		v.Page = p
		return Story{Group: group, Name: name, Component: components.Confirm(v)}
	}
	code := func(name string, v components.RecoveryCodeView) Story {
		v.Page, v.Inside = p, path
		return Story{Group: group, Name: name, Component: components.RecoveryCode(v)}
	}
	both := components.ConfirmView{Back: "/mon-compte/mot-de-passe", Phone: "02", Email: "n…@example.org"}
	later := both
	later.NextSend = time.Date(2025, time.June, 3, 14, 12, 0, 0, time.FixedZone("CEST", 2*60*60))
	return []Story{
		story("Les deux", both),
		story("Mail seul", components.ConfirmView{Back: "/mon-compte/cles", Email: both.Email}),
		story("Sans adresse", components.ConfirmView{Back: "/mon-compte/coordonnees?changer=email"}),
		story("Aucun code ne part", later),
		code("Code par SMS", components.RecoveryCodeView{Channel: components.SMS, To: "02"}),
		code("Code par mail, renvoyé", components.RecoveryCodeView{Channel: components.Email, To: both.Email, Sent: true, ResendWait: time.Minute}),
		code("Code faux", components.RecoveryCodeView{Channel: components.SMS, To: "02", Submitted: true, Problem: components.CodeWrong, Left: 3}),
		code("Code expiré", components.RecoveryCodeView{Channel: components.SMS, To: "02", Submitted: true, Problem: components.CodeExpired}),
	}
}
