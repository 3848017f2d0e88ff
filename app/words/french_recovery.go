package words

import "strconv"

var frenchRecovery = Recovery{
	Step: func(n, of int) string { return "Étape " + strconv.Itoa(n) + " sur " + strconv.Itoa(of) },

	Again:     "Demander un nouveau code",
	WaitTitle: "Trop de demandes pour le moment",
	SendsWait: func(in string) string {
		return "Pour protéger les comptes, l’envoi de codes est en pause. Vous pourrez réessayer " + in + "."
	},
	TriesWait: func(in string) string {
		return "Pour protéger les comptes, la vérification des codes est en pause. Vous pourrez réessayer " + in + "."
	},
}

var frenchRecoveryStart = RecoveryStart{
	Forgotten: "Mot de passe oublié",
	First:     "Première connexion",
	Linking:   "Montrer que le compte est à vous",
	ForgottenLead: func(digits string) string {
		return "Vous allez créer un nouveau mot de passe. Nous vous envoyons d’abord un code à " + digits + ", pour vérifier que c’est bien vous."
	},
	FirstLead: func(digits string) string {
		return "Créez votre mot de passe. Nous vous envoyons d’abord un code à " + digits + ", pour vérifier que c’est bien vous."
	},
	LinkingLead: func(digits string) string {
		return "Nous vous envoyons un code à " + digits + ". Quand vous l’aurez saisi, FranceConnect suffira pour vous connecter."
	},
	Channel:        "Comment voulez-vous recevoir le code ?",
	ChannelMissing: "Choisissez comment recevoir le code : par SMS ou par mail.",
	SMS:            "Par SMS",
	SMSHint:        "Un peu moins sûr que le mail : quelqu’un qui s’empare de votre numéro de téléphone pourrait lire le code.",
	Email:          "Par mail",
	Submit:         "Recevoir le code",
	Busy:           "Un instant…",

	ContactsHeading: "Votre mobile et votre adresse mail ont changé ?",
	ContactsCall: Span{
		"Le code part seulement vers le numéro ou l’adresse de votre dossier. Si vous ne pouvez lire ni l’un ni l’autre, appelez le ",
		"", " pour les mettre à jour.",
	},
	ContactsAsk: "Le code part seulement vers le numéro ou l’adresse de votre dossier. Si vous ne pouvez lire ni l’un ni l’autre, " +
		"contactez un conseiller pour les mettre à jour.",
	ContactsHelp: "Mes coordonnées ont changé : que faire ?",
	UsePassword:  "Utiliser plutôt mon mot de passe",
	BackToSignIn: "Revenir à la connexion",
}

var frenchRecoveryCode = RecoveryCode{
	Title:     "Saisissez le code reçu",
	OverTitle: "Ce code ne marche plus",
	LeadSMS: func(digits string) string {
		return frenchMaybe(digits) + " par SMS. Il arrive par mail si nous avons seulement votre adresse mail."
	},
	LeadEmail: func(digits string) string {
		return frenchMaybe(digits) + " par mail. Il arrive par SMS si nous avons seulement votre numéro de mobile."
	},
	LeadUnknown: func(digits string) string { return frenchMaybe(digits) + " par SMS ou par mail." },
	Leave:       "Vous pouvez quitter cette page pour lire votre message, puis revenir : rien n’est perdu.",
	Label:       func(digits string) string { return "Code à " + digits },
	Hint:        "Les espaces et les tirets ne gênent pas.",
	Submit:      "Continuer",
	Busy:        "Vérification…",
	Nobody:      Span{"", "Ne donnez ce code à personne.", " Aucun agent ne vous le demandera, ni par téléphone, ni par message."},
	NotReceived: "Vous n’avez rien reçu ?",
	NotReceivedHint: func(life string) string {
		return "Un message peut mettre quelques minutes. Le code est valable " + life +
			". Pour un mail, regardez aussi dans les courriers indésirables (spam)."
	},
	Resend:       "Nous pouvons vous l’envoyer à nouveau. C’est le même code : le premier message qui arrive est le bon.",
	ResendLater:  func(in string) string { return "Ce sera possible " + in + "." },
	ResendButton: "Renvoyer le code",
	NoMoreSends: func(times string) string {
		return "Le code a été envoyé " + times + " : il ne peut plus l’être. Vous pouvez demander un nouveau code."
	},
	SentAgain: "C’est noté. Si un compte existe avec cet identifiant, le même code part dans un nouveau message.",
	HelpLink:  "Je ne reçois pas le code",
	Restart:   "Recommencer avec un autre numéro, ou l’autre moyen d’envoi",

	Empty: func(digits string) string { return "Saisissez le code à " + digits + " que vous avez reçu." },
	Short: func(need int) string {
		return "Il manque au moins un chiffre : le code en a " + strconv.Itoa(need) + "."
	},
	Long: func(need int) string {
		return "Il y a des chiffres en trop : le code en a " + strconv.Itoa(need) + "."
	},
	NotDigits: func(digits string) string {
		return "Le code ne contient que des chiffres. Recopiez seulement les " + digits + " du message."
	},
	Wrong: func(digits string) string {
		return "Ce n’est pas le bon code. Comparez les " + digits + " avec ceux du message le plus récent."
	},
	TriesLeft: func(n int) string { return "Il vous reste " + count(n, "essai", "essais") + "." },
	Expired: func(life string) string {
		return "Ce code était valable " + life + " : il ne marche plus. Demandez-en un nouveau."
	},
	UsedUp:     "Il y a eu trop d’essais : pour vous protéger, ce code ne marche plus. Demandez-en un nouveau.",
	Unforeseen: func(digits string) string { return "Vérifiez le code à " + digits + " que vous avez reçu." },
	NeedsNew:   "Il vous faut un nouveau code",
}

