package e2e

import (
	"strings"
	"testing"
	"time"
)

// heardWay is a way through the site by keyboard. A step is an address, « text » to type, CODE for the one that was sent, « lire » for the
// whole page from its beginning, or keys of xdotool, one after the other.
type heardWay struct {
	name  string
	steps []string
}

// From the top of the page Tab leads to the link to the content, the body, Mon Compte, and then to the first field.
const toField = "Tab Tab Tab Tab"

func malformed(name, typed string) heardWay {
	return heardWay{name: "numero-" + name, steps: []string{"/connexion", toField, "«" + typed + "»", "Tab", "shift+Tab"}}
}

var heardWays = []heardWay{
	{name: "connexion", steps: []string{"/connexion", "lire"}},
	{name: "connexion-acceptee", steps: []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«" + password + "»", "Return", "lire"}},
	{name: "deconnexion", steps: []string{"/mon-compte", "Tab", "Tab", "Tab", "Tab", "Return"}},
	{name: "connexion-vide", steps: []string{"/connexion", toField, "Tab Tab Tab", "Return", "Tab", "Tab"}},
	{name: "connexion-refusee-par-entree", steps: []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«mauvais mot»", "Return", "shift+Tab", "Tab"}},
	{name: "connexion-refusee-par-le-bouton", steps: []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«mauvais mot»", "Tab Tab", "Return", "Tab"}},
	malformed("juste", nathalie),
	malformed("court", "26905"),
	malformed("lettre-o", "269O549588157"),
	{name: "afficher-le-mot-de-passe", steps: []string{"/connexion", toField + " Tab", "«secret 12»", "Tab", "space", "shift+Tab", "Tab", "space"}},
	{name: "mot-de-passe-oublie", steps: []string{"/mot-de-passe-oublie", "lire", "/mot-de-passe-oublie", toField, "«" + nathalie + "»", "Tab", "space", "Return",
		"/mot-de-passe-oublie/code", toField, "«000»", "Return", "ctrl+a", "CODE", "Return",
		"/mot-de-passe-oublie/nouveau", toField, "«chat»", "« bleu»", "« 47 nuages»", "ctrl+a", "«chat 12»", "Return", "ctrl+a", "«lampe verte 58 tiroirs»", "Return"}},
}

// listened is the site that they walk, one for all of them.
var listened struct {
	site *site
	g    gateways
}

// walk goes the way and returns what was heard: a line for each step, and below it what was said.
func (w heardWay) walk(t *testing.T, e *ear) string {
	t.Helper()
	s, g := listened.site, listened.g
	e.t = t
	var text strings.Builder
	for _, step := range w.steps {
		typed, isText := strings.CutPrefix(step, "«")
		if step == "CODE" {
			typed, isText = code(t, g.smsc.Next(t).Text)+"»", true
		}
		switch {
		case strings.HasPrefix(step, "/"):
			e.goTo(s.url + step)
		case isText:
			e.run("xdotool", "type", "--delay", "120", strings.TrimSuffix(typed, "»"))
		case step == "lire":
			e.run("xdotool", "key", "ctrl+Home")
			e.quiet(time.Second)
			e.run("xdotool", "key", "KP_Add")
		default:
			for _, key := range strings.Fields(step) {
				e.run("xdotool", "key", "--clearmodifiers", key)
				time.Sleep(300 * time.Millisecond) // as fast as one can follow
			}
		}
		text.WriteString("> " + step + "\n")
		said := e.quiet(2500 * time.Millisecond)
		for late := 0; strings.HasPrefix(step, "/") && !strings.Contains(strings.Join(said, "\n"), "terminé.") && late < 10; late++ {
			said = append(said, e.quiet(time.Second)...)
		}
		for _, line := range said {
			text.WriteString("  " + strings.ReplaceAll(line, s.url, "") + "\n")
		}
	}
	if !strings.Contains(text.String(), "\n  ") {
		t.Error("nothing was heard")
	}
	return text.String()
}
