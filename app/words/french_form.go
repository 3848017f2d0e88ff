package words

var frenchForm = Form{
	Error:        "Erreur :",
	Typed:        "Vous avez saisi :",
	Show:         "Afficher",
	ThePassword:  "le mot de passe",
	Unchanged:    "Rien n’a été changé",
	OneProblem:   "Il y a un point à corriger",
	SomeProblems: "Il y a des points à corriger",
	CrowdTitle:   "Beaucoup de personnes utilisent le service en ce moment",
	Crowd: func(button string) string {
		return "Votre demande n’est pas passée. Attendez quelques secondes, puis cliquez à nouveau sur « " + endTogether(button) + " »."
	},
}
