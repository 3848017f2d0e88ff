package components

// channelChoice is one way of receiving the code.
type channelChoice struct {
	Channel     Channel
	Label, Hint string
}

// The risk of SMS is said before the choice (ASVS 5.0 V6.6.1).
var channelChoices = []channelChoice{
	{SMS, "Par SMS", "Un peu moins sûr que le mail : quelqu’un qui s’empare de votre numéro de téléphone pourrait lire le code."},
	{Email, "Par mail", ""},
}

// id names the input; that of the whole group is the name of the field.
func (c channelChoice) id() string     { return fieldChannel + "-" + c.Channel.value() }
func (c channelChoice) hintID() string { return c.id() + "-aide" }

func (v RecoveryStartView) title() string {
	if v.Linking {
		return "Montrer que le compte est à vous"
	}
	if v.First {
		return "Première connexion"
	}
	return "Mot de passe oublié"
}

func (v RecoveryStartView) lead() string {
	if v.Linking {
		return "Nous vous envoyons un code à 6 chiffres. Quand vous l’aurez saisi, FranceConnect suffira pour vous connecter."
	}
	if v.First {
		return "Créez votre mot de passe. Nous vous envoyons d’abord un code à 6 chiffres, pour vérifier que c’est bien vous."
	}
	return "Vous allez créer un nouveau mot de passe. Nous vous envoyons d’abord un code à 6 chiffres, pour vérifier que c’est bien vous."
}

func (v RecoveryStartView) identifierField() FieldView {
	// The same field as at sign-in, where its words are kept.
	return LoginView{
		Identifier: v.Identifier, Report: v.Report, Submitted: v.Submitted, ProvisionalPattern: v.ProvisionalPattern,
	}.identifierField()
}

func (v RecoveryStartView) channelField() FieldView {
	f := FieldView{Name: fieldChannel, Label: "Comment voulez-vous recevoir le code ?"}
	if v.ChannelMissing {
		f.Error = "Choisissez comment recevoir le code : par SMS ou par mail."
	}
	return f
}

func (v RecoveryStartView) fields() []FieldView {
	return []FieldView{v.identifierField(), v.channelField()}
}

func (v RecoveryStartView) summary() SummaryView {
	switch {
	case v.Wait > 0:
		return v.waitSummary(v.Wait, "l’envoi de codes est")
	case v.Busy:
		return busySummary(v.button().Text)
	}
	return SummaryView{Errors: fieldErrors(v.fields()...)}
}

func (v RecoveryStartView) button() ButtonView {
	return ButtonView{Text: "Recevoir le code", Busy: "Un instant…"}
}

func (v RecoveryStartView) frame() frameView {
	return v.Page.frame(v.title()).failed(v.summary().shown()).about(v.lead())
}

func (v RecoveryStartView) refusal() refusal {
	return refusal{v.frame(), v.summary(), v.fields()}
}
