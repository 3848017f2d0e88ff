package notify

import (
	"fmt"
	"time"

	"moncompte/server/portal"
)

// PasswordChanged implements portal.Composer: it tells every address of an account that its password was changed at that moment, and
// what to do if it was somebody else (ASVS 5.0 V6.3.7).
func (c Composer) PasswordChanged(channel portal.Channel, at time.Time) portal.Content {
	if channel == portal.SMS {
		begin := productName + "\u00a0: votre mot de passe a changé " + shortMoment(at) + "."
		return oneSegment(
			begin+" Ce n’est pas vous\u00a0? Changez-le avec «\u00a0Mot de passe oublié\u00a0?\u00a0», puis appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez-nous.",
		)
	}
	return letter{
		Subject: "Votre mot de passe " + productName + " a changé",
		Paragraphs: []string{
			"Le mot de passe de votre compte a été changé " + moment(at) + ".",
			"C’était vous\u00a0? Vous n’avez rien à faire.",
			c.notYou(),
			"Tous les appareils ont été déconnectés de votre compte.",
		},
		Signature: c.signature(),
	}.email()
}

// SignedIn implements portal.Composer: it tells the owner of an account that somebody signed in after that many wrong passwords
// (ASVS 5.0 V6.3.5).
func (c Composer) SignedIn(channel portal.Channel, at time.Time, failures int) portal.Content {
	if channel == portal.SMS {
		begin := fmt.Sprintf("%s\u00a0: connexion réussie %s, après %d essais manqués.", productName, shortMoment(at), failures)
		return oneSegment(
			begin+" Ce n’est pas vous\u00a0? Changez votre mot de passe, puis appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez "+c.call()+".",
			begin+" Ce n’est pas vous\u00a0? Appelez-nous.",
		)
	}
	return letter{
		Subject: "Connexion à votre compte après plusieurs essais manqués",
		Paragraphs: []string{
			fmt.Sprintf("Une connexion à votre compte a réussi %s, après %d essais avec un mauvais mot de passe.", moment(at), failures),
			"C’était vous\u00a0? Vous n’avez rien à faire.",
			c.notYou(),
		},
		Signature: c.signature(),
	}.email()
}

// notYou says what to do, in the order that helps: a new password ends the other person's access at once.
func (c Composer) notYou() string {
	return "Ce n’était pas vous\u00a0? Allez tout de suite sur " + productName + ", choisissez «\u00a0Mot de passe oublié\u00a0?\u00a0» " +
		"et créez un nouveau mot de passe. Ensuite, appelez " + c.call() + "."
}
