package notify

import (
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

var purposes = map[portal.Purpose]struct{ long, short, unasked string }{
	portal.Reset: {"choisir un nouveau mot de passe", "changer de mot de passe", "Votre mot de passe actuel ne change pas."},
	portal.First: {"créer votre mot de passe", "créer votre mot de passe", "Aucun mot de passe n’est créé."},
	portal.Proof: {"relier FranceConnect à votre compte", "relier FranceConnect", "Rien ne change sur votre compte."},
}

// Code implements portal.Composer. When the message does not come by the channel that the person asked for, nothing of that kind is
// on file, and the message says so: the page may not, since it would tell a stranger what an account holds.
//
// The e-mail has the code at the beginning of its subject, where a notification shows it. The SMS ends with the line
// « @host #code » that phones read to fill the code in on that site and on no other (WICG, Origin-bound one-time codes delivered
// via SMS, §2.1), and takes one GSM-7 segment unless the host is very long.
func (c Composer) Code(channel, asked portal.Channel, code keys.Secret, purpose portal.Purpose, life time.Duration) portal.Content {
	digits, why, valid := code.Reveal(), purposes[purpose], minutes(int(life.Minutes()))
	if channel == portal.SMS {
		return c.codeSMS(digits, asked, why.short, valid)
	}
	paragraphs := []string{
		"Tapez ce code sur la page restée ouverte, pour " + why.long + ". Il marche pendant " + valid +
			", une seule fois.",
	}
	if asked == portal.SMS {
		paragraphs = append(paragraphs, "Vous aviez choisi le SMS. Nous n’avons pas de numéro de mobile qui puisse le recevoir, "+
			"c’est pourquoi le code arrive par mail.")
	}
	paragraphs = append(paragraphs,
		"Ne donnez ce code à personne. Aucun agent ne vous le demandera, ni par téléphone, ni par message.",
		"Vous n’avez rien demandé\u00a0? Ne tapez pas ce code et ne le donnez pas. "+why.unasked+
			" Si vous recevez d’autres codes sans les demander, appelez "+c.call()+".",
	)
	return letter{
		Subject:    digits + " est votre code " + productName,
		Code:       digits,
		Paragraphs: paragraphs,
		Signature:  c.signature(),
	}.email()
}

func (c Composer) codeSMS(digits string, asked portal.Channel, why, life string) portal.Content {
	last := "\n@" + oneLine(c.Host) + " #" + digits
	begin := digits + " est votre code " + productName
	named := begin
	if name := c.name(); name != productName {
		named += " (" + name + ")"
	}
	valid := " Valable " + life + "."
	secret := " Ne le donnez à personne."
	if asked == portal.Email {
		note := " Pas d’adresse mail connue."
		return oneSegment(
			named+" pour "+why+"."+note+valid+secret+last,
			begin+" pour "+why+"."+note+valid+secret+last,
			begin+"."+note+valid+secret+last,
			begin+"."+note+secret+last,
		)
	}
	return oneSegment(
		named+" pour "+why+"."+valid+secret+last,
		begin+" pour "+why+"."+valid+secret+last,
		begin+"."+valid+secret+last,
		begin+"."+secret+last,
	)
}

func (c Composer) signature() string {
	if name := c.name(); name != productName {
		return productName + ", " + name
	}
	return productName
}
