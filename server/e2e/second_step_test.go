package e2e

import (
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/portal"
	"moncompte/server/web"
)

const stepPath = "/connexion/code"

// givesPair comes to the page of the code.
func (p *tab) givesPair() {
	p.t.Helper()
	p.open("/connexion")
	p.fillIn(nathalie, password)
	p.follow(func() { p.press(submitButton) })
	p.at(stepPath, headingCode)
}

// sends types a code and sends it by the button.
func (p *tab) sends(code string) {
	p.t.Helper()
	p.write(codeField, code)
	p.follow(func() { p.press(named("Continuer")) })
}

// sendsWrong sends a code that is refused, and empties the field.
func (p *tab) sendsWrong(code string) {
	p.t.Helper()
	p.expect("status of 422")
	if p.with.noScript {
		p.sends(code)
	} else {
		p.write(codeField, code)
		p.press(named("Continuer"))
	}
	p.answered()
	p.says("#code-erreur", "Ce n’est pas le bon code.")
	get[string](p, string(codeField)+`.value = ""`)
}

// other is a code that is not this one.
func other(code string) string {
	last := len(code) - 1
	return code[:last] + string('0'+(code[last]-'0'+1)%10)
}

func TestANewBrowserGivesACodeAndIsRemembered(t *testing.T) {
	t.Parallel()
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		var later atomic.Int64
		s := newSecuredSite(t, func(_ *site, o *web.Options) {
			o.Recovery.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
		})
		p := openTab(t, s, with)
		p.givesPair()
		p.says("main", "par SMS, au numéro qui finit par 01.")
		p.sound("deuxieme-etape")
		right := s.sentCode(portal.SMS)
		p.sendsWrong(other(right))

		p.goes("Recevoir le code par mail, à n…@example.org", stepPath, headingCode)
		p.says("[role=status]", "Le même code part dans un nouveau mail, à n…@example.org.")
		if s.sentCode(portal.Email) != right {
			t.Error("the mail has another code")
		}
		if !with.noScript {
			p.until(`/attente.:.[0-9]+\./.test(document.querySelector("[data-wait]").textContent)`)
		}
		p.goes("Renvoyer le code", stepPath, headingCode)
		p.says("[role=status]", "il est trop tôt")
		if again := append(s.sent(portal.SMS), s.sent(portal.Email)...); len(again) > 0 {
			t.Errorf("%d messages within a minute", len(again))
		}

		// The tab is closed, the message comes when the code has a minute left, and the browser is to be remembered.
		later.Store(int64(portal.CodeLife - time.Minute))
		p = p.another()
		p.open("/connexion")
		p.at(stepPath, headingCode)
		p.press(css("label[for=se_souvenir]"))
		p.sends(right[:3] + " " + right[3:])
		p.at("/mon-compte", headingAccount)
		p.signsOut()
		p.signIn(nathalie)
	})
}

// What a person has begun and leaves is not there for the next one.
func TestWhoIsNotMeantLeavesNothingOfTheStepsThatWereBegun(t *testing.T) {
	t.Parallel()
	const erased = "Les étapes commencées sont effacées"
	s := newSecuredSite(t)
	p := openTab(t, s, phone)
	p.expect("status of 400")
	for _, way := range []struct {
		path   string
		begin  func()
		reveal string // what it shows of the person
		left   string // the title of the page behind the button
		after  string // where the path leads to then
	}{
		{stepPath, p.givesPair, "01", erased, "/connexion"},
		{"/mot-de-passe-oublie/nouveau", func() {
			s.sent(portal.SMS)
			p.askForCode(nathalie, "sms")
			p.giveCode(s.sentCode(portal.SMS))
		}, "", erased, "/mot-de-passe-oublie"},
		{"/franceconnect/rattachement", func() { p.open("/franceconnect/connexion") }, "Nathalie", headingOut, "/franceconnect/rattachement"},
	} {
		way.begin()
		if got := p.path(); got != way.path {
			t.Fatalf("at %s, not %s", got, way.path)
		}
		p.says("main", way.reveal)
		p.press(named("Ce n’est pas moi"))
		p.until(`document.readyState === "complete" && document.querySelector("h1")?.innerText === ` + quote(way.left))
		p.open(way.path)
		if got := p.path(); got != way.after {
			t.Errorf("%s leads to %s, not %s", way.path, got, way.after)
		}
		p.findsNobody()
	}
}
