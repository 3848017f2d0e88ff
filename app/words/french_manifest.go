package words

var frenchManifest = Manifest{
	Description:   "Se connecter à Mon Compte, retrouver son mot de passe, lire l’aide même sans internet.",
	SignIn:        "Se connecter",
	Forgotten:     "Mot de passe oublié",
	Help:          "Aide",
	SignInPhone:   "La page de connexion sur un téléphone",
	HelpPhone:     "L’aide sur un téléphone",
	SignInDesktop: "La page de connexion sur un ordinateur",
	HelpDesktop:   "L’aide sur un ordinateur",
}
