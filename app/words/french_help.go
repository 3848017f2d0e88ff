package words

import "strings"

// frenchWhole writes names with a space that does not break.
func frenchWhole(text string) string {
	return strings.NewReplacer("Mon Compte", "Mon"+nbsp+"Compte", "La Poste", "La"+nbsp+"Poste").Replace(text)
}

var frenchHelp = Help{
	Title:       "Aide",
	About:       "Les réponses aux questions sur la connexion à Mon Compte : numéro, mot de passe, code reçu, déconnexion.",
	Address:     func(address string) string { return "Adresse de cette page : " + address },
	Next:        "À lire aussi",
	Share:       "Partager cette page",
	Listen:      "Écouter cette page",
	ListenPause: "Pause",
	ListenStop:  "Arrêter",

	SearchTitle: "Chercher dans l’aide",
	SearchLabel: "Chercher une réponse",
	Search:      "Chercher",
	Private: Span{"Un numéro, un code ou une adresse mail : je le saisis seulement sur la ", "page de connexion",
		". Ici, je saisis des mots, par exemple : « carte Vitale »."},
	PrivateHint: "Je ne saisis pas de numéro ici.",
	NoResult:    "Aucune réponse.",
	Results:     func(n int) string { return count(n, "réponse", "réponses") + "." },
	TryHeading:  "Je peux :",
	Try:         "saisir un ou deux mots simples, par exemple : « code », « bloqué », « carte Vitale » ;",
	TryAll:      Span{"regarder ", "toutes les questions", "."},
	Jumps:       "Sujets",
	Call:        "Appeler un conseiller",
	CallPhone:   "Je ne trouve pas ? J’appelle un conseiller :",
	CallAsk:     "Je ne trouve pas ? Je demande à un conseiller.",

	Org:         "mon organisme",
	OrgFirst:    "Mon organisme",
	ContactAsk:  "Je demande à un conseiller :",
	ContactCall: "J’appelle un conseiller :",
	OwnSite:     "le site de mon organisme",
	Site:        "le site",
	NotMeasured: Span{"", "non conforme", ", car un audit complet n’a pas encore montré mieux"},
}

var frenchOffline = Offline{
	Title:        "Pas de connexion à internet",
	Lead:         "Cette page ne peut pas s’ouvrir pour le moment.",
	Do:           "Vérifiez le réseau de votre appareil, puis réessayez.",
	Retry:        "Réessayer",
	WorksHeading: "Ce qui marche sans internet",
	ReadHelp:     "Lire l’aide",
	SearchHelp:   "Chercher dans l’aide",
	NotKept:      "Pour protéger vos données, les pages de Mon Compte ne sont pas gardées sur cet appareil.",
}

var frenchFailures = Failures{
	BadRequest: Failure{"La demande n’est pas complète", "Une partie de la demande s’est perdue en route.",
		"Revenez à la page précédente et recommencez."},
	Forbidden: Failure{"La demande vient d’un autre site", "Pour protéger votre compte, seules les demandes faites depuis nos pages sont acceptées.",
		"Ouvrez notre page de connexion, puis recommencez."},
	NotFound: Failure{"Cette page n’existe pas", "L’adresse a peut-être changé, ou une lettre manque.",
		"Vérifiez l’adresse, ou repartez de l’accueil."},
	NotAllowed: Failure{"Cette adresse ne s’ouvre pas directement", "Elle sert seulement à un bouton de nos pages.",
		"Repartez de l’accueil et suivez les boutons."},
	TooLarge: Failure{"La demande est trop longue", "Le texte envoyé dépasse ce que le service peut lire.",
		"Revenez à la page précédente et saisissez un texte plus court."},
	Unprocessable: Failure{"Il y a un point à corriger", "Une information manque ou n’a pas la forme attendue.",
		"Revenez à la page précédente et vérifiez votre saisie."},
	TooMany: Pause{"Trop de demandes pour le moment", "Pour protéger les comptes, le service fait une pause avec cet appareil ou ce réseau."},
	Internal: Failure{"Le service a rencontré un problème", "Ce problème vient de nous. Il est enregistré, pour que nous puissions le corriger.",
		"Réessayez dans quelques minutes. Si cela continue, contactez-nous."},
	Unavailable: Pause{"Le service est très demandé", "Beaucoup de personnes l’utilisent en ce moment, ou une intervention est en cours."},

	Retry:     func(in string) string { return "Vous pourrez réessayer " + in + "." },
	Soon:      "dans quelques instants",
	Reference: "Référence à donner si vous nous appelez :",
	Quote:     func(reference string) string { return "Référence : " + reference + "." },
}
