package notify

import (
	"time"

	"moncompte/server/portal"
)

// Linked implements portal.LinkComposer: another way to sign in is news for every address of an account (NIST SP
// 800-63B-4 §4.6).
func (c Composer) Linked(channel portal.Channel, at time.Time) portal.Content {
	if channel == portal.SMS {
		begin := productName + "\u00a0: FranceConnect ouvre votre compte depuis " + shortMoment(at) + "."
		return oneSegment(
			begin+" Ce n’est pas vous\u00a0? Changez votre mot de passe, puis appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez-nous.",
		)
	}
	return letter{
		Subject: "FranceConnect est relié à votre compte",
		Paragraphs: []string{
			"Vous pouvez vous connecter à votre compte avec FranceConnect. Le lien a été créé " + moment(at) + ".",
			"C’était vous\u00a0? Vous n’avez rien à faire. Vous pouvez supprimer ce lien dans " + productName + ", à la page «\u00a0Mes connexions\u00a0».",
			c.notYou(),
		},
		Signature: c.signature(),
	}.email()
}

// Unlinked implements portal.LinkComposer.
func (c Composer) Unlinked(channel portal.Channel, at time.Time) portal.Content {
	if channel == portal.SMS {
		begin := productName + "\u00a0: FranceConnect n’ouvre plus votre compte depuis " + shortMoment(at) + "."
		return oneSegment(
			begin+" Ce n’est pas vous\u00a0? Changez votre mot de passe, puis appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez-nous.",
		)
	}
	return letter{
		Subject: "FranceConnect n’est plus relié à votre compte",
		Paragraphs: []string{
			"Le lien entre FranceConnect et votre compte a été supprimé " + moment(at) + ". Votre mot de passe ne change pas.",
			"C’était vous\u00a0? Vous n’avez rien à faire.",
			c.notYou(),
		},
		Signature: c.signature(),
	}.email()
}

// Lost implements portal.LinkComposer. It does not say which account FranceConnect opens now: the person who reads it may be
// another one.
func (c Composer) Lost(channel portal.Channel, at time.Time) portal.Content {
	if channel == portal.SMS {
		begin := productName + "\u00a0: FranceConnect ouvre un autre compte que celui-ci depuis " + shortMoment(at) + "."
		return oneSegment(
			begin+" Ce n’est pas vous\u00a0? Changez votre mot de passe, puis appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez-nous.",
		)
	}
	return letter{
		Subject: "FranceConnect ouvre maintenant un autre compte",
		Paragraphs: []string{
			"FranceConnect n’ouvre plus ce compte. Votre identité FranceConnect a été reliée à un autre compte " + moment(at) +
				". Le mot de passe de ce compte ne change pas.",
			"C’était vous\u00a0? Vous pouvez toujours ouvrir ce compte avec votre numéro et votre mot de passe.",
			c.notYou(),
		},
		Signature: c.signature(),
	}.email()
}
