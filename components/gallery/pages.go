package gallery

import (
	"strconv"
	"time"

	"moncompte/components"
)

func homes(p components.Page) []Story {
	p = at(p, "/")
	story := func(name string, p components.Page) Story {
		return Story{Group: "Accueil", Name: name, Component: components.Home(components.HomeView{Page: p})}
	}
	return []Story{
		story("Simple", p),
		story("Après déconnexion", with(p, components.SignedOut)),
		story("Après « Ce n’est pas moi »", with(p, components.GivenUp)),
	}
}

func offlines(p components.Page) []Story {
	view := components.OfflineView{Page: at(p, "/hors-ligne")}
	return []Story{{Group: "Hors ligne", Name: "page", Component: components.Offline(view)}}
}

func accounts(p components.Page) []Story {
	paris := time.FixedZone("CEST", 2*60*60)
	evening := time.Date(2025, time.June, 3, 18, 5, 0, 0, paris)
	first := time.Date(2025, time.May, 1, 0, 0, 0, 0, paris)
	here := components.SignIn{At: evening, ThisBrowser: true}
	elsewhere := components.SignIn{At: first, Method: components.FranceConnect}

	services := []components.Service{{Name: "Mes démarches", HRef: "https://demarches.example.org/"}, {Name: "Mes attestations", HRef: "https://attestations.example.org/liste"},
		{Name: "Déclarer un changement de situation professionnelle ou familiale", HRef: "https://situation.example.org/"}}
	byKey := components.SignIn{At: evening.Add(time.Hour), Method: components.Passkey, ThisBrowser: true}

	account := func(name string, v components.AccountView) Story {
		now := v.Now
		v.Page = with(signedIn(p, "/mon-compte"), v.Notice)
		v.Now = now
		return Story{Group: "Mon Compte", Name: name, Component: components.Account(v)}
	}
	security := func(name string, v components.SecurityView) Story {
		notice := v.Notice
		v.Page = signedIn(p, "/mon-compte/securite")
		v.Notice = notice
		return Story{Group: "Mes connexions", Name: name, Component: components.Security(v)}
	}
	proof := func(v components.ProofView) *components.ProofView {
		v.Page, v.Back = p, "/mon-compte/securite"
		return &v
	}
	mine := components.SessionView{ID: "ICI", Started: evening, LastSeen: evening, Browser: "Firefox", System: "Android", Current: true}
	other := components.SessionView{ID: "TEL", Started: first, LastSeen: evening.Add(-time.Hour), Browser: "Safari", System: "iPhone"}
	unknown := components.SessionView{ID: "SANS", Started: first}
	return []Story{
		account("Première connexion", components.AccountView{Name: "Camille"}),
		account("Connexion suivante", components.AccountView{Name: "Camille", LastSignIn: &here, FranceConnectLinked: true}),
		account("Connexion d’aujourd’hui", components.AccountView{Page: components.Page{Now: evening.Add(time.Hour)}, Name: "Camille", LastSignIn: &here}),
		account("Nom très long", components.AccountView{
			Name:       "Marie-Antoinette-Joséphine de La Rochefoucauld-Montmorency-Villeneuve d’Aragon",
			LastSignIn: &elsewhere,
		}),
		account("Clé d’accès proposée", components.AccountView{Name: "Camille", LastSignIn: &here, OfferPasskey: true}),
		account("Sans moyen de la joindre", components.AccountView{Name: "Camille", Unreachable: true}),
		account("Une démarche", components.AccountView{Name: "Camille", LastSignIn: &here, Services: services[:1]}),
		account("Trois démarches", components.AccountView{Name: "Camille", LastSignIn: &here, Services: services}),
		account("Compte relié", components.AccountView{Page: with(p, components.Linked), Name: "Camille", LastSignIn: &here, Services: services[:1]}),
		account("Sans nom", components.AccountView{LastSignIn: &here}),
		security("Un seul appareil", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine}}),
		security("Trois appareils", components.SecurityView{
			History: components.HistoryView{Lines: []components.SignIn{here, elsewhere}}, Sessions: []components.SessionView{mine, other, unknown}}),
		security("Un appareil déconnecté", components.SecurityView{
			Page: with(p, components.DeviceOut), History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine, other}}),
		security("Tous les autres déconnectés", components.SecurityView{
			Page: with(p, components.OthersOut), History: components.HistoryView{Lines: []components.SignIn{here, elsewhere}}, Sessions: []components.SessionView{mine}}),
		security("Avec une clé d’accès", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{byKey, here}}, Sessions: []components.SessionView{mine},
			Passkeys: &components.PasskeysView{Page: p, Passkeys: []components.PasskeyView{{ID: "A", Name: "Firefox sur Android"}}}}),
		security("Clé d’accès ajoutée", components.SecurityView{Page: with(p, components.PasskeyAdded), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Passkeys: &components.PasskeysView{Page: p, Passkeys: []components.PasskeyView{{ID: "A", Name: "Firefox sur Android"}}}}),
		security("Essais refusés, page au milieu", components.SecurityView{Sessions: []components.SessionView{mine}, History: components.HistoryView{
			Number: 2, Last: 3, Lines: []components.SignIn{
				{At: evening, First: evening.Add(-20 * time.Minute), Times: 12, Refused: true},
				{At: evening.Add(-time.Hour), First: first, Times: 4, ThisBrowser: true},
				{At: first, Method: components.Code, Refused: true}}}}),
		security("Vide", components.SecurityView{}),
		security("Relié à FranceConnect", components.SecurityView{Proof: proof(components.ProofView{}), History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine},
			Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("FranceConnect à délier, preuve fraîche", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("FranceConnect à relier", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine},
			Link: &components.LinkView{}}),
		security("FranceConnect à relier, preuve demandée", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{}, Proof: proof(components.ProofView{})}),
		security("FranceConnect relié", components.SecurityView{Page: with(p, components.Linked), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: evening, LastUsed: evening}}),
		security("FranceConnect, une autre identité", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine},
			Link: &components.LinkView{}, LinkProblem: &components.FranceConnectProblemView{Page: p, Problem: components.FranceConnectAnother}}),
		security("FranceConnect, un autre compte", components.SecurityView{History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine},
			Link: &components.LinkView{}, LinkProblem: &components.FranceConnectProblemView{Page: p, Problem: components.FranceConnectTaken}}),
		security("Preuve manquante", components.SecurityView{Proof: proof(components.ProofView{Missing: true}), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("Preuve refusée", components.SecurityView{Proof: proof(components.ProofView{Wrong: true}), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("Preuve, trop d’essais", components.SecurityView{Proof: proof(components.ProofView{Wait: time.Minute}), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("FranceConnect à délier, sans mot de passe", components.SecurityView{Proof: &components.ProofView{Page: p, NoPassword: true}, History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("FranceConnect à délier, par un code", components.SecurityView{Proof: proof(components.ProofView{NoPassword: true}),
			History: components.HistoryView{Lines: []components.SignIn{here}}, Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("Preuve, trop de monde", components.SecurityView{Proof: proof(components.ProofView{Busy: true}), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening}}),
		security("FranceConnect est le seul moyen", components.SecurityView{LinkIsLast: true, History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{Linked: true, At: first, LastUsed: evening},
			Passkeys: &components.PasskeysView{Page: p}}),
		security("FranceConnect délié", components.SecurityView{Page: with(p, components.Unlinked), History: components.HistoryView{Lines: []components.SignIn{here}},
			Sessions: []components.SessionView{mine}, Link: &components.LinkView{}}),
		{Group: "Connexion", Name: "Preuve demandée par un service", Component: components.Login(components.LoginView{
			Page: with(signedIn(p, "/connexion"), components.ProofAsked), Back: "https://demarches.example.org/"})},
		{Group: "Mon Compte", Name: "Retour au service", Component: components.Arriving(components.ArrivingView{
			Page: signedIn(p, "/connexion/retour"), Service: components.Service{Name: "Mes démarches", HRef: "https://demarches.example.org/"}})},
	}
}

func errors(p components.Page) []Story {
	var all []Story
	page := func(name string, v components.ErrorView) {
		v.Page = p
		all = append(all, Story{Group: "Erreur", Name: name, Component: components.ErrorPage(v)})
	}
	for _, status := range []int{400, 403, 404, 405, 413, 422, 429, 500, 503} {
		page(strconv.Itoa(status), components.ErrorView{Status: status})
	}
	page("statut inconnu", components.ErrorView{Status: 418})
	page("500 avec référence", components.ErrorView{Status: 500, RequestID: "01JXK3V8QH4T"})
	page("429 avec attente", components.ErrorView{Status: 429, Wait: 12 * time.Minute})
	page("503 avec attente", components.ErrorView{Status: 503, Wait: 5 * time.Second, Again: "/mon-compte"})
	v := components.ErrorView{Page: p, Status: 403, RequestID: "01JXK3V8QH4T"}
	return append(all, Story{Group: "Erreur", Name: "Réponse HTMX 403", Component: components.ErrorMessages(v), Fragment: true})
}
