package words

var frenchPasskeys = Passkeys{
	Or:         "ou",
	SignIn:     "Se connecter avec le doigt ou le visage",
	SignInHint: "Si vous avez enregistré une clé d’accès sur cet appareil.",
	Cancelled: "Aucune clé d’accès n’a servi. Vous pouvez toujours vous connecter avec votre numéro et votre mot de passe, " +
		"ou choisir « Mot de passe oublié ? ».",
	SignInFailed: "Cette clé d’accès n’a pas pu vous connecter. Réessayez, ou connectez-vous avec votre numéro et votre mot de passe.",
	Unknown: "Cette clé d’accès n’ouvre plus aucun compte. Connectez-vous avec votre numéro et votre mot de passe, " +
		"ou choisissez « Mot de passe oublié ? ».",

	Title:   "Mes clés d’accès",
	Heading: "Mes clés d’accès",
	What: "Avec une clé d’accès, votre doigt, votre visage ou le code de votre appareil suffit. " +
		"Vous n’avez ni mot de passe à retenir, ni code à recopier.",
	Safe:       "Votre empreinte et votre visage restent dans votre appareil. Ils ne nous sont jamais envoyés.",
	Added:      func(moment string) string { return "Ajoutée " + moment },
	Used:       func(moment string) string { return "Utilisée pour la dernière fois " + moment },
	NeverUsed:  "Jamais utilisée",
	Replaced:   "Elle a sans doute été remplacée par une clé plus récente du même appareil. Vous pouvez la supprimer.",
	Name:       "Nom de la clé d’accès",
	Rename:     "Renommer",
	Remove:     "Supprimer",
	RemoveOf:   func(name string) string { return "Supprimer « " + name + " »" },
	RenameOf:   func(name string) string { return "Renommer « " + name + " »" },
	Unnamed:    "Clé d’accès sans nom",
	AddHeading: "Ajouter une clé d’accès",
	AddHint:    "Faites-le seulement sur un appareil qui est à vous.",
	Add:        "Ajouter une clé d’accès sur cet appareil",
	NoSupport:  "Ce navigateur ne permet pas d’ajouter une clé d’accès. Essayez depuis votre téléphone, ou avec un navigateur plus récent.",
	Many: func(most int) string {
		return "Vous avez déjà " + count(most, "clé d’accès.", "clés d’accès.") + " Supprimez celles qui ne servent plus."
	},
	AddCancelled: "Aucune clé d’accès n’a été ajoutée. Vous pouvez réessayer quand vous voulez.",
	AddedAlready: "Cet appareil a déjà une clé d’accès pour votre compte.",
	AddFailed:    "La clé d’accès n’a pas pu être ajoutée. Réessayez.",
	LastWay:      "Cette clé d’accès est votre seul moyen de vous connecter. Faites d’abord ajouter un mobile ou une adresse mail à votre dossier.",
	Gone:         "Cette clé d’accès était déjà supprimée.",
	NameMissing:  "Saisissez un nom, par exemple « Mon téléphone ».",

	ProofHeading: "Confirmez que c’est bien vous",
	ProofHint: func(duration string) string {
		return "Votre connexion date de plus de " + duration + ". Saisissez votre mot de passe pour ajouter ou supprimer une clé d’accès."
	},
	Confirm: "Confirmer",

	Manage:     "Gérer mes clés d’accès",
	ManageHint: "Pour se connecter avec le doigt, le visage ou le code de l’appareil.",
	Count: func(n int) string {
		if n == 0 {
			return "Vous n’avez pas encore de clé d’accès."
		}
		return "Vous avez " + count(n, "clé d’accès.", "clés d’accès.")
	},

	OfferHeading: "La prochaine fois, votre doigt ou votre visage suffit",
	OfferText: "Enregistrez une clé d’accès sur cet appareil : vous vous connecterez sans mot de passe et sans code. " +
		"Faites-le seulement si cet appareil est à vous.",
	OfferYes:   "Enregistrer une clé d’accès",
	OfferLater: "Plus tard",
}
