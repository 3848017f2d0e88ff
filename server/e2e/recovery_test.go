package e2e

import (
	"strings"
	"testing"
)

const (
	chosen          = "girafe cactus 3 lanterne"
	headingForgot   = "Mot de passe oublié"
	headingCode     = "Saisissez le code reçu"
	headingPassword = "Choisissez un nouveau mot de passe"
)

var codeField = css("#code")

// askForCode goes from the sign-in page to the page of the code.
func (p *tab) askForCode(identifier, channel string) {
	p.t.Helper()
	p.open("/connexion")
	p.follow(func() { p.press(named("Mot de passe oublié ?")) })
	p.at("/mot-de-passe-oublie", headingForgot)
	p.write(identifierField, identifier)
	p.press(css("label[for=canal-" + channel + "]"))
	p.follow(func() { p.press(named("Recevoir le code")) })
	p.at("/mot-de-passe-oublie/code", headingCode)
}

// giveCode types the code, which is sent off by itself at its last digit where scripts run.
func (p *tab) giveCode(code string) {
	p.t.Helper()
	p.follow(func() {
		p.write(codeField, code)
		if p.with.noScript {
			p.press(named("Continuer"))
		}
	})
}

// choosePassword goes from the page of the code to Mon Compte.
func (p *tab) choosePassword(code string) {
	p.t.Helper()
	p.giveCode(code[:3] + " " + code[3:])
	p.at("/mot-de-passe-oublie/nouveau", headingPassword)
	p.write(passwordField, chosen)
	p.follow(func() { p.press(named("Enregistrer le mot de passe")) })
	p.at("/mon-compte", headingAccount)
	p.says("[role=status]", "Votre mot de passe est changé.")
}

// The number once, the code once, the password once; what was typed is also there on the way back.
func TestTheNumberIsTypedOnceOnTheWayToANewPassword(t *testing.T) {
	t.Parallel()
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		s, g := newReachableSite(t)
		p := openTab(t, s, with)
		p.open("/connexion")
		p.fillIn(nathalie, "half a password")
		p.follow(func() { p.press(named("Mot de passe oublié ?")) })
		p.at("/mot-de-passe-oublie", headingForgot)
		p.holds(identifierField, nathalie)
		p.follow(func() { p.press(named("Revenir à la connexion")) })
		p.holds(identifierField, nathalie)
		p.until(`document.activeElement.id === "mot_de_passe"`)
		p.follow(func() { p.press(named("Mot de passe oublié ?")) })
		p.press(css("label[for=canal-sms]"))
		p.follow(func() { p.press(named("Recevoir le code")) })
		p.at("/mot-de-passe-oublie/code", headingCode)
		p.follow(func() { p.press(named("Changer de numéro de sécurité sociale")) })
		p.holds(identifierField, nathalie)
		p.follow(func() { p.press(named("Saisir ce code")) })

		// The tab is closed; the browser is not.
		p = p.another()
		p.open("/connexion")
		p.follow(func() { p.press(named("Mot de passe oublié ?")) })
		p.at("/mot-de-passe-oublie/code", headingCode)
		p.choosePassword(code(t, g.smsc.Next(t).Text))
	})
}

func TestAForgottenPasswordBySMS(t *testing.T) {
	t.Parallel()
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		s, g := newReachableSite(t)
		elsewhere := openTab(t, s, desktop)
		elsewhere.signIn(nathalie)

		p := openTab(t, s, with)
		p.askForCode("2 69 05 49 588 157", "sms")
		p.is(`document.querySelector("#code").autocomplete === "one-time-code" && document.querySelector("#code").inputMode === "numeric"`)
		sms := g.smsc.Next(t)
		if lines := strings.Split(sms.Text, "\n"); lines[len(lines)-1] != "@moncompte.example #"+code(t, sms.Text) {
			t.Errorf("the last line of the SMS is not what phones read: %q", lines[len(lines)-1])
		}
		p.choosePassword(code(t, sms.Text))

		if notice := g.smsc.Next(t); notice.To != sms.To || strings.Contains(notice.Text, "#") {
			t.Error("the notice by SMS is not that of the account")
		}
		if notice := g.mail.Next(t).Parse(t); !strings.Contains(notice.Subject, "a changé") {
			t.Errorf("the notice by mail has the subject %q", notice.Subject)
		}
		if elsewhere.open("/mon-compte"); elsewhere.path() != "/connexion" {
			t.Error("the session in the other browser outlives the new password")
		}
	})
}

