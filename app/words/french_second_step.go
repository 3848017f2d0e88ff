package words

var frenchSecondStep = SecondStep{
	LeadSMS: func(need int, to string) string {
		return "Votre mot de passe est le bon. Pour vérifier que c’est vous, nous avons envoyé un code à " + digits(need) +
			" par SMS, au numéro qui finit par" + nbsp + to + "."
	},
	LeadEmail: func(need int, to string) string {
		return "Votre mot de passe est le bon. Pour vérifier que c’est vous, nous avons envoyé un code à " + digits(need) +
			" par mail, à " + whole(to) + "."
	},
	SentAgainSMS: func(to string) string {
		return "Le même code part dans un nouveau SMS, au numéro qui finit par" + nbsp + to + "."
	},
	SentAgainEmail: func(to string) string { return "Le même code part dans un nouveau mail, à " + whole(to) + "." },
	FirstSMS: func(need int) string {
		return frenchFirst(need) + " par SMS, ou par mail si votre dossier n’a pas de mobile. " + frenchFirstThen
	},
	FirstEmail: func(need int) string {
		return frenchFirst(need) + " par mail, ou par SMS si votre dossier n’a pas d’adresse mail. " + frenchFirstThen
	},
	FirstOnlySMS:   func(need int) string { return frenchFirst(need) + " par SMS. " + frenchFirstThen },
	FirstOnlyEmail: func(need int) string { return frenchFirst(need) + " par mail. " + frenchFirstThen },
	FirstSentAgain: frenchRightPair + "le même code arrive à nouveau.",

	Remember: "Se souvenir de cet appareil",
	RememberHint: func(life string) string {
		return "Pendant " + life + ", votre mot de passe suffira sur cet appareil. Ne cochez pas cette case sur un ordinateur que d’autres utilisent."
	},
	Shared:     "Vous êtes sur un ordinateur partagé : rien n’y sera gardé.",
	Other:      "Pas accès à ce message ?",
	OtherSMS:   func(to string) string { return "Recevoir le code par SMS, au numéro qui finit par" + nbsp + to },
	OtherEmail: func(to string) string { return "Recevoir le code par mail, à " + whole(to) },
	MaybeSMS:   "Recevoir le code par SMS",
	MaybeEmail: "Recevoir le code par mail",
	NotMe:      "Ce n’est pas moi",
	Again:      "Recommencer la connexion",
}

func frenchFirst(need int) string {
	return "Beaucoup de mots de passe faux ont été essayés avec ce numéro. Pour protéger le compte, saisissez d’abord un code. " +
		frenchRightPair + "un code à " + digits(need) + " arrive"
}

// frenchRightPair begins what is true for whoever has given one, and for nobody else.
const frenchRightPair = "Si votre numéro et votre mot de passe sont les bons, "

const frenchFirstThen = "Votre mot de passe vous sera demandé encore une fois ensuite."
