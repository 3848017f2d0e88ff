package words

// frenchYours is what the person who did it has to do.
const frenchYours = "C’était vous ? Vous n’avez rien à faire."

func frenchCodeOf(code, whose string) string {
	if whose == "" {
		return code + " est votre code Mon Compte"
	}
	return code + " est le code Mon Compte de " + whose
}

var frenchLetters = Letters{
	Hello:      "Bonjour,",
	YourCode:   "Votre code :",
	Signature:  func(org string) string { return "Mon Compte, " + org },
	CallPhone:  func(phone string) string { return "le " + phone },
	CallOrg:    func(org string) string { return "votre " + org },
	CallAnyone: "votre organisme",

	Code: CodeLetter{
		Reset: Purpose{"choisir un nouveau mot de passe", "changer de mot de passe", "Votre mot de passe actuel ne change pas."},
		First: Purpose{"créer votre mot de passe", "créer votre mot de passe", "Aucun mot de passe n’est créé."},
		Link:  Purpose{"relier FranceConnect à votre compte", "relier FranceConnect", "Rien ne change sur votre compte."},
		SignIn: Purpose{"vous connecter à votre compte", "vous connecter",
			"Sans ce code, personne n’entre. Mais quelqu’un connaît peut-être votre mot de passe : choisissez-en un nouveau sur Mon Compte."},
		Confirm: Purpose{"confirmer que c’est bien vous", "confirmer votre demande",
			"Sans ce code, rien ne change. Mais quelqu’un est peut-être entré dans votre compte : choisissez un nouveau mot de passe sur Mon Compte."},
		Contact: Purpose{"recevoir ici les messages de Mon Compte", "changer vos coordonnées", "Rien ne change sur votre compte."},

		Subject: func(code string) string { return code + " est votre code Mon Compte" },
		Use: func(purpose, hour string) string {
			return "Saisissez ce code sur la page restée ouverte, pour " + purpose + ". Il est valable une seule fois, jusqu’à " + hour + " (heure de Paris)."
		},
		NoMobile: "Vous aviez choisi le SMS. Nous n’avons pas de numéro de mobile qui puisse le recevoir, c’est pourquoi le code arrive par mail.",
		Nobody:   "Ne donnez ce code à personne. Aucun conseiller ne vous le demandera, ni par téléphone, ni par message.",
		Unasked: func(nothing, call string) string {
			return "Vous n’avez rien demandé ? Ne saisissez pas ce code et ne le donnez à personne. " + nothing +
				" Si vous recevez d’autres codes sans les demander, appelez " + call + "."
		},

		Whose: func(whose string) string {
			return "Ce code est pour le compte « " + whose + " » : la première lettre du prénom, et la fin du numéro."
		},
		SMS:    func(code, whose string) string { return frenchCodeOf(code, whose) + "." },
		SMSFor: func(code, whose, purpose string) string { return frenchCodeOf(code, whose) + " pour " + purpose + "." },
		SMSOrgFor: func(code, whose, org, purpose string) string {
			return frenchCodeOf(code, whose) + " (" + org + ") pour " + purpose + "."
		},
		SMSUntil:  func(hour string) string { return "Valable jusqu’à " + hour + " (Paris)." },
		SMSNobody: "Ne le donnez à personne.",
		SMSNoMail: "Pas d’adresse mail valable.",
	},
	PasswordChanged: Notice{
		Subject: "Votre mot de passe a changé",
		What:    func(moment string) string { return "Le mot de passe de votre compte a été changé " + moment + "." },
		Yours:   frenchYours,
		SMS:     func(moment string) string { return "Mon Compte : mot de passe changé " + moment + "." },
	},
	EmailChanged: Notice{
		Subject: "Votre adresse mail a changé",
		What: func(moment string) string {
			return "L’adresse mail de votre compte a été changée " + moment + ". Les prochains codes par mail iront à la nouvelle adresse."
		},
		Yours: frenchYours,
		SMS:   func(moment string) string { return "Mon Compte : adresse mail changée " + moment + "." },
	},
	PhoneChanged: Notice{
		Subject: "Votre numéro de mobile a changé",
		What: func(moment string) string {
			return "Le numéro de mobile de votre compte a été changé " + moment + ". Les prochains codes par SMS iront au nouveau numéro."
		},
		Yours: frenchYours,
		SMS:   func(moment string) string { return "Mon Compte : mobile changé " + moment + "." },
	},
	ContactRemoved: Notice{
		Subject: "Cette adresse mail est retirée de Mon Compte",
		What: func(moment string) string {
			return "Cette adresse mail n’est plus celle de votre compte. Le changement a été annulé " + moment +
				", depuis une ancienne adresse. Tous les appareils sont déconnectés."
		},
		Yours: frenchYours,
		SMS: func(moment string) string {
			return "Mon Compte : ce numéro est retiré " + moment + ", le changement est annulé."
		},
	},
	Own: func(call string) string {
		return "Vous n’avez pas demandé cette annulation ? Appelez " + call + "."
	},
	SMSOwn: func(call string) string { return "Ce n’est pas vous ? Appelez " + call + "." },
	SignedIn: SignInNotice{
		Subject: "Connexion après des essais manqués",
		What: func(moment string, failures int) string {
			return "Une connexion à votre compte a réussi " + moment + ", après " +
				count(failures, "essai avec un mauvais mot de passe", "essais avec un mauvais mot de passe") + "."
		},
		Yours: frenchYours,
		SMS: func(moment string, failures int) string {
			return "Mon Compte : connexion réussie " + moment + ", après " + count(failures, "essai manqué", "essais manqués") + "."
		},
	},
	NewBrowser: BrowserNotice{
		Subject: "Nouvelle connexion à votre compte",
		What: func(moment, browser string) string {
			what := "Quelqu’un s’est connecté à votre compte " + moment + ", depuis un appareil que nous ne connaissons pas"
			if browser == "" {
				return what + "."
			}
			return what + " : " + browser + "."
		},
		Yours: frenchYours + " Sur un ordinateur partagé, ce message arrive à chaque connexion.",
		SMS: func(moment, browser string) string {
			if browser == "" {
				return "Mon Compte : nouvelle connexion " + moment + "."
			}
			return "Mon Compte : nouvelle connexion " + moment + ", " + browser + "."
		},
	},
	Tried: TriesNotice{
		Subject: "Beaucoup d’essais refusés sur votre compte",
		What: func(moment string, tries int) string {
			return "Quelqu’un essaie d’entrer dans votre compte : " + count(tries, "mauvais mot de passe", "mauvais mots de passe") +
				" de suite, le dernier " + moment + ". Tous ont été refusés."
		},
		Nothing: "Vous n’avez rien à faire. Votre compte reste protégé, et votre mot de passe ne change pas. Pour le moment, un code peut vous être " +
			"demandé avant le mot de passe. Avec FranceConnect ou une clé d’accès, rien ne change.",
		Nobody: "Ne donnez votre mot de passe ou un code à personne, surtout pas à quelqu’un qui vous parle de ces essais.",
		SMS: func(moment string, tries int) string {
			return "Mon Compte : " + count(tries, "essai refusé", "essais refusés") + " sur votre compte, le dernier " + moment + ". Personne n’est entré ainsi. Vous n’avez rien à faire."
		},
	},
	Linked: Notice{
		Subject: "FranceConnect ouvre votre compte",
		What: func(moment string) string {
			return "Vous pouvez vous connecter à votre compte avec FranceConnect. Le lien a été créé " + moment + "."
		},
		Yours: frenchYours + " Vous pouvez supprimer ce lien dans Mon Compte, à la page « Mes connexions ».",
		SMS: func(moment string) string {
			return "Mon Compte : FranceConnect relié " + moment + ". Il ouvre votre compte."
		},
	},
	Unlinked: Notice{
		Subject: "Lien avec FranceConnect supprimé",
		What: func(moment string) string {
			return "Le lien entre FranceConnect et votre compte a été supprimé " + moment + ". Votre mot de passe ne change pas."
		},
		Yours: frenchYours,
		SMS: func(moment string) string {
			return "Mon Compte : FranceConnect retiré " + moment + ". Il n’ouvre plus ce compte."
		},
	},
	PasskeyAdded: Notice{
		Subject: "Nouvelle clé d’accès à votre compte",
		What: func(moment string) string {
			return "Une clé d’accès a été ajoutée à votre compte " + moment + ". Elle permet de se connecter avec un doigt, un visage ou le code d’un appareil."
		},
		Yours: frenchYours,
		SMS: func(moment string) string {
			return "Mon Compte : clé d’accès ajoutée " + moment + "."
		},
	},
	PasskeyRemoved: Notice{
		Subject: "Clé d’accès supprimée",
		What: func(moment string) string {
			return "Une clé d’accès a été supprimée de votre compte " + moment + ". Elle ne permet plus de se connecter. Les autres moyens ne changent pas."
		},
		Yours: frenchYours,
		SMS: func(moment string) string {
			return "Mon Compte : clé d’accès retirée " + moment + "."
		},
	},
	Lost: Notice{
		Subject: "FranceConnect ouvre un autre compte",
		What: func(moment string) string {
			return "FranceConnect n’ouvre plus ce compte. Votre identité FranceConnect a été reliée à un autre compte " + moment +
				". Le mot de passe de ce compte ne change pas."
		},
		Yours: "C’était vous ? Vous pouvez toujours ouvrir ce compte avec votre numéro et votre mot de passe.",
		SMS: func(moment string) string {
			return "Mon Compte : FranceConnect déplacé " + moment + ", il ouvre un autre compte."
		},
	},

	NotYou: func(call string) string {
		return "Ce n’était pas vous ? Allez tout de suite sur Mon Compte, choisissez « Mot de passe oublié ? » " +
			"et créez un nouveau mot de passe. Ensuite, appelez " + call + "."
	},
	Disown:    "Vous pouvez aussi tout bloquer à cette adresse :",
	SMSDisown: "Pas vous ?",
	SignedOut: "Tous les appareils ont été déconnectés de votre compte.",
	SMSForgot: func(call string) string {
		return "Ce n’est pas vous ? Changez-le avec « Mot de passe oublié ? », puis appelez " + call + "."
	},
	SMSChange: func(call string) string {
		return "Ce n’est pas vous ? Changez votre mot de passe, puis appelez " + call + "."
	},
	SMSCall:   func(call string) string { return "Ce n’est pas vous ? Appelez " + call + "." },
	SMSCallUs: "Ce n’est pas vous ? Appelez-nous.",
}
