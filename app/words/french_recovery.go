package words

import "strconv"

var frenchRecovery = Recovery{
	Step:         func(n, of int) string { return "Étape " + strconv.Itoa(n) + " sur " + strconv.Itoa(of) },
	StepDone:     "Fait :",
	StepNumber:   "Numéro",
	StepCode:     "Code",
	StepPassword: "Mot de passe",
	StepAccount:  "Votre compte",

	Again:     "Demander un nouveau code",
	WaitTitle: "Trop de demandes pour le moment",
	SendsWait: func(in string) string {
		return "Pour protéger les comptes, l’envoi de codes est en pause. Vous pourrez réessayer " + in + "."
	},
	NextSend: func(at string) string {
		return "Plusieurs codes ont déjà été demandés. Le prochain pourra partir à " + at + ". Aucun message n’est parti maintenant."
	},
	OtherWay: "Vous pouvez aussi choisir l’autre moyen d’envoi.",
}

var frenchRecoveryStart = RecoveryStart{
	Forgotten: "Mot de passe oublié",
	First:     "Première connexion",
	Linking:   "Relier votre compte avec un code",
	ForgottenLead: func(need int) string {
		return "Vous allez créer un nouveau mot de passe. Nous vous envoyons d’abord un code à " + digits(need) + ", pour vérifier que c’est bien vous."
	},
	FirstLead: func(need int) string {
		return "Créez votre mot de passe. Nous vous envoyons d’abord un code à " + digits(need) + ", pour vérifier que c’est bien vous."
	},
	LinkingLead: func(need int) string {
		return "Nous vous envoyons un code à " + digits(need) + ". Quand vous l’aurez saisi, FranceConnect suffira pour vous connecter."
	},
	Channel:        "Comment voulez-vous recevoir le code ?",
	ChannelMissing: "Choisissez comment recevoir le code : par SMS ou par mail.",
	SMS:            "Par SMS",
	SMSHint:        "Rapide, si votre mobile est près de vous.",
	Email:          "Par mail",
	EmailHint:      "Plus sûr : un SMS peut être lu par une personne qui détourne votre numéro de téléphone.",
	Submit:         "Recevoir le code",
	Busy:           "Un instant…",

	ContactsHeading: "Votre mobile et votre adresse mail ont changé ?",
	ContactsCall: Span{
		"Le code part seulement vers le numéro ou l’adresse de votre dossier. Si vous ne pouvez lire ni l’un ni l’autre, appelez le ",
		"", " pour les mettre à jour.",
	},
	ContactsAsk: "Le code part seulement vers le numéro ou l’adresse de votre dossier. Si vous ne pouvez lire ni l’un ni l’autre, " +
		"contactez un conseiller pour les mettre à jour.",
	ContactsHelp: "Mes coordonnées ont changé : que faire ?",
	UsePassword:  "Utiliser plutôt mon mot de passe",
	BackToSignIn: "Revenir à la connexion",

	PendingCode: func(until string) string {
		return "Vous avez déjà demandé un code ici. S’il est arrivé, vous pouvez le saisir jusqu’à " + until + "."
	},
	PendingEnter:    "Saisir ce code",
	PendingGiven:    "Votre code est vérifié. Il reste à choisir le mot de passe.",
	PendingPassword: "Choisir le mot de passe",
}

