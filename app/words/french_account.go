package words

import "strconv"

var frenchHome = Home{
	Title:            "Accueil",
	About:            "Suivez votre dossier et faites vos démarches en ligne dans Mon Compte.",
	Welcome:          "Bienvenue",
	Lead:             "Dans Mon Compte, vous suivez votre dossier et faites vos démarches en ligne.",
	SignIn:           "Se connecter à Mon Compte",
	QuestionsHeading: "Une question ?",
	NumberHint:       "Sur la carte Vitale, un bulletin de salaire ou une attestation de droits.",
	ForgottenHint:    "Un code reçu par SMS ou par mail permet d’en créer un nouveau.",
	FirstHint:        "Créez votre mot de passe.",
}

var frenchAccount = Account{
	Hello:              func(name string) string { return "Bonjour " + name },
	ServicesHeading:    "Vos démarches",
	NoServices:         "Aucune démarche n’est reliée à Mon Compte pour le moment. Ici, vous gérez votre façon de vous connecter.",
	UnreachableHeading: "Donnez-nous un moyen de vous joindre",
	Unreachable: "Nous n’avons ni mobile ni adresse mail où vous envoyer un code. Votre mot de passe suffit donc pour entrer dans votre compte, " +
		"et vous ne pourrez pas en choisir un autre si vous l’oubliez.",
	LastHeading: "Dernière connexion",
	FirstSignIn: "C’est votre première connexion. Bienvenue !",
	Last: func(moment, method, device string) string {
		return capital(moment) + ", " + method + ", " + device + "."
	},
	NotYou:            Span{"Ce n’était pas vous ? ", "Vérifiez vos connexions", "."},
	DoHeading:         "Que voulez-vous faire ?",
	SeeSecurity:       "Voir mes connexions et mes appareils",
	SecurityHint:      "Qui s’est connecté, quand, et comment déconnecter un appareil.",
	ChangePassword:    "Changer mon mot de passe",
	PasswordHint:      "Avec votre mot de passe actuel, ou avec un code.",
	FindHelp:          "Trouver de l’aide",
	HelpHint:          "Les réponses aux questions sur la connexion.",
	WithFranceConnect: "Vous pouvez aussi vous connecter avec FranceConnect.",
	LeaveHeading:      "Quand vous avez fini",
	Leave:             "Pensez à vous déconnecter, surtout si d’autres personnes utilisent cet appareil.",

	SignedInTitle: "Connexion réussie",
	Returning:     func(service string) string { return "Vous retournez vers " + service + "." },
	Continue:      func(service string) string { return "Continuer vers " + service },

	WithPassword:    "avec le mot de passe",
	ByFranceConnect: "avec FranceConnect",
	ByPasskey:       "avec une clé d’accès",
	ThisDevice:      "sur cet appareil",
	OtherDevice:     "sur un autre appareil",

	SecurityTitle:   "Mes connexions",
	Back:            "Retour à Mon Compte",
	SecurityHeading: "Mes connexions et mes appareils",
	DevicesHeading:  "Appareils connectés en ce moment",
	UnknownDevice:   "Appareil sans nom",
	BrowserOn:       func(browser, system string) string { return browser + " sur " + system },
	Current:         "Cet appareil",
	SignedInSince:   func(moment string) string { return "Connecté depuis " + moment },
	LastUsed:        func(moment string) string { return "Utilisé pour la dernière fois " + moment },
	SignOutOthers:   "Déconnecter tous les autres appareils",
	NoOthers:        "Aucun autre appareil n’est connecté.",
	SignOutOne:      "Déconnecter",
	SignOutOf:       func(name string) string { return "Déconnecter « " + name + " »" },
	SignInsHeading:  "Dernières connexions et essais refusés",
	NoSignIns:       "Aucune connexion pour le moment.",
	At:              capital,
	Refused:         "Refusé",
	RefusedPassword: "avec un mauvais mot de passe",
	RefusedCode:     "avec un code faux",
	Times: func(n int, since string) string {
		return count(n, "fois", "fois") + " de suite, depuis " + since
	},
	Pages:           "Pages des connexions",
	PageOf:          func(n, last int) string { return "Page " + strconv.Itoa(n) + " sur " + strconv.Itoa(last) },
	Newer:           "Connexions plus récentes",
	Older:           "Connexions plus anciennes",
	MethodAndDevice: func(method, device string) string { return method + ", " + device },
	PasswordHeading: "Mot de passe",
	PasswordAdvice:  "Une connexion n’est pas la vôtre ? Changez votre mot de passe : vos autres appareils seront déconnectés.",
}
