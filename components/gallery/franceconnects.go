package gallery

import (
	"time"

	"moncompte/components"
)

// franceConnects are the pages between the portal and FranceConnect.
func franceConnects(p components.Page) []Story {
	const group = "FranceConnect"
	var all []Story
	back := at(p, "/franceconnect/retour")
	for _, row := range []struct {
		name    string
		problem components.FranceConnectProblem
		plus    bool
	}{
		{"À recommencer", components.FranceConnectExpired, false},
		{"Refusée par FranceConnect", components.FranceConnectRefused, false},
		{"En panne", components.FranceConnectUnavailable, false},
		{"En panne, FranceConnect plus", components.FranceConnectUnavailable, true},
		{"Compte fermé", components.FranceConnectClosed, false},
		{"Réponse incroyable", components.FranceConnectFailed, false},
	} {
		all = append(all, Story{Group: group, Name: row.name, Component: components.FranceConnectProblemPage(
			components.FranceConnectProblemView{Page: back, Problem: row.problem, Plus: row.plus})})
	}

	link := at(p, "/franceconnect/rattachement")
	linking := func(v components.LoginView) components.LinkingView {
		return components.LinkingView{Login: v, Name: "Angela Claire Louise DUBOIS"}
	}
	empty, wrong, wait, busy := filled(link, ""), filled(link, fictitious), filled(link, fictitious), filled(link, fictitious)
	empty.PasswordMissing = true
	wrong.WrongPair = true
	wait.Wait = time.Minute
	busy.Busy = true
	plus := linking(components.LoginView{Page: link})
	plus.Plus = true
	another := linking(filled(link, fictitious))
	another.AnotherPerson = true
	for _, row := range []struct {
		name string
		view components.LinkingView
	}{
		{"Relier", linking(components.LoginView{Page: link})},
		{"Relier, FranceConnect plus", plus},
		{"Relier, deux champs vides", linking(empty)},
		{"Relier, refusée", linking(wrong)},
		{"Relier, trop d’essais", linking(wait)},
		{"Relier, trop de monde", linking(busy)},
		{"Relier, une autre personne", another},
	} {
		all = append(all, Story{Group: group, Name: row.name, Component: components.Linking(row.view)})
	}
	return append(all,
		Story{Group: group, Name: "Relier, réponse HTMX, une autre personne", Component: components.LinkingMessages(another), Fragment: true},
		Story{Group: group, Name: "Déconnexion", Component: components.Leaving(components.LeavingView{Page: at(p, "/franceconnect/deconnexion"),
			HRef: "https://fournisseur.example/api/v2/session/end?id_token_hint=x"})},
		Story{Group: group, Name: "Déconnecté", Component: components.Left(components.LeftView{Page: at(p, "/franceconnect/deconnecte"), Confirmed: true})},
		Story{Group: group, Name: "Déconnexion à vérifier", Component: components.Left(components.LeftView{Page: at(p, "/franceconnect/deconnecte")})},
	)
}
