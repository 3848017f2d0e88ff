package words

var frenchWays = Ways{
	Home:     "Aller à l’accueil",
	Again:    "Réessayer",
	SignIn:   "Aller à la page de connexion",
	CallUs:   "Nous appeler :",
	Call:     func(phone string) string { return "Appeler le " + phone },
	AllHelp:  "Toute l’aide",
	ReadHelp: "Consulter l’aide",

	Number:      "Où trouver mon numéro ?",
	OtherNumber: "Quel numéro est le bon ?",
	Corsica:     "Naissance en Corse : que saisir ?",
	Provisional: "Identifiant provisoire : que saisir ?",
	Refused:     "La connexion est refusée : que vérifier ?",
	TooMany:     "Trop d’essais : que faire ?",
	Trouble:     "Le site ne répond pas : que faire ?",
	CodeRefused: "Mon code est refusé : que faire ?",
	NoCode:      "Je ne reçois pas le code : que faire ?",
	Password:    "Mot de passe refusé : que changer ?",
	Link:        "FranceConnect ne marche pas : que faire ?",
	Ended:       "Pourquoi ?",

	Forgotten:   "Mot de passe oublié ?",
	FirstTime:   "Première connexion ?",
	NewPassword: "Créer un nouveau mot de passe",
}
