package e2e

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

const (
	securityPath    = "/mon-compte/securite"
	headingSecurity = "Mes connexions et mes appareils"
	headingChange   = "Changer mon mot de passe"
)

// signInByCode signs Nathalie in with the code that a new browser gives.
func (p *tab) signInByCode() {
	p.t.Helper()
	p.givesPair()
	p.sends(p.site.sentCode(portal.SMS))
	p.at("/mon-compte", headingAccount)
}

func TestThePasswordIsChangedInside(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSecuredSite(t)
		p := openTab(t, s, with)
		p.expect("status of 4")
		p.signInByCode()
		p.open(securityPath)
		p.sound("mes-connexions")
		p.goes("Changer mon mot de passe", "/mon-compte/mot-de-passe", headingChange)
		p.write(css("#mot_de_passe_actuel"), "not this one")
		p.write(passwordField, chosen)
		p.press(named("Enregistrer le mot de passe"))
		p.answered()
		p.says("#mot_de_passe_actuel-erreur", "Ce n’est pas le bon mot de passe.")

		// Who has forgotten it has a code sent, and comes back.
		p.goes("Je ne connais pas mon mot de passe : recevoir un code", "/mon-compte/confirmer", "Confirmez que c’est bien vous")
		p.sound("confirmer")
		p.goes("Recevoir un code par mail", "/mon-compte/confirmer/code", headingCode)
		p.sound("confirmer-code")
		right := s.sentCode(portal.Email)
		p.sendsWrong(other(right))
		p.goes("Renvoyer le code", "/mon-compte/confirmer/code", headingCode)
		p.says("[role=status]", "il est trop tôt")
		p.giveCode(right)
		p.at("/mon-compte/mot-de-passe", headingChange)
		p.is(`!document.querySelector("#mot_de_passe_actuel")`)
		p.write(passwordField, chosen)
		p.goes("Enregistrer le mot de passe", securityPath, headingSecurity)
		p.says("[role=status]", "Votre mot de passe est changé.")
	})
}

func TestAddressesAreChangedInside(t *testing.T) {
	t.Parallel()
	for _, to := range []struct {
		with            equipment
		channel         portal.Channel
		change, address string
		field           element
		shown, notice   string
	}{
		{desktop, portal.Email, "Changer mon adresse mail", "durand@example.net", css("#email"), "d…@example.net", "Votre adresse mail est changée."},
		{phone, portal.SMS, "Changer mon numéro de mobile", "06 39 98 00 44", css("#mobile"), "44", "Votre numéro de mobile est changé."},
	} {
		t.Run(to.with.name, func(t *testing.T) {
			t.Parallel()
			s := newSecuredSite(t)
			p := openTab(t, s, to.with)
			p.signInByCode()
			p.open("/mon-compte/coordonnees")
			p.goes(to.change, "/mon-compte/coordonnees", to.change)
			p.write(to.field, to.address)
			p.goes("Recevoir un code", "/mon-compte/coordonnees/code", headingCode)
			p.says("main", to.shown)
			p.sound("coordonnees-code")
			p.giveCode(s.sentCode(to.channel))
			p.at(securityPath, headingSecurity)
			p.says("[role=status]", to.notice)
			if told := len(s.sent(portal.SMS)) + len(s.sent(portal.Email)); told < 2 {
				t.Errorf("%d notices to what there was", told)
			}
			p.open("/mon-compte/coordonnees")
			p.says("main", to.shown)
		})
	}
}

func TestEachSessionIsEndedFromTheList(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t)
		elsewhere := openTab(t, s, desktop)
		elsewhere.signIn(nathalie)
		p := openTab(t, s, with)
		p.signIn(nathalie)
		for range portal.AccountLimit.Free { // a sign-in and a refused try by turns: each has a line of its own
			s.signInEarlier(nathalie, time.Now())
			_, err := s.login.Verify(t.Context(), portal.SignInRequest{Identifier: s.number(nathalie), Password: keys.NewSecret("wrong"),
				Address: netip.MustParseAddr("192.0.2.1")})
			if portal.ErrorKind(err) != portal.KindUnauthorized {
				t.Fatal(err)
			}
		}
		p.open(securityPath)
		p.sound("mes-appareils")
		p.goes("Connexions plus anciennes", securityPath, headingSecurity)
		p.says("main", "Page 2 sur 2")
		p.follow(func() { p.press(css(`[aria-label*="Chrome sur Linux"]`)) })
		p.says("[role=status]", "L’appareil est déconnecté.")
		elsewhere.open("/mon-compte")
		elsewhere.at("/connexion", headingLogin)
		p.open("/mon-compte")
		p.at("/mon-compte", headingAccount)
	})
}

func TestFranceConnectIsLinkedAndUnlinkedInside(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		p := openTab(t, newSecuredSite(t), with)
		p.signInByCode()
		p.open(securityPath)
		p.goes("Relier FranceConnect à mon compte", securityPath, headingSecurity)
		p.says("[role=status]", "Votre compte est relié.")
		p.sound("mes-connexions-relie")

		elsewhere := openTab(t, p.site, with)
		elsewhere.open("/franceconnect/connexion")
		elsewhere.at("/mon-compte", headingAccount)

		p.goes("Ne plus utiliser FranceConnect", securityPath, headingSecurity)
		p.says("[role=status]", "Le lien avec votre compte est supprimé.")
		elsewhere.open("/mon-compte")
		elsewhere.at("/connexion", headingLogin) // the session that the link opened has ended with it
	})
}

var disowning = regexp.MustCompile(`/ce-n-etait-pas-moi/\S+`)

func TestANoticeThatIsDisownedEndsEverything(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSecuredSite(t)
		stranger := openTab(t, s, desktop)
		stranger.signInByCode()
		s.sent(portal.Email)
		stranger.open("/mon-compte/mot-de-passe")
		stranger.write(css("#mot_de_passe_actuel"), password)
		stranger.write(passwordField, "a stranger's own 4 words")
		stranger.goes("Enregistrer le mot de passe", securityPath, headingSecurity)

		p := openTab(t, s, with)
		p.open(disowning.FindString(strings.Join(s.sent(portal.Email), "\n")))
		p.is(`document.querySelector("h1").innerText.startsWith("Ce n’était pas vous")`)
		p.sound("ce-n-etait-pas-moi")
		p.goes("Ce n’était pas moi : protéger mon compte", "/mot-de-passe-oublie/code", headingCode)
		p.says("[role=status]", "Votre compte est protégé.")
		stranger.open("/mon-compte")
		stranger.at("/connexion", headingLogin)
		p.choosePassword(s.sentCode(portal.Email))
	})
}
