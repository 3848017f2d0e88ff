package components

import (
	"strconv"
	"strings"

	"moncompte/app/password"
)

// PasswordRule is one rule for a new password, and whether what was typed meets it.
type PasswordRule struct {
	Rule password.Rule
	Met  bool
	Item password.Item // what an unmet Personal found
	Open bool          // neither ticked nor called a fault: the browser does not know, or it is early
}

// PasswordRules lists the rules that a person is told, in the order of display.
// With before nothing was typed yet, the report is not read and no rule is met.
// TooLong stands there only when it is not met, and Entropy only when it is the
// one thing that length, letter and digit leave to be desired: with these three
// met the CNIL's 50 bits are reached, so that a line for it would be there to be read only.
func PasswordRules(report password.Report, before bool) []PasswordRule {
	var rules []PasswordRule
	for _, rule := range []password.Rule{
		password.Length, password.TooLong, password.Letter, password.Digit,
		password.Common, password.Personal, password.Entropy,
	} {
		met := !before && report.Met(rule)
		switch rule {
		case password.TooLong:
			if before || met {
				continue
			}
		case password.Entropy:
			if before || met || !report.Met(password.Length) || !report.Met(password.Letter) || !report.Met(password.Digit) {
				continue
			}
		}
		r := PasswordRule{Rule: rule, Met: met}
		if rule == password.Personal && !before {
			r.Item = report.Which
		}
		rules = append(rules, r)
	}
	return rules
}

// words is the rule as a line of the list.
func (r PasswordRule) words() string {
	switch r.Rule {
	case password.Length:
		return "Au moins " + strconv.Itoa(password.MinLength) + nbsp + "caractères"
	case password.TooLong:
		return "Pas plus de " + strconv.Itoa(password.MaxLength) + nbsp + "caractères"
	case password.Letter:
		return "Au moins une lettre"
	case password.Digit:
		return "Au moins un chiffre"
	case password.Common:
		return "Rien de trop connu, comme « motdepasse » ou une suite de touches"
	case password.Personal:
		return "Ni votre nom, ni votre date de naissance, ni votre numéro"
	}
	return "Des caractères assez variés"
}

// sentence says what to do about the rule, empty when it is met.
func (r PasswordRule) sentence() string {
	if r.Met {
		return ""
	}
	switch r.Rule {
	case password.Length:
		return "Il faut au moins " + strconv.Itoa(password.MinLength) + nbsp + "caractères : ajoutez un mot ou deux."
	case password.TooLong:
		return "C’est trop long : " + strconv.Itoa(password.MaxLength) + nbsp + "caractères au plus."
	case password.Letter:
		return "Ajoutez au moins une lettre."
	case password.Digit:
		return "Ajoutez au moins un chiffre."
	case password.Common:
		return "Ce mot de passe est trop facile à deviner. Choisissez trois ou quatre mots qui n’ont pas de lien entre eux."
	case password.Personal:
		return personalSentence(r.Item)
	}
	return "Les caractères se ressemblent trop : ajoutez des mots différents."
}

func personalSentence(found password.Item) string {
	switch found {
	case password.IdentifierItem:
		return "Votre mot de passe contient une partie de votre numéro. Remplacez-la par autre chose."
	case password.BirthDateItem:
		return "Votre mot de passe contient votre date de naissance. Remplacez-la par autre chose."
	case password.NameItem:
		return "Votre mot de passe contient votre nom ou votre prénom. Remplacez-le par un autre mot."
	}
	return "Votre mot de passe contient une information sur vous. Remplacez-la par autre chose."
}

// passwordSentence says what to do, one short sentence a rule that is not met, empty when all are.
// What is too short is easy to guess for that alone: to say so too would only make more to read.
func passwordSentence(rules []PasswordRule) string {
	short := false
	var sentences []string
	for _, r := range rules {
		short = short || r.Rule == password.Length && !r.Met
		if s := r.sentence(); s != "" && !(short && r.Rule == password.Common) {
			sentences = append(sentences, s)
		}
	}
	return strings.Join(sentences, " ")
}
