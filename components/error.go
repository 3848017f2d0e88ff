package components

import "time"

// ErrorView is a page for a request that could not be answered.
// An unknown Status reads like 500.
type ErrorView struct {
	Page
	Status    int
	RequestID string        // to quote on the phone; empty = left out
	Wait      time.Duration // 429, 503: when to try again; zero = not known
}

type errorWords struct {
	title, what, next string
	way               Link
}

var home = Link{HRef: linkHome, Text: "Aller à l’accueil"}

var errorTable = map[int]errorWords{
	400: {"La demande n’est pas complète", "Une partie de la demande s’est perdue en route.",
		"Revenez à la page précédente et recommencez.", home},
	403: {"La demande vient d’un autre site", "Pour protéger votre compte, seules les demandes faites depuis nos pages sont acceptées.",
		"Ouvrez notre page de connexion, puis recommencez.", Link{HRef: linkLogin, Text: "Aller à la page de connexion"}},
	404: {"Cette page n’existe pas", "L’adresse a peut-être changé, ou une lettre manque.",
		"Vérifiez l’adresse, ou repartez de l’accueil.", home},
	405: {"Cette page s’ouvre autrement", "L’adresse existe, mais pas pour cette action.",
		"Repartez de l’accueil et suivez les boutons.", home},
	413: {"La demande est trop longue", "Le texte envoyé dépasse ce que le service peut lire.",
		"Revenez à la page précédente et saisissez un texte plus court.", home},
	422: {"Il y a un point à corriger", "Une information manque ou n’a pas la forme attendue.",
		"Revenez à la page précédente et vérifiez votre saisie.", home},
	429: {"Trop de demandes pour le moment", "Pour protéger les comptes, le service fait une pause avec cet appareil ou ce réseau.",
		"Vous pourrez réessayer", home},
	500: {"Le service a rencontré un problème", "Ce problème vient de nous. Il est enregistré, pour que nous puissions le corriger.",
		"Réessayez dans quelques minutes. Si cela continue, contactez-nous.", home},
	503: {"Le service est très demandé", "Beaucoup de personnes l’utilisent en ce moment, ou une intervention est en cours.",
		"Vous pourrez réessayer", home},
}

func (v ErrorView) words() errorWords {
	w, known := errorTable[v.Status]
	if !known {
		w = errorTable[500]
	}
	if v.Status == 429 || v.Status == 503 {
		if v.Wait > 0 {
			w.next += " " + In(v.Wait) + "."
		} else {
			w.next += " dans quelques instants."
		}
	}
	return w
}

// help is the page of the help for the error, or the whole of it.
func (v ErrorView) help() Link {
	switch v.Status {
	case 429:
		return helpTooMany
	case 500, 503:
		return helpTrouble
	}
	return Link{linkHelp, "Consulter l’aide"}
}

func (v ErrorView) summary() SummaryView {
	w := v.words()
	s := SummaryView{Title: w.title, Text: w.what + " " + w.next}
	s.Ways = []Link{v.help()}
	if v.RequestID != "" {
		s.Text += " Référence : " + v.RequestID + "."
	}
	return s
}
