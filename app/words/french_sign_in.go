package words

var frenchSignIn = SignIn{
	Title:    "Connexion",
	Heading:  "Connexion à Mon Compte",
	About:    "Connectez-vous à Mon Compte avec votre numéro de sécurité sociale et votre mot de passe.",
	Or:       "ou",
	Password: "Mot de passe",
	Shared:   "Ordinateur partagé",
	SharedHint: func(idle string) string {
		return "Rien ne sera gardé ici, et la connexion s’arrêtera après " + idle + " sans activité."
	},
	SharedProvider: func(provider string) string { return "Se connecter avec " + provider + " sans rien garder ici" },

	Submit: "Se connecter",
	Busy:   "Connexion…",

	PasswordMissing: "Saisissez votre mot de passe.",
	WrongPair:       "Le numéro ou le mot de passe n’est pas le bon. Vérifiez les deux.",
	WrongPairBlank: "Le numéro ou le mot de passe n’est pas le bon. " +
		"Le mot de passe saisi commence ou finit par un espace : si vous l’avez copié, retirez cet espace.",
	WaitTitle: "Trop d’essais pour le moment",
	Wait: func(in string) string {
		return "Pour protéger le compte, la connexion par mot de passe est en pause. Vous pourrez réessayer " + in + "."
	},
	Vouched: func(provider string) string {
		return "Cette démarche demande une identité vérifiée par " + provider + "."
	},
	CodeTitle: "Le code ne peut pas partir pour le moment",
	CodeWait: func(at string) string {
		return "Votre mot de passe est le bon. Il faut aussi un code, mais aucun message ne peut partir avant " + at + ". Connectez-vous à nouveau à ce moment-là."
	},
	CrowdTitle: "Beaucoup de personnes se connectent en ce moment",
	Instead:    func(provider string) string { return "Se connecter avec " + provider },
	CapsLock:   "Votre clavier écrit en majuscules : la touche Verr. Maj est active.",
}