// Without scripts a double click sends the form twice, and the browser shows the answer to the second one.
func TestADoubleClickOnTheNewPasswordLeadsOn(t *testing.T) {
	t.Parallel()
	onEach(t, []equipment{desktop, {name: "without scripts", width: desktop.width, height: desktop.height, noScript: true}}, func(t *testing.T, with equipment) {
		s, g := newReachableSite(t)
		p := openTab(t, s, with)
		p.askForCode(nathalie, "sms")
		p.giveCode(code(t, g.smsc.Next(t).Text))
		p.write(passwordField, chosen)
		p.follow(func() { p.pressTwice(named("Enregistrer le mot de passe")) })
		p.until(`/^.(connexion|mon-compte)$/.test(location.pathname) && document.readyState === "complete"`)
		p.says("[role=status]", "Votre mot de passe est changé.")
		if p.path() == "/connexion" { // the answer to the first click never arrived
			p.fillIn(nathalie, chosen)
			p.follow(func() { p.press(submitButton) })
		}
		p.at("/mon-compte", headingAccount)
	})
}

func TestAForgottenPasswordByMailWhileTheServerIsDown(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	g.mail.Kill()
	p := openTab(t, s, phone)
	p.askForCode(nathalie, "email") // the page answers although nothing can be sent
	g.mail.Start()
	mail := g.mail.Next(t).Parse(t)
	if !strings.HasPrefix(mail.Subject, code(t, mail.Subject)) {
		t.Errorf("the subject does not begin with the code: %q", mail.Subject)
	}
	p.choosePassword(code(t, mail.Text))
}

func TestTheSMSGatewayComesBack(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, phone)
	g.smsc.Kill()
	p.askForCode(nathalie, "sms")
	g.smsc.Start()
	p.choosePassword(code(t, g.smsc.Next(t).Text))
}

func TestRefreshAndBackSendNothingAgain(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, desktop)
	p.askForCode(nathalie, "sms")
	right := code(t, g.smsc.Next(t).Text)
	p.open("/mot-de-passe-oublie/code") // as a refresh
	p.open("/mot-de-passe-oublie")
	p.back()
	p.at("/mot-de-passe-oublie/code", headingCode)

	// The way goes on in another tab.
	other := p.another()
	other.open("/mot-de-passe-oublie/code")
	other.choosePassword(right)
	if notice := g.smsc.Next(t); strings.Contains(notice.Text, right) {
		t.Error("the code was sent twice")
	}
}

func TestTheWaitForAnotherMessageIsCountedDown(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, phone)
	p.askForCode(nathalie, "sms")
	g.smsc.Next(t)
	p.until(`/attente.:.[0-9]+\./.test(document.querySelector("[data-wait]").textContent)`)
	p.says("main", "Le code est valable jusqu’à")
	p.follow(func() { p.press(named("Renvoyer le code")) })
	p.says("[role=status]", "il est trop tôt")
}

func TestAFirstPassword(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, phone)
	p.open("/connexion")
	p.follow(func() { p.press(named("Première connexion ?")) })
	p.at("/premiere-connexion", "Première connexion")
	p.write(identifierField, jean)
	p.press(css("label[for=canal-sms]")) // there is no number on file
	p.follow(func() { p.press(named("Recevoir le code")) })
	p.giveCode(code(t, g.mail.Next(t).Parse(t).Text))
	p.write(passwordField, chosen)
	p.follow(func() { p.press(named("Enregistrer le mot de passe")) })
	p.at("/mon-compte", headingAccount)
	p.says("[role=status]", "Votre mot de passe est créé.")
}

func TestARefusedCodeAndARefusedPasswordSayWhatToDo(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, phone)
	p.expect("status of 422")
	p.askForCode(nathalie, "sms")
	right := code(t, g.smsc.Next(t).Text)
	p.write(codeField, "12")
	p.press(named("Continuer"))
	p.until(`document.activeElement.id === "code" && document.querySelector("#code-erreur .message")`)
	p.says("#code-erreur", "Il manque")
	p.holds(codeField, "12")
	get[bool](p, `(document.querySelector("#code").value = "", true)`)

	p.giveCode(right)
	p.write(passwordField, "motdepasse123")
	p.press(named("Enregistrer le mot de passe"))
	p.until(`document.activeElement.id === "mot_de_passe" && document.querySelector("#mot_de_passe-erreur .message")`)
	p.says("#mot_de_passe-erreur", "Erreur")
}