var frenchNewPassword = NewPassword{
	Title:        "Choisissez un nouveau mot de passe",
	FirstTitle:   "Choisissez votre mot de passe",
	Idea:         "Une bonne idée : trois ou quatre mots que vous retenez facilement, sans lien entre eux, et un nombre. Les espaces sont permis.",
	Label:        "Nouveau mot de passe",
	FirstLabel:   "Mot de passe",
	After:        "Tous vos appareils seront déconnectés. Vous vous connecterez ensuite avec le nouveau mot de passe.",
	FirstAfter:   "Vous vous connecterez ensuite avec votre numéro et ce mot de passe.",
	Submit:       "Enregistrer le mot de passe",
	Busy:         "Enregistrement…",
	Help:         "Choisir un bon mot de passe",
	Missing:      "Saisissez le mot de passe que vous avez choisi.",
	ExpiredTitle: "Le temps pour choisir est passé",
	Expired:      "Rien n’a été changé. Pour vous protéger, il faut un nouveau code avant de choisir le mot de passe.",
}

// frenchMaybe begins what may have been sent.
func frenchMaybe(digits string) string {
	return "Si un compte existe avec cet identifiant, un code à " + digits + " vient de partir"
}

var frenchRules = Rules{
	Length:   func(characters string) string { return "Au moins " + characters },
	TooLong:  func(characters string) string { return "Pas plus de " + characters },
	Letter:   "Au moins une lettre",
	Digit:    "Au moins un chiffre",
	Common:   "Rien de trop connu, comme « motdepasse » ou une suite de touches",
	Personal: "Ni votre nom, ni votre date de naissance, ni votre numéro",
	Varied:   "Des caractères assez variés",

	FixLength: func(characters string) string {
		return "Il faut au moins " + characters + " : ajoutez un mot ou deux."
	},
	FixTooLong: func(characters string) string { return "C’est trop long : " + characters + " au plus." },
	FixLetter:  "Ajoutez au moins une lettre.",
	FixDigit:   "Ajoutez au moins un chiffre.",
	FixCommon:  "Ce mot de passe est trop facile à deviner. Choisissez trois ou quatre mots qui n’ont pas de lien entre eux.",
	FixVaried:  "Les caractères se ressemblent trop : ajoutez des mots différents.",

	HasNumber:        "Votre mot de passe contient une partie de votre numéro. Remplacez-la par autre chose.",
	HasBirthDate:     "Votre mot de passe contient votre date de naissance. Remplacez-la par autre chose.",
	HasName:          "Votre mot de passe contient votre nom ou votre prénom. Remplacez-le par un autre mot.",
	HasSomethingElse: "Votre mot de passe contient une information sur vous. Remplacez-la par autre chose.",

	Met:   "C’est bon :",
	Unmet: "À corriger :",
}
