package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// refusal is a form that the site sends back.
type refusal struct {
	name                 string
	identifier, password string
	status               int
	title                string   // of the summary
	fields               []string // with a message, in their order
	empties              bool     // the password, scripts or not
}

var refusals = []refusal{
	{name: "nothing typed", status: 422, title: "Il y a des points à corriger", fields: []string{"identifiant", "mot_de_passe"}},
	{name: "no password", identifier: nathalie, status: 422, title: "Il y a un point à corriger", fields: []string{"mot_de_passe"}},
	{name: "a digit is missing", identifier: "2 69 05 49 588 15", password: "secret", status: 422,
		title: "Il y a un point à corriger", fields: []string{"identifiant"}},
	{name: "wrong pair", identifier: "2 85 05 78 006 048", password: "secret", status: 401,
		title: "Il y a un point à corriger", fields: []string{"mot_de_passe"}, empties: true},
	{name: "too many attempts", identifier: nathalie, password: password, status: 429, title: "Trop d’essais pour le moment"},
}

func TestARefusedFormSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, with := range everyEquipment() {
		for _, r := range refusals {
			t.Run(with.name+" "+r.name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, with)
				p.open("/connexion")
				if r.status == 429 {
					s.exhaust(r.identifier)
				}
				p.refused(r)
				p.is(`/^Erreur\s: Connexion/.test(document.title)`)
				p.says("#messages .summary h2", r.title)
				if len(r.fields) > 0 {
					p.until(fmt.Sprintf(`document.activeElement.id === %q`, r.fields[0]))
				} else {
					p.until(`document.activeElement === document.querySelector("#messages .summary")`)
					p.is(`document.querySelector("#messages .summary").getBoundingClientRect().top >= 0`)
				}
				p.checkFields(r)
				p.checkSummaryLinks(r)
			})
		}
	}
}

// refused sends the form and waits for its answer, which brings messages and leaves the inputs alone where scripts run.
func (p *tab) refused(r refusal) {
	p.t.Helper()
	p.expect(fmt.Sprintf("status of %d", r.status))
	p.fillIn(r.identifier, r.password)
	get[bool](p, `[identifiant, mot_de_passe].every(input => input.e2eSame = true)`)
	send := func() { p.press(submitButton) }
	if p.with.noScript {
		p.follow(send)
	} else {
		send()
		p.answered()
		p.is(`identifiant.e2eSame && mot_de_passe.e2eSame`)
	}
	p.at("/connexion", headingLogin)
	p.holds(identifierField, r.identifier)
	if kept := p.value(passwordField); r.empties || p.with.noScript {
		p.until(`mot_de_passe.value === ""`)
	} else if kept != r.password {
		p.t.Errorf("the password that was typed is lost")
	}
}

// answered waits for the messages of a refused form, and until the page has put the focus where they lead: it does so a moment later.
func (p *tab) answered() {
	p.t.Helper()
	p.until(`document.querySelector("#messages .summary")`)
	p.until(`document.activeElement === (document.querySelector("[aria-invalid=true]") || document.querySelector("#messages .summary"))`)
}

// checkFields compares what assistive technology hears of each field with what the eye sees.
func (p *tab) checkFields(r refusal) {
	p.t.Helper()
	for _, name := range []string{"identifiant", "mot_de_passe"} {
		field := css("#" + name)
		wrong := slices.Contains(r.fields, name)
		p.is(fmt.Sprintf(`%s.hasAttribute("aria-invalid") === %t`, field, wrong))
		described := get[string](p, fmt.Sprintf(`%s.getAttribute("aria-describedby").split(" ")
			.map(id => document.getElementById(id).innerText).join(" ").replace(/\s+/g, " ")`, field))
		if strings.Contains(described, "Erreur :") != wrong {
			p.t.Errorf("%s is described by %q", name, described)
		}
	}
}

