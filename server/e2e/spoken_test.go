package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
)

// spoken is the page as the browser hands it to assistive technology: one line for each heading, landmark, live region and
// control, in the order of reading, as
//
//	textbox "Mot de passe", described "Erreur : …", invalid, required
func (p *tab) spoken() []string {
	p.t.Helper()
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	tree := call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	for _, n := range tree {
		nodes[n.NodeID] = n
	}
	var lines []string
	var read func(n *accessibility.Node)
	read = func(n *accessibility.Node) {
		if line := spokenNode(n); line != "" {
			lines = append(lines, line)
		}
		for _, child := range n.ChildIDs {
			if nodes[child] != nil {
				read(nodes[child])
			}
		}
	}
	read(tree[0])
	return lines
}

// silent are the roles of what only holds other things together.
var silent = []string{"StaticText", "InlineTextBox", "generic", "paragraph", "none", "LabelText", "Legend", "ListMarker", "strong", "list",
	"listitem", "complementary", "form"}

func spokenNode(n *accessibility.Node) string {
	role := said(n.Role)
	if n.Ignored || slices.Contains(silent, role) {
		return ""
	}
	line := role
	if name := said(n.Name); name != "" {
		line += " \"" + name + "\""
	}
	if description := said(n.Description); description != "" {
		line += ", described \"" + description + "\""
	}
	for _, property := range n.Properties {
		switch property.Name {
		case "invalid", "required", "disabled", "checked", "pressed", "live":
			if value := said(property.Value); value == "true" {
				line += ", " + string(property.Name)
			} else if value != "" && value != "false" {
				line += ", " + value
			}
		}
	}
	return line
}

func said(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text any
	if json.Unmarshal(v.Value, &text) != nil || text == nil {
		return ""
	}
	return strings.Join(strings.Fields(fmt.Sprint(text)), " ")
}

const (
	numberHint = "Les 13 premiers chiffres, ou votre identifiant provisoire."
	rulesHint  = "Au moins 12 caractères. Au moins une lettre. Au moins un chiffre, ou 5 mots. Rien de trop connu, comme « motdepasse » ou une suite de touches. Ni votre nom, ni votre date de naissance, ni votre numéro."
	numberAsk  = "Saisissez votre numéro de sécurité sociale (13 chiffres) ou votre identifiant provisoire."
	smsHint    = "Rapide, si votre mobile est près de vous."
)

// What is wrong is heard with the field that has the focus, and found again with it; nothing empty is met before (RGAA 7.1, 7.5, 11.1,
// 11.10).
func TestAScreenReaderHearsWhatTheEyeSees(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	p := openTab(t, s, desktop)
	p.expect("status of 422")
	refuse := func(button, wrong string) {
		t.Helper()
		get[bool](p, `messages.e2eSame = true`)
		p.press(named(button))
		p.until(`document.activeElement.matches("` + wrong + `") && document.querySelector("#messages > .summary")`)
		p.is(`messages.e2eSame`)
	}

	p.open("/connexion")
	p.hears(`RootWebArea "Connexion – Mon Compte – Caf"`, `link "Aller au contenu"`, `banner`, `navigation "Menu"`, `main`,
		`heading "Connexion à Mon Compte"`, `textbox "Numéro de sécurité sociale", described "`+numberHint+`", required`,
		`textbox "Mot de passe", required`, `button "Afficher le mot de passe"`, `button "Se connecter"`, `contentinfo`)
	refuse("Se connecter", "#identifiant")
	p.hears(`RootWebArea "Erreur : Connexion – Mon Compte – Caf"`, `heading "Erreur : Il y a des points à corriger."`,
		`link "`+numberAsk+`"`, `link "Saisissez votre mot de passe."`,
		`textbox "Numéro de sécurité sociale", described "`+numberHint+` Erreur : `+numberAsk+`", invalid, required`,
		`textbox "Mot de passe", described "Erreur : Saisissez votre mot de passe.", invalid, required`)

	p.open("/mot-de-passe-oublie")
	p.hears(`radiogroup "Comment voulez-vous recevoir le code ?", required`, `radio "Par SMS", described "`+smsHint+`"`, `radio "Par mail", described "Plus sûr : un SMS peut être lu par une personne qui détourne votre numéro de téléphone."`)
	refuse("Recevoir le code", "#identifiant, [type=radio], .choices")
	p.hears(`heading "Erreur : Il y a des points à corriger."`,
		`radiogroup "Comment voulez-vous recevoir le code ?", described "Erreur : Choisissez comment recevoir le code : par SMS ou par mail.", invalid, required`)

	p.askForCode(nathalie, "sms")
	p.hears(`textbox "Code à 6 chiffres", described "Les espaces et les tirets ne gênent pas.", required`, `button "Continuer"`)
	refuse("Continuer", "#code")
	p.hears(`heading "Erreur : Il y a un point à corriger."`,
		`textbox "Code à 6 chiffres", described "Les espaces et les tirets ne gênent pas. Erreur : Saisissez le code à 6 chiffres que vous avez reçu.", invalid, required`)

	p.giveCode(code(t, g.smsc.Next(t).Text))
	p.write(passwordField, "motdepasse")
	refuse("Enregistrer le mot de passe", "#mot_de_passe")
	p.hears(`textbox "Nouveau mot de passe", described "` + rulesHint + ` Erreur : Il faut au moins 12 caractères : ajoutez un mot ou deux. Ajoutez au moins un chiffre, ou faites une phrase d’au moins 5 mots.", invalid, required`)
}

// hears fails the test when the page does not say the lines in that order; others may stand between. A line may be given by its
// beginning.
func (p *tab) hears(lines ...string) {
	p.t.Helper()
	all := p.spoken()
	rest := all
	for _, line := range lines {
		at := slices.IndexFunc(rest, func(said string) bool {
			return said == line || strings.HasSuffix(line, ".") && strings.HasPrefix(said, line)
		})
		if at < 0 {
			p.t.Errorf("%s does not say\n\t%s\nin its place in\n\t%s", p.path(), line, strings.Join(all, "\n\t"))
			return
		}
		rest = rest[at+1:]
	}
}
