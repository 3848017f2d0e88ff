package components

// over reports that this code can no longer be used: the page leads to a new one.
func (v RecoveryCodeView) over() bool {
	return v.Submitted && (v.Problem == CodeExpired || v.Problem == CodeUsedUp)
}

func (v RecoveryCodeView) title() string {
	if v.over() {
		return "Ce code ne marche plus"
	}
	return "Saisissez le code reçu"
}

// lead says what may have been sent. The other channel is named to everybody,
// so that it tells nothing of what is on file.
func (v RecoveryCodeView) lead() string {
	begin := "Si un compte existe avec cet identifiant, un code à 6 chiffres vient de partir "
	switch v.Channel {
	case SMS:
		return begin + "par SMS. Il arrive par mail si nous avons seulement votre adresse mail."
	case Email:
		return begin + "par mail. Il arrive par SMS si nous avons seulement votre numéro de mobile."
	}
	return begin + "par SMS ou par mail."
}

func (v RecoveryCodeView) codeField() FieldView {
	f := FieldView{
		Name:         fieldCode,
		Label:        "Code à 6 chiffres",
		Hint:         "Les espaces et les tirets ne gênent pas.",
		Autocomplete: "one-time-code",
		Class:        "digits code",
	}
	if v.Submitted && !v.over() && v.Wait <= 0 && !v.Busy {
		f.Error = CodeSentence(v.Problem, v.Left)
		if v.Problem == CodeWrong {
			f.Help = helpCode
		}
	}
	return f
}

func (v RecoveryCodeView) summary() SummaryView {
	switch {
	case v.Wait > 0:
		return v.waitSummary(v.Wait, "la vérification des codes est")
	case v.Busy:
		return busySummary(v.button().Text)
	case v.over():
		return SummaryView{
			Title: "Il vous faut un nouveau code",
			Text:  CodeSentence(v.Problem, 0),
			Ways:  []Link{v.again(), helpCode},
		}
	}
	return SummaryView{Errors: fieldErrors(v.codeField())}
}

func (v RecoveryCodeView) again() Link {
	return Link{HRef: v.start(), Text: "Demander un nouveau code"}
}

func (v RecoveryCodeView) button() ButtonView {
	return ButtonView{Text: "Continuer", Busy: "Vérification…"}
}

// sentAgain is as uncertain as the lead, for the same reason.
func (v RecoveryCodeView) sentAgain() AlertView {
	return AlertView{
		Tone: toneSuccess,
		Text: "C’est noté. Si un compte existe avec cet identifiant, le même code part dans un nouveau message.",
	}
}

func (v RecoveryCodeView) frame() frameView {
	return v.Page.frame(v.title()).failed(v.summary().shown())
}

func (v RecoveryCodeView) refusal() refusal {
	return refusal{v.frame(), v.summary(), []FieldView{v.codeField()}}
}
