package words

var frenchShell = Shell{
	Name: "Application",

	Offline:     "Pas de connexion à internet pour le moment.",
	OfflineHelp: "Pas de connexion à internet pour le moment. L’aide reste lisible.",
	Back:        "Le réseau est revenu. Vous pouvez continuer.",
	Update:      "Une nouvelle version de Mon Compte est prête.",
	Install:     "Vous pouvez installer Mon Compte sur cet appareil. Il s’ouvre plus vite, et l’aide se lit sans réseau.",
	InstallHand: "Pour garder Mon Compte sur l’écran d’accueil : touchez « Partager » (un carré avec une flèche), ou d’abord le menu « … » s’il n’y est pas, puis « Sur l’écran d’accueil ».",

	UpdateNow:             "Mettre à jour",
	UpdateLater:           "Plus tard",
	InstallNow:            "Installer",
	InstallNever:          "Non merci",
	InstallHandUnderstood: "Compris",
}
