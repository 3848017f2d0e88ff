package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	headingHome    = "Bienvenue"
	headingOut     = "Déconnexion réussie"
	headingLogin   = "Connexion à Mon Compte"
	headingAccount = "Mon Compte"
)

func TestAPersonConnectsAndDisconnects(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.signInEarlier(nathalie, time.Date(2025, time.June, 3, 16, 5, 0, 0, time.UTC))
	s.signInEarlier(thiLan, time.Date(2025, time.June, 3, 16, 5, 0, 0, time.UTC))
	for _, with := range everyEquipment() {
		for _, who := range []struct{ name, typed, greeting string }{
			{"with number and key", "2 69 05 49 588 157 80", "Bonjour Nathalie"},
			{"with a label and the number of a card", "N° 2 69 05 49 588 157 clé 80", "Bonjour Nathalie"},
			{"with digits of another script", "٢٦٩٠٥٤٩٥٨٨١٥٧", "Bonjour Nathalie"},
			{"with a provisional identifier", " p2026 abc45", "Bonjour Thi Lan"},
		} {
			t.Run(with.name+" "+who.name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, with)
				p.open("/")
				p.at("/", headingHome)
				p.follow(func() { p.press(css("header .account")) })
				p.at("/connexion", headingLogin)

				p.fillIn(who.typed, password)
				p.follow(func() { p.press(named("Se connecter")) })
				p.at("/mon-compte", headingAccount)
				p.says("main", who.greeting)

				p.follow(func() { p.press(named("Déconnexion")) })
				p.at("/", headingOut)

				p.back()
				p.at("/connexion", headingLogin)
				if p.open("/mon-compte"); p.path() != "/connexion" {
					t.Errorf("the account opens after sign-out, at %s", p.path())
				}
			})
		}
	}
}

func TestMonCompteShowsTheSignInBefore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.signInEarlier(nathalie, time.Date(2025, time.June, 3, 16, 5, 0, 0, time.UTC))
	p := openTab(t, s, phone)
	p.signIn(nathalie)
	p.says("main", "Le mardi 3 juin 2025 à 18 h 05, avec le mot de passe, sur un autre appareil.")

	p.open("/mon-compte/securite")
	p.at("/mon-compte/securite", "Mes connexions et mes appareils")
	p.says("main", "Cet appareil")
	p.says("main", "mardi 3 juin 2025 à 18 h 05")
}

func TestTheEndOfAVisitIsShownOnce(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.signIn(nathalie)
	p.follow(func() { p.press(named("Déconnexion")) })
	p.at("/", headingOut)
	p.onScreen(".ended .icon", ".ended h1", ".ended .button")
	p.is(`document.querySelectorAll("main a, main button").length === 1`) // one next action
	p.follow(func() { p.press(named("Aller à l’accueil")) })
	p.at("/", headingHome)
}

func TestOneSessionInTwoTabsEndsInBoth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := openTab(t, s, desktop)
	first.signIn(nathalie)
	second := first.another()
	second.open("/mon-compte")
	second.at("/mon-compte", headingAccount)

	first.follow(func() { first.press(named("Déconnexion")) })
	second.follow(func() { second.press(named("Voir mes connexions et mes appareils")) })
	second.at("/connexion", headingLogin)
}

func TestTheEnterKeySendsTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		p.fillIn(nathalie, password)
		p.follow(func() { p.key("\r", chromedp.ModifierNone) })
		p.at("/mon-compte", headingAccount)
	})
}

// signIn goes the way of a person who knows it.
func (p *tab) signIn(identifier string) {
	p.t.Helper()
	p.open("/connexion")
	p.fillIn(identifier, password)
	p.follow(func() { p.press(submitButton) })
	p.at("/mon-compte", headingAccount)
}
