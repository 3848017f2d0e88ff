package words

import "strconv"

var frenchIdentifier = Identifier{
	Label: "Numéro de sécurité sociale",
	Hint: func(need int) string {
		return "Les " + strconv.Itoa(need) + nbsp + "premiers chiffres, ou votre identifiant provisoire."
	},

	Empty: func(need int) string {
		return "Saisissez votre numéro de sécurité sociale (" + count(need, "chiffre", "chiffres") + ") ou votre identifiant provisoire."
	},
	Missing: func(n, need int) string {
		return "Il manque " + count(n, "chiffre", "chiffres") + " : il en faut" + nbsp + strconv.Itoa(need) + "."
	},
	Surplus: func(n, need int) string {
		return "Il y a " + count(n, "chiffre", "chiffres") + " de trop : saisissez seulement les " + strconv.Itoa(need) + nbsp + "premiers."
	},
	TooLong: func(need int) string {
		return "Votre saisie est trop longue : saisissez seulement les " + strconv.Itoa(need) + nbsp + "premiers chiffres de votre numéro."
	},
	LetterForDigit: func(place int, letter, digit rune) string {
		return "La " + frenchPlace(place) + nbsp + "place contient la lettre" + nbsp + string(letter) + " : remplacez-la par le chiffre" + nbsp + string(digit) + "."
	},
	NotADigit: func(character rune, place int) string {
		return "« " + string(character) + " » (" + frenchPlace(place) + nbsp + "place) n’est pas un chiffre. " +
			"Un numéro de sécurité sociale ne contient que des chiffres, sauf 2A ou 2B pour la Corse."
	},
	InvisibleSign: "Un signe de votre saisie n’est pas un chiffre. Effacez le numéro, puis saisissez-le à nouveau.",
	Corsica: func(letter rune, place int) string {
		return "La lettre " + string(letter) + " ne peut pas être à la " + frenchPlace(place) + nbsp + "place. " +
			"Pour une naissance en Corse, 2A ou 2B se trouve aux 6e et 7e places. Partout ailleurs, saisissez des chiffres."
	},
	FirstDigit: "Le premier chiffre ne peut être ni 0 ni 9. Le plus souvent, c’est 1 ou 2. Vérifiez-le sur votre carte Vitale.",
	Month:      "Les 4e et 5e chiffres donnent le mois de naissance, de 01 à 12. Vérifiez-les sur votre carte Vitale.",
	Department: "Les 6e et 7e chiffres donnent le lieu de naissance et ne peuvent pas être 00. Vérifiez-les sur votre carte Vitale.",
	Order:      "Les 3 derniers chiffres, avant la clé, ne peuvent pas être 000. Vérifiez-les sur votre carte Vitale.",
	Key: func(need int) string {
		return "Les 2 derniers chiffres (la clé) ne vont pas avec les " + strconv.Itoa(need) + nbsp + "premiers. Comparez chaque chiffre avec votre carte Vitale."
	},
	CaseNumber: func(need int) string {
		return "Ce numéro ressemble à votre numéro de dossier (7 chiffres). Saisissez plutôt les " + strconv.Itoa(need) + nbsp +
			"premiers chiffres de votre numéro de sécurité sociale."
	},
	TaxNumber: "Ce numéro ressemble à votre numéro fiscal, celui des impôts. Saisissez plutôt le numéro écrit sur votre carte Vitale.",
	ProvisionalBegin: func(letter, digit rune) string {
		return "Votre saisie commence par la lettre" + nbsp + string(letter) + ". Pour un numéro de sécurité sociale, remplacez-la par le chiffre" + nbsp + string(digit) + "."
	},
	ProvisionalSign: func(character rune) string {
		return "« " + string(character) + " » ne peut pas se trouver dans un identifiant provisoire. Saisissez seulement ses lettres et ses chiffres, sans accent."
	},
	Provisional: "Cet identifiant provisoire n’est pas complet ou contient une erreur. Recopiez-le exactement comme il est écrit dans votre courrier.",
	Unforeseen:  "Vérifiez votre numéro de sécurité sociale ou votre identifiant provisoire.",

	PerhapsTaxNumber: "Ce numéro ressemble à un numéro fiscal, celui des impôts. Est-ce bien celui de votre carte Vitale ?",
	PerhapsNumber: func(letter, digit rune) string {
		return "Votre saisie commence par la lettre" + nbsp + string(letter) + ". Si c’est un numéro de sécurité sociale, saisissez le chiffre" + nbsp + string(digit) + "."
	},
}

// frenchPlace is the ordinal that goes with « place »: "1re", "4e".
func frenchPlace(n int) string {
	if n == 1 {
		return "1re"
	}
	return strconv.Itoa(n) + "e"
}
