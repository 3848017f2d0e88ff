package components

// CodeProblem is what is wrong with a code. The zero value is nothing.
type CodeProblem uint8

// The problems. After CodeExpired and CodeUsedUp only a new code helps.
const (
	CodeOK CodeProblem = iota
	CodeEmpty
	CodeShort
	CodeLong
	CodeNotDigits
	CodeWrong
	CodeExpired // its 10 minutes are over (ASVS 5.0 V6.5.5)
	CodeUsedUp  // its 5 tries are used
)

// CodeSentence says what to correct in the code and how, empty for CodeOK.
// left is how many tries remain after a wrong one; zero and less are not said.
func CodeSentence(p CodeProblem, left int) string {
	switch p {
	case CodeOK:
		return ""
	case CodeEmpty:
		return "Saisissez le code à 6 chiffres que vous avez reçu."
	case CodeShort:
		return "Il manque au moins un chiffre : le code en a 6."
	case CodeLong:
		return "Il y a des chiffres en trop : le code en a 6."
	case CodeNotDigits:
		return "Le code ne contient que des chiffres. Recopiez seulement les 6 chiffres du message."
	case CodeWrong:
		return "Ce n’est pas le bon code. Comparez les 6 chiffres avec ceux du message le plus récent." + triesLeft(left)
	case CodeExpired:
		return "Les 10 minutes sont passées : ce code ne marche plus. Demandez-en un nouveau."
	case CodeUsedUp:
		return "Il y a eu trop d’essais : pour vous protéger, ce code ne marche plus. Demandez-en un nouveau."
	}
	return "Vérifiez le code à 6 chiffres que vous avez reçu."
}

func triesLeft(n int) string {
	if n < 1 {
		return ""
	}
	return " Il vous reste " + count(n, "essai", "essais") + "."
}
