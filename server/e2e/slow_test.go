package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestASlowAnswerDoesNotEraseWhatIsTypedMeanwhile(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t)
		p := openTab(t, s, with)
		p.expect("status of 401")
		p.open("/connexion")
		p.fillIn(nathalie, "tambour")
		wait, release := s.hold()
		p.press(submitButton)
		wait()
		p.until(`document.querySelector("footer > [aria-live]").textContent === "Connexion…"`)

		p.write(passwordField, " violet 47 nuages")
		release()
		p.until(`document.querySelector("#messages .summary")`)
		p.is(`document.querySelector("#messages .summary").role === "alert"`)        // heard, since the focus stays
		p.until(`document.querySelector("footer > [aria-live]").textContent === ""`) // and nothing is on its way any more
		p.holds(identifierField, nathalie)
		p.holds(passwordField, password)
		p.is(`document.activeElement === mot_de_passe`)

		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte", headingAccount)
	})
}

func TestThePressedButtonSaysThatItWorksAndKeepsTheFocus(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.open("/connexion")
	p.is(overhear)
	p.fillIn(nathalie, password)
	wait, release := s.hold()
	p.key("\t", chromedp.ModifierNone)
	p.key("\t", chromedp.ModifierNone)
	p.is(`document.activeElement === ` + string(submitButton))
	p.key("\r", chromedp.ModifierNone)
	wait()
	p.says("form[action='/connexion'] > button", "Connexion…")
	p.until(`said.some(one => one.text === "Connexion…")`) // heard too, once it takes a while
	p.is(`said.every(one => one.text !== "Connexion…" || one.politely && one.at - moments.sent > 900)`)
	p.is(string(submitButton) + `.getAttribute("aria-disabled") === "true"`)
	p.is(`document.activeElement === ` + string(submitButton))
	p.follow(release)
	p.at("/mon-compte", headingAccount)
}

func TestADoubleClickSendsOneForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, desktop)
	p.open("/connexion")
	p.fillIn(nathalie, password)
	wait, release := s.hold()
	p.pressTwice(submitButton)
	wait()
	p.press(submitButton)
	p.follow(release)
	p.at("/mon-compte", headingAccount)
	if n := s.signIns.Load(); n != 1 {
		t.Errorf("%d forms were sent", n)
	}
}

func TestAServerThatIsGoneLosesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, both, func(t *testing.T, with equipment) {
		s := newSite(t)
		p := openTab(t, s, with)
		p.expectNoNetwork()
		p.expect("htmx:error: Failed to fetch")
		p.expect("htmx:sendError") // this and the next are those of htmx 2
		p.expect("htmx:afterRequest")
		p.open("/connexion")
		p.fillIn(nathalie, password)
		s.stop()
		p.press(submitButton)
		p.until(`document.querySelector("#messages .summary")`)
		p.says("#messages .summary", "Rien n’est perdu : ce que vous avez saisi est gardé.")
		p.axe("a server that is gone")
		p.is(`document.activeElement.matches(".summary") && document.title.startsWith("Erreur")`)
		p.says("form[action='/connexion'] > button", "Se connecter")
		p.holds(identifierField, nathalie)
		p.holds(passwordField, password)

		s.start()
		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte", headingAccount)
	})
}
