package notify

// Purpose says what a code is for.
type Purpose int

const (
	Reset Purpose = iota // a forgotten password
	First                // the first password of an account
	Link                 // linking FranceConnect to an account
)

var purposes = map[Purpose]struct{ long, short, unasked string }{
	Reset: {"choisir un nouveau mot de passe", "changer de mot de passe", "Votre mot de passe actuel ne change pas."},
	First: {"créer votre mot de passe", "créer votre mot de passe", "Aucun mot de passe n’est créé."},
	Link:  {"relier FranceConnect à votre compte", "relier FranceConnect", "Rien ne change sur votre compte."},
}

// Code is what a code message says.
type Code struct {
	Digits  string
	Purpose Purpose
	Minutes int // for which the code still works
	// Asked is the channel that the person chose; when it is not the one of the message, nothing of that kind is on file, and
	// the message says so: the page may not, since it would tell a stranger what an account holds.
	Asked Channel
}

// CodeMessage writes the message that brings a code.
//
// The e-mail has the code at the beginning of its subject, where a notification shows it. The SMS ends with the line
// « @host #code » that phones read to fill the code in on that site and on no other (WICG, Origin-bound one-time codes delivered
// via SMS, §2.1), and takes one GSM-7 segment unless the host is very long.
func CodeMessage(channel Channel, c Code, from Writer) Content {
	if channel == SMS {
		return codeSMS(c, from)
	}
	purpose := purposes[c.Purpose]
	paragraphs := []string{
		"Tapez ce code sur la page restée ouverte, pour " + purpose.long + ". Il marche pendant " + minutes(c.Minutes) +
			", une seule fois.",
	}
	if c.Asked == SMS {
		paragraphs = append(paragraphs, "Vous aviez choisi le SMS. Nous n’avons pas de numéro de mobile qui puisse le recevoir, "+
			"c’est pourquoi le code arrive par mail.")
	}
	paragraphs = append(paragraphs,
		"Ne donnez ce code à personne. Aucun agent ne vous le demandera, ni par téléphone, ni par message.",
		"Vous n’avez rien demandé\u00a0? Ne tapez pas ce code et ne le donnez pas. "+purpose.unasked+
			" Si vous recevez d’autres codes sans les demander, appelez "+from.call()+".",
	)
	return letter{
		Subject:    c.Digits + " est votre code " + productName,
		Code:       c.Digits,
		Paragraphs: paragraphs,
		Signature:  signature(from),
	}.email()
}

func codeSMS(c Code, from Writer) Content {
	purpose := purposes[c.Purpose]
	last := "\n@" + oneLine(from.Host) + " #" + c.Digits
	begin := c.Digits + " est votre code " + productName
	named := begin
	if name := from.name(); name != productName {
		named += " (" + name + ")"
	}
	valid := " Valable " + minutes(c.Minutes) + "."
	secret := " Ne le donnez à personne."
	if c.Asked == Email {
		note := " Pas d’adresse mail connue."
		return oneSegment(
			named+" pour "+purpose.short+"."+note+valid+secret+last,
			begin+" pour "+purpose.short+"."+note+valid+secret+last,
			begin+"."+note+valid+secret+last,
			begin+"."+note+secret+last,
		)
	}
	return oneSegment(
		named+" pour "+purpose.short+"."+valid+secret+last,
		begin+" pour "+purpose.short+"."+valid+secret+last,
		begin+"."+valid+secret+last,
		begin+"."+secret+last,
	)
}

func signature(from Writer) string {
	if name := from.name(); name != productName {
		return productName + ", " + name
	}
	return productName
}
