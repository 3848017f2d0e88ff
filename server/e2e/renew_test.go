package e2e

import (
	"strings"
	"testing"

	"moncompte/server/passhash"
	"moncompte/server/portal"
)

func TestAWeakPasswordLeadsToAnotherOneAndOn(t *testing.T) {
	t.Parallel()
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		s := newSite(t)
		phc, err := passhash.New("bonjour1", cheap, nil)
		check(t, err)
		_, err = portal.Import(t.Context(), s.store, strings.NewReader(people+`"`+phc+`"`), portal.ImportOptions{Replace: true})
		check(t, err)
		p := openTab(t, s, with)
		p.expect("status of 422")
		p.open("/connexion")
		p.fillIn(nathalie, "bonjour1")
		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte/mot-de-passe", headingPassword)
		p.says("main", "il est trop facile à deviner")
		p.inspect("a password to be replaced")
		p.axe("a password to be replaced")
		p.picture("mot-de-passe-a-remplacer", "clair")

		p.write(passwordField, "bonjour2")
		refuse := func() { p.press(named("Enregistrer le mot de passe")) }
		if with.noScript {
			p.follow(refuse)
		} else {
			refuse()
		}
		p.until(`document.querySelector("#mot_de_passe-erreur .message")`)
		p.until(`(mot_de_passe.value = "", true)`)
		p.write(passwordField, chosen)
		p.follow(func() { p.press(named("Enregistrer le mot de passe")) })
		p.at("/mon-compte", headingAccount)
		p.says("[role=status]", "Votre mot de passe est changé.")
	})
}
