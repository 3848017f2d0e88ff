package words

var frenchWays = Ways{
	Home:     "Aller à l’accueil",
	SignIn:   "Aller à la page de connexion",
	CallUs:   "Nous appeler :",
	AllHelp:  "Toute l’aide",
	ReadHelp: "Consulter l’aide",

	Number:      "Où trouver mon numéro ?",
	OtherNumber: "Quel numéro est le bon ?",
	Corsica:     "Je suis né en Corse : que taper ?",
	Provisional: "Identifiant provisoire : que taper ?",
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
