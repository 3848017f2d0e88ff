package gallery

import "moncompte/components"

// parts are the small components that pages are made of.
func parts(p components.Page) []Story {
	part := func(name string, s Story) Story {
		s.Group, s.Name, s.Fragment = "Éléments", name, true
		return s
	}
	field := components.FieldView{Words: p.Words, Name: "numero", Label: "Numéro de dossier", Autocomplete: "off"}
	hinted, wrong, doubtful := field, field, field
	hinted.Hint = "Les 7 chiffres en haut de vos courriers."
	wrong.Hint, wrong.Value = hinted.Hint, "123"
	wrong.Error, wrong.Echo = "Il manque 4 chiffres : il en faut 7.", "123"
	doubtful.Note = "Est-ce bien le numéro de vos courriers ?"
	secret := components.FieldView{Words: p.Words, Name: "secret", Label: "Mot de passe", Autocomplete: "current-password"}
	noSecret := secret
	noSecret.Error = "Saisissez votre mot de passe."
	three := components.SummaryView{Words: p.Words, Errors: []components.FieldError{
		{Field: "messages", Text: "Saisissez votre nom."},
		{Field: "messages", Text: "Saisissez votre date de naissance, par exemple 31\u00a003\u00a01985."},
		{Field: "messages", Text: "Choisissez comment recevoir le code : par SMS ou par mail."},
	}}
	return []Story{
		part("Champ", Story{Component: components.Field(field)}),
		part("Champ avec aide", Story{Component: components.Field(hinted)}),
		part("Champ avec erreur", Story{Component: components.Field(wrong)}),
		part("Champ avec doute", Story{Component: components.Field(doubtful)}),
		part("Mot de passe", Story{Component: components.PasswordField(secret)}),
		part("Mot de passe avec erreur", Story{Component: components.PasswordField(noSecret)}),
		part("Bouton", Story{Component: components.Button(components.ButtonView{Text: "Continuer", Busy: "Un instant…"})}),
		part("Bouton secondaire", Story{Component: components.Button(components.ButtonView{Text: "Annuler", Secondary: true})}),
		part("Déconnexion", Story{Component: components.SignOut(p.Words.Frame())}),
		part("Message simple", Story{Component: components.Alert(components.AlertView{Text: "Le service sera fermé dimanche de 2\u00a0h à 4\u00a0h."})}),
		part("Message de réussite", Story{Component: components.Alert(components.AlertView{Tone: "success", Text: "C’est enregistré."})}),
		part("Message d’attention", Story{Component: components.Alert(components.AlertView{Tone: "notice", Text: "Il vous reste 2 minutes."})}),
		part("Message d’erreur", Story{Component: components.Alert(components.AlertView{Tone: "error", Text: "L’envoi n’a pas abouti."})}),
		part("Résumé de trois erreurs", Story{Component: components.ErrorSummary(three)}),
		part("Résumé vide", Story{Component: components.ErrorSummary(components.SummaryView{})}),
	}
}