// checkSummaryLinks follows each link of the summary to its field.
func (p *tab) checkSummaryLinks(r refusal) {
	p.t.Helper()
	links := `[...document.querySelectorAll(".summary ul:not(.ways) a")]`
	if got := get[int](p, links+".length"); got != len(r.fields) {
		p.t.Errorf("the summary has %d links to fields, not %d", got, len(r.fields))
	}
	for i, name := range r.fields {
		p.press(element(fmt.Sprintf("%s[%d]", links, i)))
		p.until(fmt.Sprintf(`document.activeElement.id === %q`, name))
		p.is(fmt.Sprintf(`document.getElementById(%q).labels[0].getBoundingClientRect().bottom > 0`, name))
	}
}

func TestARefusedFormCanBeCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		p.refused(refusal{identifier: "2 69 05 49 588 15", password: password, status: 422})
		p.write(identifierField, "7")
		if with.noScript {
			p.write(passwordField, password)
		}
		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte", headingAccount)
	})
}

func TestAMessageGoesWhenItsReasonIsGone(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.open("/connexion")
	p.refused(refusal{status: 422})
	p.write(identifierField, "2 85 05 78 006 048")
	p.write(passwordField, "secret")
	p.expect("status of 401")
	p.press(submitButton)
	p.until(`!identifiant.hasAttribute("aria-invalid") && mot_de_passe.getAttribute("aria-invalid") === "true"`)
	p.is(`!document.querySelector("#identifiant-erreur .message")`)
	p.is(`document.querySelectorAll(".summary").length === 1`)
	p.is(`document.title.split("Erreur").length === 2`)
}

func TestTheSummaryGoesWithTheLastThingToMend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, withWASM := range []bool{false, true} {
		t.Run(fmt.Sprint(withWASM), func(t *testing.T) {
			t.Parallel()
			p := openTab(t, s, phone)
			if withWASM {
				p.live("/connexion")
			} else {
				p.open("/connexion")
			}
			p.refused(refusals[0])
			lines := `document.querySelectorAll("#messages .summary li").length`
			p.is(lines + " === 2")
			p.write(identifierField, nathalie)
			p.press(identifierField)
			p.is(lines + " === 2") // not from under the fingers
			p.press(passwordField)
			p.until(lines + " === 1")
			p.write(passwordField, password)
			p.key("\t", chromedp.ModifierNone)
			p.until(`!document.querySelector("#messages .summary, .message, [aria-invalid]")`)
			p.is(`!document.title.includes("Erreur")`)
			p.follow(func() { p.press(submitButton) })
			p.at("/mon-compte", headingAccount)
		})
	}
}

// A click begins by leaving the field that it was typed in.
func TestTheClickOnTheButtonIsNotLostWithTheSummary(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), desktop)
	p.open("/connexion")
	p.refused(refusals[1])
	p.write(passwordField, password)
	p.follow(func() { p.press(submitButton) })
	p.at("/mon-compte", headingAccount)
}

func TestWhatIsOfNoUseUntilTomorrowStepsAside(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.open("/mot-de-passe-oublie")
	for _, id := range []string{"canal-sms-choix", "demander-un-code"} {
		get[bool](p, fmt.Sprintf(`(messages.innerHTML = '<div class="summary" tabindex="-1" data-hides="%s"><h2><span>Trop</span><span class="hidden">Erreur : Trop.</span></h2></div>',
			document.dispatchEvent(new CustomEvent("moncompte:refused")))`, id))
		p.until(fmt.Sprintf(`document.getElementById(%q).getClientRects().length === 0`, id))
	}
	p.is(`!document.getElementById("canal-sms-choix").hidden`) // with the next answer it is there again
	p.open("/_galerie?page=mot-de-passe-oublie-assez-de-codes-demandes")
	p.is(`document.querySelector("main form").getClientRects().length === 0`)
	p.press(named("Changer de numéro de sécurité sociale"))
}

func TestTooManyPeopleAtOnceIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	onEach(t, everyEquipment(), func(t *testing.T, with equipment) {
		p := openTab(t, s, with)
		p.open("/connexion")
		p.refused(refusal{identifier: nathalie, password: password, status: 503})
		p.says("#messages .summary h2", "Beaucoup de personnes se connectent en ce moment")
	})
}
