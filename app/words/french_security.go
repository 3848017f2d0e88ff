package words

var frenchSecurity = Security{
	CurrentPassword: "Mot de passe actuel",
	CurrentMissing:  "Saisissez votre mot de passe actuel.",
	WrongPassword:   "Ce n’est pas le bon mot de passe. Vérifiez-le et réessayez.",
	ProofAgain:      "Pour continuer, déconnectez-vous, reconnectez-vous, puis revenez sur cette page : nous vérifions ainsi que c’est bien vous.",
	CodeNeeded:      "Pour vérifier que c’est bien vous, nous vous envoyons un code.",
	GetCode:         "Recevoir un code",
	CodeInstead:     "Je ne connais pas mon mot de passe : recevoir un code",

	Confirm:     "Confirmez que c’est bien vous",
	ConfirmLead: "Recevez un code et saisissez-le. Vous revenez ensuite à la page où vous étiez.",
	NoCode:      "Nous ne pouvons pas vous envoyer de code : votre dossier n’a ni numéro de mobile ni adresse mail.",
	ProofHint:   "Pour vérifier que c’est bien vous, saisissez votre mot de passe.",

	ChoosePassword:   "Choisir un mot de passe",
	NoPasswordNoCode: "Vous n’avez pas encore de mot de passe. Pour en choisir un, il faut un code, mais votre dossier n’a ni numéro de mobile ni adresse mail.",
	NoPassword:       "Vous n’avez pas encore de mot de passe. Recevez un code pour en choisir un.",
	Renew:            "Votre mot de passe était le bon, mais il est trop facile à deviner. Pour protéger votre compte, choisissez-en un autre : vous continuerez aussitôt après.",
	AfterChange:      "Vos autres appareils seront déconnectés. Celui-ci reste connecté.",
	CodeBySMS:        "Recevoir un code par SMS",
	CodeByEmail:      "Recevoir un code par mail",

	Disown:         "Ce n’était pas vous ?",
	DisownOver:     "Ce lien ne marche plus",
	DisownOverText: "Il a déjà servi, ou il est trop ancien. Vous pouvez quand même protéger votre compte : choisissez un nouveau mot de passe.",
	DisownLead:     "Si quelqu’un d’autre est entré dans votre compte, arrêtez-le maintenant :",
	DisownDevices:  "tous les appareils sont déconnectés ;",
	DisownPassword: "le mot de passe actuel ne marche plus ;",
	DisownWays:     "les clés d’accès et le lien avec FranceConnect ajoutés ces derniers jours sont supprimés ;",
	DisownContacts: "si l’adresse mail ou le mobile ont changé depuis ce message, les anciens sont remis ;",
	DisownCode:     "vous recevez un code, pour choisir un nouveau mot de passe.",
	DisownButton:   "Ce n’était pas moi : protéger mon compte",
	DisownMe:       "C’était vous ? Fermez cette page : rien ne change.",
}
