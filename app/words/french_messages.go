package words

var frenchMessages = Messages{
	Title: "Messages envoyés",
	Lead:  "En mode démonstration, les SMS et les mails ne partent pas : ils sont ici, le plus récent en premier.",
	None:  "Aucun message pour le moment.",
	SMS:   func(to string) string { return "SMS pour " + to },
	Mail:  func(to string) string { return "Mail pour " + to },
}
