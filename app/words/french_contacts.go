package words

var frenchContacts = Contacts{
	Title:       "Mes coordonnées",
	Lead:        "Mon Compte envoie ses codes et ses alertes à votre adresse mail ou sur votre mobile.",
	See:         "Voir ou changer mes coordonnées",
	Email:       "Adresse mail",
	Phone:       "Téléphone mobile",
	NewEmail:    "Nouvelle adresse mail",
	NewPhone:    "Nouveau numéro de mobile",
	EmailHint:   "Exemple : prenom.nom@exemple.fr",
	PhoneHint:   "Avec l’indicatif du pays, si ce n’est pas un numéro français.",
	None:        "Rien pour le moment",
	PhoneEnds:   func(end string) string { return "Numéro qui finit par" + nbsp + end },
	Masked:      whole,
	ChangeEmail: "Changer mon adresse mail",
	ChangePhone: "Changer mon numéro de mobile",
	AddEmail:    "Ajouter une adresse mail",
	AddPhone:    "Ajouter un numéro de mobile",
	Send:        "Recevoir un code",
	Sending:     "Envoi…",
	Next:        "Nous envoyons un code à vos nouvelles coordonnées. Rien ne change tant que vous ne l’avez pas saisi.",
	StepEmail:   "Nouvelle adresse",
	StepPhone:   "Nouveau numéro",
	Keep:        "Ne rien changer",
	Old:         "Vos anciennes coordonnées reçoivent une alerte. Elle permet de tout annuler pendant quelques jours.",

	EmailMissing: "Saisissez votre nouvelle adresse mail.",
	PhoneMissing: "Saisissez votre nouveau numéro de mobile.",
	EmailWrong:   "Nous ne pouvons pas écrire à cette adresse. Vérifiez-la : elle s’écrit sans accent et contient un @, comme prenom.nom@exemple.fr.",
	PhoneWrong:   "Nous ne pouvons pas envoyer de SMS à ce numéro. Vérifiez-le : il faut un numéro de mobile.",
	SameEmail:    "C’est déjà votre adresse mail.",
	SamePhone:    "C’est déjà votre numéro de mobile.",
	Unsent:       func(in string) string { return "Aucun code ne peut partir pour le moment. Réessayez " + in + "." },

	LeadSMS: func(need int, to string) string {
		return "Nous avons envoyé un code à " + digits(need) + " par SMS, au numéro qui finit par" + nbsp + to + "."
	},
	LeadEmail: func(need int, to string) string {
		return "Nous avons envoyé un code à " + digits(need) + " par mail, à " + whole(to) + "."
	},
	SentAgainSMS: func(to string) string {
		return "Le même code part dans un nouveau SMS, au numéro qui finit par" + nbsp + to + "."
	},
	SentAgainEmail: func(to string) string { return "Le même code part dans un nouveau mail, à " + whole(to) + "." },
	OtherAddress:   "Saisir d’autres coordonnées",
}
