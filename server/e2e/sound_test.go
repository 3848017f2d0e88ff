package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"moncompte/server/web"
)

// swaps are pages that have changed under the eyes of whoever reads them: by an answer, by the part in WebAssembly, or by a script.
var swaps = []show{
	{"connexion-champs-vides", func(p *tab) { p.open("/connexion"); p.refused(refusals[0]) }},
	{"connexion-un-chiffre-manque", func(p *tab) { p.open("/connexion"); p.refused(refusals[2]) }},
	{"connexion-refusee", func(p *tab) { p.open("/connexion"); p.refused(refusals[3]) }},
	{"connexion-saisie", func(p *tab) {
		p.open("/connexion")
		p.wake()
		p.write(identifierField, "269O549588157")
		p.until(`document.querySelector("#identifiant-erreur .message")`)
	}},
	{"mot-de-passe-oublie-vide", func(p *tab) { p.open("/mot-de-passe-oublie"); p.swapped("Recevoir le code") }},
	{"code-vide", func(p *tab) { p.askForCode(thiLan, "sms"); p.swapped("Continuer") }},
	{"changer-de-mot-de-passe-vide", func(p *tab) {
		p.signIn(thiLan)
		p.open("/mon-compte/mot-de-passe")
		p.swapped("Enregistrer le mot de passe")
	}},
	{"coordonnees-vide", func(p *tab) {
		p.signIn(thiLan)
		p.open("/mon-compte/coordonnees?changer=email")
		p.swapped("Recevoir un code")
	}},
	{"coordonnees-code-vide", func(p *tab) {
		p.signIn(thiLan)
		p.open("/mon-compte/coordonnees?changer=email")
		p.write(css("#email"), "thilan@example.org")
		p.goes("Recevoir un code", "/mon-compte/coordonnees/code", headingCode)
		p.swapped("Continuer")
	}},
	{"deuxieme-etape-vide", func(p *tab) { p.givesPair(); p.swapped("Continuer") }},
	{"rattachement-refuse", func(p *tab) { p.open("/franceconnect/connexion"); p.swapped("Relier et me connecter") }},
	{"aide-cherchee", func(p *tab) {
		p.open("/aide")
		p.write(css("#q"), "code sms")
		p.until(`document.querySelector("#resultats .found")`)
	}},
	{"aide-sans-reponse", func(p *tab) {
		p.open("/aide")
		p.write(css("#q"), "zzzz")
		p.until(`/Aucune/.test(document.querySelector("#nombre").textContent)`)
	}},
	{"aide-a-voix-haute", func(p *tab) {
		p.withVoices("[" + local + "]")
		p.open("/aide/numero")
		p.press(named("Écouter cette page"))
	}},
	{"nouvelle-version", func(p *tab) {
		p.open("/aide")
		p.wake()
		get[bool](p, `(goappOnUpdate(), true)`)
		p.until(`document.querySelector("` + island + `")`)
	}},
}

// swapped presses the button and waits for the answer.
func (p *tab) swapped(button string) {
	p.t.Helper()
	p.press(named(button))
	p.answered()
}

// live is the document as it stands in the browser, in which an attribute that is there has an empty value.
const live = `"<!DOCTYPE html>" + document.documentElement.outerHTML.replace(/ (hidden|defer|autofocus|checked|novalidate)=""/g, " $1")`

// What is right when it comes may be wrong once an answer stands in it: two engines, and the validators, look at the pages as they are then.
func TestEveryPageIsSoundAfterEachSwap(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(s *site, o *web.Options) {
		o.Dev = false // no ribbon, whose <aside> has no name
		withAddresses(s, o)
		withSecondStep(s, o)
	})
	var mu sync.Mutex
	documents := map[string]string{}
	t.Run("swaps", func(t *testing.T) {
		for _, show := range swaps {
			t.Run(show.name, func(t *testing.T) {
				t.Parallel()
				p := openTab(t, s, phone)
				p.expect("status of 4")
				show.open(p)
				p.axe(show.name)
				for _, defect := range p.finds(ibm, "") {
					t.Errorf("%s: %s", show.name, defect)
				}
				document := get[string](p, live)
				mu.Lock()
				documents["echange-"+show.name+".html"] = document
				mu.Unlock()
			})
		}
	})
	if *documentsInto != "" {
		check(t, os.MkdirAll(*documentsInto, 0o755))
		for name, document := range documents {
			check(t, os.WriteFile(filepath.Join(*documentsInto, name), []byte(document), 0o644))
		}
	}
	for _, fault := range validate(t, documents) {
		t.Error(fault)
	}
}

// A check that finds nothing must be able to find something.
func TestTheEngineOfIBMFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	p := openTab(t, newSite(t), phone)
	p.open("/connexion")
	for rule, wrong := range map[string]string{
		"input_label_exists": `document.querySelector("label[for=identifiant]").remove()`,
		"html_lang_exists":   `document.documentElement.removeAttribute("lang")`,
		"aria_id_unique":     `document.querySelector("#mot_de_passe").setAttribute("aria-describedby", "nulle-part")`,
	} {
		get[bool](p, `(`+wrong+`, true)`)
		if found := strings.Join(p.finds(ibm, ""), "\n"); !strings.Contains(found, rule) {
			t.Errorf("%s is not among\n%s", rule, found)
		}
	}
}
