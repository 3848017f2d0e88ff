package words

var frenchSecurity = Security{
	CurrentPassword: "Mot de passe actuel",
	WrongPassword:   "Ce n’est pas le bon mot de passe. Vérifiez-le et réessayez.",
	ProofHint:       "Pour vérifier que c’est bien vous, saisissez votre mot de passe.",

	NoPassword:       "Vous n’avez pas encore de mot de passe. Recevez un code pour en choisir un.",
	AfterChange:      "Vos autres appareils seront déconnectés. Vous restez connecté(e) ici.",
	ForgottenHeading: "Vous ne connaissez plus votre mot de passe actuel ?",
	ForgottenText:    "Recevez un code, puis choisissez un nouveau mot de passe. Vous vous connecterez ensuite avec lui.",
	CodeBySMS:        "Recevoir un code par SMS",
	CodeByEmail:      "Recevoir un code par mail",
}
