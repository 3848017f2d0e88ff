package gallery

import (
	"time"

	"github.com/a-h/templ"

	"moncompte/app/nir"
	"moncompte/app/password"
	"moncompte/components"
)

// recoveries are the three steps to a new password, and to a first one.
func recoveries(p components.Page) []Story {
	all := append(append(recoveryStarts(p), recoveryCodes(p)...), recoveryPasswords(p)...)
	return append(all, proofs(p)...)
}

// proofs are the steps of a code that links an account.
func proofs(p components.Page) []Story {
	p = at(p, "/franceconnect/rattachement")
	return []Story{
		{Group: "FranceConnect", Name: "Relier par un code", Component: components.RecoveryStart(components.RecoveryStartView{Page: p, Linking: true})},
		{Group: "FranceConnect", Name: "Relier, saisie du code", Component: components.RecoveryCode(
			components.RecoveryCodeView{Page: p, Linking: true, Channel: components.SMS})},
	}
}

// answer is a fragment for HTMX.
func answer(group, name string, c templ.Component) Story {
	return Story{Group: group, Name: "Réponse HTMX, " + name, Component: c, Fragment: true}
}

func recoveryStarts(p components.Page) []Story {
	p = at(p, "/mot-de-passe-oublie")
	sent := func(identifier string, channel components.Channel) components.RecoveryStartView {
		return components.RecoveryStartView{
			Page: p, Identifier: identifier, Report: nir.Check(identifier, nil), Submitted: true,
			Channel: channel, ChannelMissing: channel == 0,
		}
	}
	alone := components.RecoveryStartView{Page: at(bare(p), "/mot-de-passe-oublie")}
	byEmail := p
	byEmail.Only = components.Email
	first := components.RecoveryStartView{Page: at(p, "/premiere-connexion"), First: true}
	firstEmpty := sent("", 0)
	firstEmpty.Page, firstEmpty.First = first.Page, true
	wait, busy := sent(fictitious, components.SMS), sent(fictitious, components.Email)
	wait.Wait = 40 * time.Minute
	paced := sent(fictitious, components.SMS)
	paced.Wait, paced.NextSend = 7*time.Minute, time.Date(2025, time.June, 3, 14, 12, 0, 0, time.UTC)
	byOther := paced
	byOther.Other = true
	busy.Busy = true

	at1412 := time.Date(2025, time.June, 3, 14, 12, 0, 0, time.UTC)
	pending := components.RecoveryStartView{Page: p, Identifier: fictitious, Pending: &components.PendingView{HRef: "/mot-de-passe-oublie/code", Until: at1412}}
	given := components.RecoveryStartView{Page: p, Identifier: fictitious, Pending: &components.PendingView{HRef: "/mot-de-passe-oublie/nouveau", Given: true}}

	const group = "Mot de passe oublié"
	var all []Story
	for _, row := range []struct {
		name string
		view components.RecoveryStartView
	}{
		{"Simple", components.RecoveryStartView{Page: p, ProvisionalPattern: "[A-Z][0-9A-Z]{7,14}"}},
		{"Sans rien de configuré", alone},
		{"Première connexion", first},
		{"Première connexion, tout vide", firstEmpty},
		{"Code déjà demandé", pending},
		{"Code déjà vérifié", given},
		{"Un seul moyen d’envoi", components.RecoveryStartView{Page: byEmail}},
		{"Tout vide", sent("", 0)},
		{"Assez de codes demandés", paced},
		{"Assez de SMS demandés d’ici", byOther},
		{"Moyen non choisi", sent(fictitious, 0)},
		{"Numéro incomplet", sent("2 85 05 78 006", components.Email)},
		{"Trop de demandes", wait},
		{"Trop de monde", busy},
	} {
		all = append(all, Story{Group: group, Name: row.name, Component: components.RecoveryStart(row.view)})
	}
	return append(all,
		answer(group, "tout vide", components.RecoveryStartMessages(sent("", 0))),
		answer(group, "moyen non choisi", components.RecoveryStartMessages(sent(fictitious, 0))),
		answer(group, "trop de demandes", components.RecoveryStartMessages(wait)),
	)
}

