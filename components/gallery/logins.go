package gallery

import (
	"time"

	"moncompte/app/nir"
	"moncompte/components"
)

// filled is a login page sent with an identifier.
func filled(p components.Page, identifier string) components.LoginView {
	return components.LoginView{
		Page:       p,
		Identifier: identifier,
		Report:     nir.Check(identifier, nil),
		Submitted:  true,
	}
}

const fictitious = "2 85 05 78 006 048"

func logins(p components.Page) []Story {
	p = at(p, "/connexion")
	long, dev := p, p
	long.Org.Name = "Caisse d’allocations familiales de la Seine-Saint-Denis et des communes voisines"
	dev.Dev = true
	alone := at(bare(p), "/connexion")

	fc := &components.FranceConnectView{}
	plus := &components.FranceConnectView{Plus: true}
	withFC := func(v components.LoginView, fc *components.FranceConnectView) components.LoginView {
		v.FranceConnect = fc
		return v
	}
	wrong, half, short, wait, most, busy := filled(p, fictitious), filled(p, fictitious), filled(p, "2 85 05 78 006"),
		filled(p, fictitious), filled(p, fictitious), filled(p, fictitious)
	wrong.WrongPair = true
	blank := wrong
	blank.PasswordBlank = true
	half.PasswordMissing = true
	short.PasswordMissing = true
	wait.Wait = time.Minute
	most.Wait = 12 * time.Minute
	busy.Busy = true
	empty := filled(p, "")
	empty.PasswordMissing = true
	tax := filled(p, "1234567890066")
	tax.WrongPair = true

	noCode := most
	noCode.NextSend = time.Date(2025, time.June, 3, 14, 12, 0, 0, time.UTC)

	withKeys := func(v components.LoginView) components.LoginView {
		v.Passkeys = true
		return v
	}

	views := []struct {
		name string
		view components.LoginView
	}{
		{"Simple", components.LoginView{Page: p}},
		{"Ordinateur partagé", components.LoginView{Page: p, Shared: true}},
		{"Avec FranceConnect", components.LoginView{Page: p, FranceConnect: fc}},
		{"Avec FranceConnect plus", components.LoginView{Page: p, FranceConnect: plus}},
		{"Avec clé d’accès", withKeys(components.LoginView{Page: p})},
		{"Avec FranceConnect et clé d’accès", withKeys(components.LoginView{Page: p, FranceConnect: fc})},
		{"Refusée avec clé d’accès", withKeys(wrong)},
		{"Sans rien de configuré", components.LoginView{Page: alone}},
		{"Nom d’organisme très long", components.LoginView{Page: long}},
		{"Démonstration", components.LoginView{Page: dev, ProvisionalPattern: "[A-Z][0-9A-Z]{7,14}"}},
		{"Après déconnexion", components.LoginView{Page: with(p, components.SignedOut)}},
		{"Après mot de passe changé", components.LoginView{Page: with(p, components.PasswordChanged)}},
		{"Après un code, qui vient d’abord", components.LoginView{Page: with(p, components.CodeGivenFirst)}},
		{"FranceConnect interrompu", withFC(components.LoginView{Page: with(p, components.ProviderCancelled)}, fc)},
		{"Après fin de session", components.LoginView{Page: with(p, components.SessionEnded)}},
		{"Deux champs vides", empty},
		{"Mot de passe vide", half},
		{"Numéro incomplet et mot de passe vide", short},
		{"Refusée", wrong},
		{"Refusée, espace autour du mot de passe", blank},
		{"Refusée avec FranceConnect", withFC(wrong, fc)},
		{"Refusée, numéro fiscal peut-être", tax},
		{"Trop d’essais, une minute", wait},
		{"Trop d’essais, douze minutes", withFC(most, fc)},
		{"Code en pause", withFC(noCode, fc)},
		{"Trop de monde", busy},
		{"Venue d’un service", components.LoginView{Page: p, Back: "https://demarches.example.org/dossier?vue=1&page=2"}},
	}
	var all []Story
	for _, v := range views {
		all = append(all, Story{Group: "Connexion", Name: v.name, Component: components.Login(v.view)})
	}
	return append(all,
		Story{Group: "Connexion", Name: "Identité vérifiée demandée", Component: components.Vouching(components.VouchingView{Page: p, FranceConnect: *plus})},
		Story{Group: "Connexion", Name: "Réponse HTMX, deux champs vides", Component: components.LoginMessages(empty), Fragment: true},
		Story{Group: "Connexion", Name: "Réponse HTMX, refusée", Component: components.LoginMessages(wrong), Fragment: true},
		Story{Group: "Connexion", Name: "Réponse HTMX, trop d’essais", Component: components.LoginMessages(most), Fragment: true},
	)
}

// identifiers are the login page with each problem of an identifier.
func identifiers(p components.Page) []Story {
	p = at(p, "/connexion")
	rows := []struct{ name, typed string }{
		{"Un chiffre manque", "285057800604"},
		{"Huit chiffres manquent", "28505"},
		{"Un chiffre de trop", "28505780060481"},
		{"Cinq chiffres de trop", "2 85 05 78 006 048 12345"},
		{"Collage très long", "28505780060482850578006048285057800604828505780060482850578006048"},
		{"Lettre O pour zéro", "2 85 O5 78 006 048"},
		{"Lettre l pour un", "2 85 05 78 006 l48"},
		{"Signe étranger", "2 85 05 78 006 04*"},
		{"Corse mal placée", "2 85 05 7A 006 048"},
		{"Premier chiffre", "9 85 05 78 006 048"},
		{"Mois", "2 85 13 78 006 048"},
		{"Département", "2 85 05 00 006 048"},
		{"Ordre", "2 85 05 78 006 000"},
		{"Clé", "2 85 05 78 006 048 99"},
		{"Numéro de dossier", "1234567"},
		{"Numéro fiscal", "0123456789211"},
		{"Identifiant provisoire trop court", "A12"},
		{"Identifiant provisoire avec un signe", "A1234é678"},
		{"Lettre l au début", "l 85 05 78 006 048 30 12"},
	}
	var all []Story
	for _, row := range rows {
		all = append(all, Story{Group: "Identifiant", Name: row.name, Component: components.Login(filled(p, row.typed))})
	}
	return all
}
