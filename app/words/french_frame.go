package words

var frenchFrame = Frame{
	Skip:          "Aller au contenu",
	Demonstration: "Démonstration : les comptes et les personnes sont fictifs.",
	Home:          "Accueil",
	Menu:          "Menu",
	SignOut:       "Déconnexion",

	Help: "Aide",
	Accessibility: func(state string) string {
		if state == "" {
			return "Accessibilité"
		}
		return "Accessibilité : " + state
	},
	PersonalData: "Données personnelles",
	ByPhone:      "Par téléphone :",
	Site:         func(org string) string { return "Site " + org },

	GivenUp:         "Les étapes commencées sont effacées. Il n’en reste rien sur cet appareil.",
	SignedOut:       "Déconnexion réussie. Vous pouvez fermer cette page.",
	SessionEnded:    "Votre session a pris fin, pour protéger vos données. Connectez-vous à nouveau pour continuer.",
	PasswordChanged: "Votre mot de passe est changé. Connectez-vous avec le nouveau.",
	PasswordCreated: "Votre mot de passe est créé. Connectez-vous avec lui.",
	PasskeyAdded:    "La clé d’accès est ajoutée. La prochaine fois, votre doigt ou votre visage suffit.",
	PasskeyRemoved:  "La clé d’accès est supprimée. Elle n’ouvre plus votre compte.",
	PasskeyRenamed:  "Le nouveau nom est enregistré.",
	DeviceOut:       "L’appareil est déconnecté.",
	PasswordRenewed: "Votre mot de passe est changé. Vos autres appareils sont déconnectés.",
	PasswordChosen:  "Votre mot de passe est créé. La prochaine fois, saisissez-le avec votre numéro.",
	EmailChanged:    "Votre adresse mail est changée. L’ancienne reçoit une alerte.",
	PhoneChanged:    "Votre numéro de mobile est changé. L’ancien reçoit une alerte.",
	Unlinked:        "Le lien avec votre compte est supprimé. Les autres appareils connectés par ce moyen sont déconnectés.",
	Linked:          "Votre compte est relié. La prochaine fois, le bouton FranceConnect suffit.",
	Disowned:        "Votre compte est protégé. Tous les appareils sont déconnectés et l’ancien mot de passe ne marche plus.",
	ProofAsked:      "Pour continuer, montrez encore une fois que c’est vous.",
	CodeGivenFirst:  "Le code est bon. Saisissez maintenant votre numéro et votre mot de passe.",
	OthersOut:       "Tous les autres appareils sont déconnectés.",

	OtherCode:         "Depuis, un autre code a été demandé dans ce navigateur : cette page est la sienne. Le code de l’autre page n’a pas été essayé.",
	ProviderCancelled: "La connexion s’est arrêtée avant la fin : recommencez, ou choisissez l’autre moyen.",

	NoNetworkTitle: "La connexion à internet est coupée",
	NoNetwork:      "Rien n’est perdu : ce que vous avez saisi est gardé. Vérifiez le réseau, puis cliquez à nouveau sur le bouton.",
	NoAnswerTitle:  "Le service ne répond pas pour le moment",
	NoAnswer:       "Rien n’est perdu : ce que vous avez saisi est gardé. Attendez quelques instants, puis cliquez à nouveau sur le bouton.",
	NoCookiesTitle: "Votre navigateur refuse les cookies",
	NoCookies: "Il en faut un pour vous reconnaître d’une page à l’autre, et aucun ne sert à vous suivre. Dans les réglages du navigateur, " +
		"autorisez les cookies pour ce site, puis cliquez à nouveau sur le bouton.",
	NotSignedOutTitle: "La déconnexion n’a pas encore réussi",
	NotSignedOut: func(idle string) string {
		return "Le réseau ou le service ne répond pas. Attendez quelques instants, puis cliquez à nouveau sur « Déconnexion ». " +
			"Sinon, votre session prendra fin toute seule après " + idle + " sans activité. " +
			"Si d’autres personnes utilisent cet appareil, fermez aussi toutes les fenêtres du navigateur."
	},
}
