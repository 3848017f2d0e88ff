package gallery

import (
	"time"

	"moncompte/components"
)

func contacts(p components.Page) []Story {
	const group = "Coordonnées"
	p = signedIn(p, "/mon-compte/coordonnees")
	proof := func(change func(*components.ProofView)) *components.ProofView {
		v := &components.ProofView{Page: p, Back: "/mon-compte/coordonnees?changer=email"}
		if change != nil {
			change(v)
		}
		return v
	}
	story := func(name string, v components.ContactsView) Story {
		v.Page = p
		return Story{Group: group, Name: name, Component: components.Contacts(v)}
	}
	both := components.ContactsView{Email: "n…@example.org", Phone: "02"}
	changing := func(c components.Channel, change func(*components.ContactsView)) components.ContactsView {
		v := both
		v.Changing, v.Proof = c, proof(nil)
		if change != nil {
			change(&v)
		}
		return v
	}
	code := func(name string, v components.RecoveryCodeView) Story {
		v.Page = p
		return Story{Group: group, Name: name, Component: components.RecoveryCode(v)}
	}
	refused := changing(components.Email, func(v *components.ContactsView) {
		v.Page, v.Typed, v.Problem = p, "lea@exemple-é", components.ContactWrong
	})
	return []Story{
		story("Les deux", both),
		story("Aucune", components.ContactsView{}),
		story("Changer le mail", changing(components.Email, nil)),
		story("Changer le mobile, sans mot de passe", changing(components.SMS, func(v *components.ContactsView) { v.Proof = nil })),
		story("Ajouter un mobile", components.ContactsView{Email: both.Email, Changing: components.SMS, Proof: proof(nil)}),
		story("Mail faux", refused),
		story("Mail manquant, mot de passe faux", changing(components.Email, func(v *components.ContactsView) {
			v.Problem, v.Proof = components.ContactMissing, proof(func(p *components.ProofView) { p.Wrong = true })
		})),
		story("Même mobile", changing(components.SMS, func(v *components.ContactsView) { v.Typed, v.Problem = "06 39 98 00 02", components.ContactSame })),
		story("Trop d’essais", changing(components.SMS, func(v *components.ContactsView) {
			v.Typed, v.Problem, v.Proof = "06 39 98", components.ContactWrong, proof(func(p *components.ProofView) { p.Wait = time.Minute })
		})),
		story("Aucun code ne part", changing(components.SMS, func(v *components.ContactsView) { v.Typed, v.Wait = "06 39 98 00 03", 12*time.Minute })),
		story("Ajouter un mail, sans mot de passe", components.ContactsView{Phone: both.Phone, Changing: components.Email, Proof: proof(func(v *components.ProofView) {
			v.NoPassword = true
		})}),
		code("Code par SMS", components.RecoveryCodeView{Channel: components.SMS, Inside: "/mon-compte/coordonnees", To: "03"}),
		code("Code par mail, renvoyé", components.RecoveryCodeView{Channel: components.Email, Inside: "/mon-compte/coordonnees", To: "l…@exemple.fr", Sent: true, ResendWait: time.Minute}),
		code("Code faux", components.RecoveryCodeView{Channel: components.SMS, Inside: "/mon-compte/coordonnees", To: "03", Submitted: true, Problem: components.CodeWrong, Left: 3}),
		code("Code expiré", components.RecoveryCodeView{Channel: components.SMS, Inside: "/mon-compte/coordonnees", To: "03", Submitted: true, Problem: components.CodeExpired}),
		{Group: group, Name: "Réponse HTMX refusé", Component: components.ContactsMessages(refused), Fragment: true},
	}
}