func recoveryCodes(p components.Page) []Story {
	p = at(p, "/mot-de-passe-oublie/code")
	refused := func(problem components.CodeProblem, left int) components.RecoveryCodeView {
		return components.RecoveryCodeView{Page: p, Channel: components.SMS, Submitted: true, Problem: problem, Left: left}
	}
	const group = "Code"
	var all []Story
	for _, row := range []struct {
		name string
		view components.RecoveryCodeView
	}{
		{"Par SMS", components.RecoveryCodeView{Page: p, Channel: components.SMS, Typed: components.Typed{End: "48"}, Form: "c2hvd24"}},
		{"Par mail", components.RecoveryCodeView{Page: p, Channel: components.Email, Typed: components.Typed{End: "6H", Provisional: true}}},
		{"Moyen inconnu", components.RecoveryCodeView{Page: p}},
		{"Première connexion", components.RecoveryCodeView{
			Page: at(p, "/premiere-connexion/code"), First: true, Channel: components.Email, ResendWait: time.Minute}},
		{"Renvoyé", components.RecoveryCodeView{Page: p, Channel: components.SMS, Sent: true, ResendWait: time.Minute}},
		{"Renvoyé trop tôt", components.RecoveryCodeView{Page: p, Channel: components.SMS, ResendWait: 20 * time.Second}},
		{"Renvoyé pour la dernière fois", components.RecoveryCodeView{
			Page: p, Channel: components.SMS, Sent: true, NoMoreSends: true}},
		{"Renvoyer pressé trop tôt", components.RecoveryCodeView{Page: p, Channel: components.SMS, Early: true, ResendWait: 40 * time.Second,
			Until: time.Date(2025, time.June, 3, 14, 12, 0, 0, time.UTC)}},
		{"D’un autre numéro, dans un autre onglet", components.RecoveryCodeView{Page: with(p, components.OtherCode), Channel: components.SMS, Typed: components.Typed{End: "48"}, Form: "c2hvd24"}},
		{"Code plus long", components.RecoveryCodeView{Page: p, Channel: components.SMS, Digits: 8}},
		{"Vide", refused(components.CodeEmpty, 0)},
		{"Trop court", refused(components.CodeShort, 0)},
		{"Trop long", refused(components.CodeLong, 0)},
		{"Pas des chiffres", refused(components.CodeNotDigits, 0)},
		{"Faux", refused(components.CodeWrong, 0)},
		{"Faux, trois essais", refused(components.CodeWrong, 3)},
		{"Faux, dernier essai", refused(components.CodeWrong, 1)},
		{"Expiré", refused(components.CodeExpired, 0)},
		{"Essais épuisés", refused(components.CodeUsedUp, 0)},
		{"Trop de monde", components.RecoveryCodeView{Page: p, Channel: components.SMS, Submitted: true, Busy: true}},
	} {
		all = append(all, Story{Group: group, Name: row.name, Component: components.RecoveryCode(row.view)})
	}
	return append(all,
		answer(group, "faux", components.RecoveryCodeMessages(refused(components.CodeWrong, 3))),
		answer(group, "expiré", components.RecoveryCodeMessages(refused(components.CodeExpired, 0))),
	)
}

func recoveryPasswords(p components.Page) []Story {
	p = at(p, "/mot-de-passe-oublie/nouveau")
	person := password.Context{Identifier: "2850578006048", BirthDate: "1985-05-31", Names: []string{"Martin"}}
	// The built-in list is not needed for what these rows show.
	refused := func(typed string) components.RecoveryPasswordView {
		return components.RecoveryPasswordView{
			Page: p, Submitted: true, Identifier: fictitious,
			Rules: components.PasswordRules(password.Check(typed, person, nil), false),
		}
	}
	before := components.PasswordRules(password.Report{}, true)
	fresh := components.RecoveryPasswordView{Page: p, Rules: before, Identifier: fictitious}
	first, anonymous, missing, busy, expired := fresh, fresh, fresh, fresh, fresh
	first.Page, first.First = at(p, "/premiere-connexion/nouveau"), true
	anonymous.Identifier = ""
	missing.Submitted, missing.Missing = true, true
	busy.Submitted, busy.Busy = true, true
	expired.Submitted, expired.Expired = true, true
	long := make([]byte, password.MaxLength+1)
	for i := range long {
		long[i] = "abcdefghijk1234567"[i%18]
	}

	const group = "Nouveau mot de passe"
	var all []Story
	for _, row := range []struct {
		name string
		view components.RecoveryPasswordView
	}{
		{"Simple", fresh},
		{"Première connexion", first},
		{"Sans identifiant", anonymous},
		{"Vide", missing},
		{"Trop court", refused("girafe")},
		{"Sans lettre", refused("804917263548")},
		{"Sans chiffre", refused("girafe parapluie")},
		{"Trop connu", refused("azertyuiopqsdfghjklm1")},
		{"Avec le numéro", refused("girafe 2850578006048")},
		{"Avec la date de naissance", refused("girafe 31/05/1985 pluie")},
		{"Avec le nom", refused("girafe martin 47 pluie")},
		{"Trop long", refused(string(long))},
		{"Temps écoulé", expired},
		{"Trop de monde", busy},
	} {
		all = append(all, Story{Group: group, Name: row.name, Component: components.RecoveryPassword(row.view)})
	}
	return append(all,
		answer(group, "trop court", components.RecoveryPasswordMessages(refused("girafe"))),
		answer(group, "temps écoulé", components.RecoveryPasswordMessages(expired)),
	)
}
