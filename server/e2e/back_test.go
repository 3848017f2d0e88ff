package e2e

import "testing"

// The next person at a shared computer finds no number in the pages behind.
func TestBackAfterASignOutFindsTheFormEmpty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, with := range both {
		for name, withHTMX := range map[string]bool{"by htmx": true, "sent plainly": false} {
			t.Run(with.name+" "+name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, with)
				if !withHTMX {
					p.prelude(`delete Element.prototype.replaceChildren`) // without it htmx is not asked for
				}
				p.signIn(nathalie)
				p.follow(func() { p.press(named("Déconnexion")) })
				p.at("/", headingOut)
				p.back()
				p.back()
				p.until(`location.pathname === "/connexion" && document.readyState === "complete" && document.querySelector("#identifiant").value === ""`)
				p.holds(passwordField, "")
			})
		}
	}
}

func TestBackAfterARecoveryFindsTheFormsEmpty(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, desktop)
	p.askForCode(nathalie, "sms")
	p.choosePassword(code(t, g.smsc.Next(t).Text))
	for p.path() != "/mot-de-passe-oublie" {
		p.back()
		p.until(`[...document.querySelectorAll("input[type=text]:not([readonly]), input[type=password]")].every(input => input.value === "")`)
	}
}

// Who looks up where the number stands comes back to what was typed.
func TestBackFromTheHelpFindsWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.signIn(nathalie)
	p.follow(func() { p.press(named("Déconnexion")) })
	p.back()
	p.back()
	p.until(`location.pathname === "/connexion" && document.readyState === "complete" && document.querySelector("#identifiant").value === ""`)
	p.write(identifierField, "2 69 05")
	p.follow(func() { p.press(named("Où trouver mon numéro ?")) })
	p.back()
	p.until(`document.querySelector("#identifiant")?.value === "2 69 05"`)
}

// A refused form keeps what was typed, on the way back too.
func TestBackToARefusedFormFindsTheNumber(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/connexion")
	p.until("window.htmx")
	p.refused(refusal{identifier: nathalie, password: "secret", status: 401, empties: true})
	p.follow(func() { p.press(named("Où trouver mon numéro ?")) })
	p.back()
	p.until(`document.querySelector("#identifiant")?.value === "` + nathalie + `"`)
}
