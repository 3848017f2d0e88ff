package components

import (
	"strconv"
	"unicode"

	"moncompte/app/nir"
)

// The length of a social security number without its key (décret 82-103, article 4).
const nirLength = 13

// IdentifierSentence says what to correct in the identifier and how.
// It is empty when the report is OK. It repeats one character at most, never the number.
func IdentifierSentence(r nir.Report) string {
	if r.OK() {
		return ""
	}
	switch r.LooksLike {
	case nir.CaseNumber:
		return "Ce numéro ressemble à votre numéro de dossier (7 chiffres). Saisissez plutôt les 13 premiers chiffres de votre numéro de sécurité sociale."
	case nir.TaxNumber:
		return "Ce numéro ressemble à votre numéro fiscal, celui des impôts. Saisissez plutôt le numéro écrit sur votre carte Vitale."
	}
	switch r.Problem {
	case nir.Empty:
		return "Saisissez votre numéro de sécurité sociale (13 chiffres) ou votre identifiant provisoire."
	case nir.Missing:
		return missing(nirLength - r.Count)
	case nir.Surplus:
		return surplus(r.Count)
	case nir.Character:
		return character(r)
	case nir.Corsica:
		return "La lettre " + string(r.Character) + " ne peut pas être à la " + place(r.Position) + " place. Pour une naissance en Corse, 2A ou 2B se trouve aux 6e et 7e places. Partout ailleurs, saisissez des chiffres."
	case nir.FirstDigit:
		return "Le premier chiffre ne peut être ni 0 ni 9. Le plus souvent, c’est 1 ou 2. Vérifiez-le sur votre carte Vitale."
	case nir.Month:
		return "Les 4e et 5e chiffres donnent le mois de naissance, de 01 à 12. Vérifiez-les sur votre carte Vitale."
	case nir.Department:
		return "Les 6e et 7e chiffres donnent le lieu de naissance et ne peuvent pas être 00. Vérifiez-les sur votre carte Vitale."
	case nir.Order:
		return "Les 3 derniers chiffres, avant la clé, ne peuvent pas être 000. Vérifiez-les sur votre carte Vitale."
	case nir.WrongKey:
		return "Les 2 derniers chiffres (la clé) ne vont pas avec les 13 premiers. Comparez chaque chiffre avec votre carte Vitale."
	case nir.WrongProvisional:
		return provisional(r)
	}
	return "Vérifiez votre numéro de sécurité sociale ou votre identifiant provisoire."
}

// identifierNote is a doubt about an identifier that was not refused for its shape.
func identifierNote(r nir.Report) string {
	switch {
	case !r.OK():
		return ""
	case r.LooksLike == nir.TaxNumber:
		return "Ce numéro ressemble à un numéro fiscal, celui des impôts. Est-ce bien celui de votre carte Vitale ?"
	case r.Kind == nir.Provisional && r.LetterForDigit:
		return "Votre saisie commence par la lettre " + string(r.Character) + ". Si c’est un numéro de sécurité sociale, saisissez le chiffre 1."
	}
	return ""
}

func missing(n int) string {
	if n == 1 {
		return "Il manque 1 chiffre : il en faut 13."
	}
	return "Il manque " + strconv.Itoa(n) + " chiffres : il en faut 13."
}

func surplus(typed int) string {
	if typed == nirLength+1 {
		return "Il y a 1 chiffre de trop : saisissez seulement les 13 premiers."
	}
	if typed > 2*nirLength {
		return "Votre saisie est trop longue : saisissez seulement les 13 premiers chiffres de votre numéro."
	}
	return "Il y a " + strconv.Itoa(typed-nirLength) + " chiffres de trop : saisissez seulement les 13 premiers."
}

func character(r nir.Report) string {
	if r.LetterForDigit {
		return "La " + place(r.Position) + " place contient la lettre " + string(r.Character) + " : remplacez-la par le chiffre " + digitFor(r.Character) + "."
	}
	if !unicode.IsGraphic(r.Character) {
		return "Un signe de votre saisie n’est pas un chiffre. Effacez le numéro, puis saisissez-le à nouveau."
	}
	return "« " + string(r.Character) + " » (" + place(r.Position) + " place) n’est pas un chiffre. Un numéro de sécurité sociale ne contient que des chiffres, sauf 2A ou 2B pour la Corse."
}

func provisional(r nir.Report) string {
	switch {
	case r.LetterForDigit:
		return "Votre saisie commence par la lettre " + string(r.Character) + ". Pour un numéro de sécurité sociale, remplacez-la par le chiffre " + digitFor(r.Character) + "."
	case r.Character != 0 && unicode.IsGraphic(r.Character):
		return "« " + string(r.Character) + " » ne peut pas se trouver dans un identifiant provisoire. Saisissez seulement ses lettres et ses chiffres, sans accent."
	}
	return "Cet identifiant provisoire n’est pas complet ou contient une erreur. Recopiez-le exactement comme il est écrit dans votre courrier."
}

func digitFor(letter rune) string {
	if letter == 'O' {
		return "0"
	}
	return "1"
}

// place is the ordinal that goes with « place »: "1re", "4e".
func place(n int) string {
	if n == 1 {
		return "1re"
	}
	return strconv.Itoa(n) + "e"
}