var frenchRecoveryCode = RecoveryCode{
	Title:     "Saisissez le code reçu",
	OverTitle: "Ce code ne marche plus",
	LeadSMS: func(need int) string {
		return frenchMaybe(need) + " par SMS, ou par mail si votre dossier n’a pas de mobile."
	},
	LeadEmail: func(need int) string {
		return frenchMaybe(need) + " par mail, ou par SMS si votre dossier n’a pas d’adresse mail."
	},
	LeadUnknown: func(need int) string { return frenchMaybe(need) + " par SMS ou par mail." },
	OnlySMS:     func(need int) string { return frenchMaybe(need) + " par SMS." },
	OnlyEmail:   func(need int) string { return frenchMaybe(need) + " par mail." },
	Typed: func(end string) string {
		return "Vous avez saisi un numéro de sécurité sociale qui finit par" + nbsp + end + "."
	},
	TypedProvisional: func(end string) string {
		return "Vous avez saisi un identifiant provisoire qui finit par" + nbsp + end + "."
	},
	Leave:           "Vous pouvez quitter cette page pour lire votre message, puis revenir : rien n’est perdu.",
	Label:           func(need int) string { return "Code à " + digits(need) },
	Hint:            "Les espaces et les tirets ne gênent pas.",
	Submit:          "Continuer",
	Busy:            "Vérification…",
	Nobody:          Span{"", "Ne donnez ce code à personne.", " Aucun conseiller ne vous le demandera, ni par téléphone, ni par message."},
	NotReceived:     "Vous n’avez rien reçu ?",
	NotReceivedHint: "Un message peut mettre quelques minutes. Pour un mail, regardez aussi dans les courriers indésirables (spam).",
	Until:           func(at string) string { return "Le code est valable jusqu’à " + at + "." },
	Resend:          "Nous pouvons vous envoyer à nouveau le même code.",
	ResendLater:     func(in string) string { return "Ce sera possible " + in + "." },
	ResendButton:    "Renvoyer le code",
	ResendIn:        "Secondes d’attente : %s.",
	TooEarly: func(in string) string {
		return "Aucun nouveau message n’est parti : il est trop tôt. Vous pourrez renvoyer le code " + in + "."
	},
	NoMoreSends: func(times int) string {
		return "Le code a été envoyé " + count(times, "fois", "fois") + " : il ne peut plus l’être. Pour en recevoir un autre, recommencez."
	},
	SentAgain: "Si ce numéro correspond à un compte, le même code arrive à nouveau.",
	HelpLink:  "Je ne reçois pas le code",

	OtherNumber: "Changer de numéro de sécurité sociale",
	OtherWay:    "Recevoir le code autrement",

	Empty: func(need int) string { return "Saisissez le code à " + digits(need) + " que vous avez reçu." },
	Short: func(need int) string {
		return "Il manque au moins un chiffre : le code en a" + nbsp + strconv.Itoa(need) + "."
	},
	Long: func(need int) string {
		return "Il y a des chiffres en trop : le code en a" + nbsp + strconv.Itoa(need) + "."
	},
	NotDigits: func(need int) string {
		return "Le code ne contient que des chiffres. Recopiez seulement les " + digits(need) + " du message."
	},
	Wrong: func(need int) string {
		return "Ce n’est pas le bon code. Comparez les " + digits(need) + " avec ceux du message le plus récent."
	},
	TriesLeft: func(n int) string { return "Il vous reste " + count(n, "essai", "essais") + "." },
	Expired: func(life string) string {
		return "Ce code était valable " + life + " : il ne marche plus. Demandez-en un nouveau."
	},
	UsedUp:     "Il y a eu trop d’essais : pour vous protéger, ce code ne marche plus. Demandez-en un nouveau.",
	Unforeseen: func(need int) string { return "Vérifiez le code à " + digits(need) + " que vous avez reçu." },
	NeedsNew:   "Il vous faut un nouveau code",
}

var frenchNewPassword = NewPassword{
	Title:        "Choisissez un nouveau mot de passe",
	FirstTitle:   "Choisissez votre mot de passe",
	Idea:         "Une bonne idée : trois ou quatre mots que vous retenez facilement, sans lien entre eux, et un nombre. Les espaces sont permis.",
	Label:        "Nouveau mot de passe",
	FirstLabel:   "Mot de passe",
	After:        "Tous vos autres appareils seront déconnectés.",
	FirstAfter:   "La prochaine fois, vous vous connecterez avec votre numéro et ce mot de passe.",
	Submit:       "Enregistrer le mot de passe",
	Busy:         "Enregistrement…",
	Help:         "Choisir un bon mot de passe",
	Missing:      "Saisissez votre nouveau mot de passe.",
	FirstMissing: "Saisissez le mot de passe que vous avez choisi.",
	ExpiredTitle: "Le temps pour choisir est passé",
	Expired:      "Rien n’a été changé. Pour vous protéger, il faut un nouveau code avant de choisir le mot de passe.",
}

// digits is how long a code is.
func digits(need int) string { return count(need, "chiffre", "chiffres") }

// frenchMaybe begins what may have been sent.
func frenchMaybe(need int) string {
	return "Si ce numéro correspond à un compte, un code à " + digits(need) + " arrive"
}

var frenchRules = Rules{
	Length:   func(n int) string { return "Au moins " + count(n, "caractère", "caractères") },
	TooLong:  func(n int) string { return "Pas plus de " + count(n, "caractère", "caractères") },
	Letter:   "Au moins une lettre",
	Digit:    func(n int) string { return "Au moins un chiffre, ou " + count(n, "mot", "mots") },
	Common:   "Rien de trop connu, comme « motdepasse » ou une suite de touches",
	Personal: "Ni votre nom, ni votre date de naissance, ni votre numéro",
	Varied:   "Des caractères assez variés",

	FixLength: func(n int) string {
		return "Il faut au moins " + count(n, "caractère", "caractères") + " : ajoutez un mot ou deux."
	},
	FixTooLong: func(n int) string {
		return "C’est trop long : " + count(n, "caractère", "caractères") + " au plus."
	},
	FixLetter: "Ajoutez au moins une lettre.",
	FixDigit: func(n int) string {
		return "Ajoutez au moins un chiffre, ou faites une phrase d’au moins " + count(n, "mot", "mots") + "."
	},
	FixCommon: "Ce mot de passe est trop facile à deviner. Choisissez trois ou quatre mots qui n’ont pas de lien entre eux.",
	FixVaried: "Les caractères se ressemblent trop : ajoutez des mots différents.",

	HasNumber:        "Votre mot de passe contient une partie de votre numéro. Remplacez-la par autre chose.",
	HasBirthDate:     "Votre mot de passe contient votre date de naissance. Remplacez-la par autre chose.",
	HasName:          "Votre mot de passe contient votre nom ou votre prénom. Remplacez-le par un autre mot.",
	HasSomethingElse: "Votre mot de passe contient une information sur vous. Remplacez-la par autre chose.",

	Met:   "C’est bon :",
	Unmet: "À corriger :",
}
