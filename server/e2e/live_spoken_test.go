package e2e

import "testing"

// What the browser says while one types is said as the server says it, politely and once, and leaves nothing broken behind.
func TestWhatIsCheckedWhileTypingIsHeardToo(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	for _, with := range both {
		t.Run(with.name, func(t *testing.T) {
			p := openTab(t, s, with)
			p.live("/connexion")
			p.hears(`textbox "Numéro de sécurité sociale", described "` + numberHint + `", required`)
			p.axe("the sign-in page with WebAssembly")
			p.write(identifierField, "26905495881")
			p.hears(`textbox "Numéro de sécurité sociale", described "` + numberHint + `", required`) // as it was: nothing is read again
			p.press(passwordField)
			p.until(`document.querySelector("#island [aria-live]").textContent.replace(/\s/g, " ") === "Numéro de sécurité sociale. Erreur : Il manque 2 chiffres : il en faut 13."`)
			p.hears(`textbox "Numéro de sécurité sociale", described "`+numberHint+` Erreur : Il manque 2 chiffres : il en faut 13.", invalid, required`, `textbox "Mot de passe", required`)
			p.axe("an error that the browser found")
			p.walk("an error that the browser found")

			p.askForCode(nathalie, "sms")
			p.giveCode(code(t, g.smsc.Next(t).Text))
			p.write(passwordField, "lanternes")
			p.awake()
			p.write(passwordField, " du jardin")
			p.until(`document.querySelector(".rules .met")`)
			p.until(`document.querySelector("#island [aria-live]").textContent.startsWith("C’est bon")`)
			p.hears(`textbox "Nouveau mot de passe", described "` + rulesHint + `", required`) // no rule less
			p.axe("rules that are ticked")
		})
	}
}
