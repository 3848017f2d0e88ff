package words

var frenchFranceConnect = FranceConnect{
	Heading:    func(name string) string { return "Avec " + name },
	SignInWith: "S’identifier avec",
	WhatIs:     func(name string) string { return "Qu’est-ce que " + name + " ?" },
	WhatIsNew:  func(name string) string { return "Qu’est-ce que " + name + " ? - nouvelle fenêtre" },

	Expired: FranceConnectProblem{
		Title: func(string) string { return "Il faut recommencer la connexion" },
		What: func(string) string {
			return "La demande est trop ancienne, elle a déjà servi, ou elle a commencé dans un autre navigateur."
		},
		Next: func(name string) string {
			return "Recommencez avec " + name + ", ou connectez-vous avec votre numéro et votre mot de passe."
		},
	},
	Refused: FranceConnectProblem{
		Title: func(name string) string { return name + " n’a pas pu confirmer votre identité" },
		What:  func(string) string { return "Cela ne vient pas de votre compte, et rien n’a changé." },
		Next: func(name string) string {
			return "Essayez avec un autre compte proposé par " + name + ", ou connectez-vous avec votre numéro et votre mot de passe."
		},
	},
	Unavailable: FranceConnectProblem{
		Title: func(name string) string { return name + " ne répond pas pour le moment" },
		What: func(string) string {
			return "Ce service est en panne ou très demandé. Votre compte, lui, reste accessible."
		},
		Next: func(string) string {
			return "Connectez-vous avec votre numéro et votre mot de passe, ou réessayez dans quelques minutes."
		},
	},
	Closed: FranceConnectProblem{
		Title: func(string) string { return "Ce compte ne peut pas être ouvert" },
		What: func(name string) string {
			return name + " a bien confirmé votre identité, mais la connexion à ce compte est fermée."
		},
		Next: func(string) string { return "Contactez un conseiller : il vous dira pourquoi et que faire." },
	},
	Another: FranceConnectProblem{
		Title: func(name string) string { return name + " a confirmé une autre identité" },
		What: func(string) string {
			return "Ce n’est pas celle de votre compte, et rien n’a changé."
		},
		Next: func(string) string { return "Votre nom a changé ? Contactez un conseiller." },
	},
	Taken: FranceConnectProblem{
		Title: func(name string) string { return name + " ouvre déjà un autre compte" },
		What: func(name string) string {
			return "Rien n’a changé. Avez-vous deux comptes ? Connectez-vous à l’autre avec " + name + "."
		},
		Next: func(string) string { return "Sinon, contactez un conseiller." },
	},
	Failed: FranceConnectProblem{
		Title: func(name string) string { return "La connexion avec " + name + " n’a pas fonctionné" },
		What: func(string) string {
			return "Le problème est enregistré, pour que nous puissions le corriger. Rien n’a changé sur votre compte."
		},
		Next: func(string) string {
			return "Connectez-vous avec votre numéro et votre mot de passe, ou réessayez plus tard."
		},
	},

	LinkTitle:        func(name string) string { return "Relier " + name + " à votre compte" },
	Confirmed:        func(name string) string { return name + " a confirmé votre identité :" },
	ConfirmedUnnamed: func(name string) string { return name + " a confirmé votre identité." },
	LinkWhy: func(name string) string {
		return "Une seule fois, saisissez votre numéro et votre mot de passe de Mon Compte. Ensuite, " +
			name + " suffira pour vous connecter."
	},
	LinkLife: func(life, name string) string {
		return "Vous avez " + life + ". Après, il faudra recommencer avec " + name + "."
	},
	LinkSubmit:       "Relier et me connecter",
	LinkBusy:         "Un instant…",
	LinkByCode:       "Recevoir un code à la place du mot de passe",
	SignInWithout:    func(name string) string { return "Se connecter sans " + name },
	OtherPersonTitle: "Ce compte est au nom d’une autre personne",
	OtherPerson: func(name string) string {
		return name + " a donné un autre nom que celui du compte. Rien n’a changé. Saisissez le numéro de votre propre compte. " +
			"Votre nom a changé ? Contactez un conseiller."
	},

	SignedOut: "La session de Mon Compte est fermée.",
	StillThere: func(name string) string {
		return "Il reste à vous déconnecter de " + name + ", pour que personne d’autre ne se serve de votre identité sur cet appareil. " +
			"La page suivante s’ouvre seule."
	},
	Continue:       "Continuer",
	LeftTitle:      "Déconnexion réussie",
	LeftDoubtTitle: "Vérifiez que la déconnexion est complète",
	Left: func(name string) string {
		return "Les sessions de Mon Compte et de " + name + " sont fermées. Vous pouvez fermer cette page."
	},
	LeftDoubt: func(name string) string {
		return "La session de Mon Compte est fermée. Nous ne savons pas si celle de " + name + " l’est aussi."
	},
	LeftDoubtDo: "Si d’autres personnes utilisent cet appareil, fermez toutes les fenêtres du navigateur.",

	LastWay: func(name string) string {
		return name + " est votre seul moyen de vous connecter. Ajoutez-en d’abord un autre."
	},
	Linked: func(name string) string { return "Vous pouvez vous connecter avec " + name + "." },
	Unlinked: func(name string) string {
		return "Votre compte n’est pas relié à " + name + ". Avec ce lien, vous vous connectez sans votre numéro ni votre mot de passe de Mon Compte."
	},
	Link:        func(name string) string { return "Relier " + name + " à mon compte" },
	LinkFirst:   "Continuer",
	LinkedSince: func(moment string) string { return "Relié " + moment },
	LinkUsed:    func(moment string) string { return "Utilisé pour la dernière fois " + moment },
	UnlinkEffect: func(name string) string {
		return "Vous n’en voulez plus ? Les autres appareils connectés par ce lien seront déconnectés. Votre mot de passe ne change pas. Vous pourrez relier " +
			name + " à nouveau."
	},
	Unlink: func(name string) string { return "Ne plus utiliser " + name },
}
