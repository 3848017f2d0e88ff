package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// heardPlace is a site and a browser in which ways are gone one after the other.
type heardPlace struct {
	name   string
	change func(*site, *web.Options) // nil = none
	prefs  []string                  // of the browser
	ways   []heardWay
}

// heardWay is a way through the site by keyboard. A step is an address, « text » to type, CODE or ADRESSE for what was sent last by SMS or
// mail, « lire » for the whole page from its beginning, a happening in brackets, or keys of xdotool, one after the other. « écouter » is no
// step of its own: what comes by itself belongs to the step before, sooner or later. « tout » before a text replaces what stands in the
// field, and → behind a step leads to another page.
type heardWay struct {
	name  string
	steps []string
}

// From the top of the page Tab leads to the link to the content, the body, Mon Compte, and then to the first field; inside the account
// « Déconnexion » and the way back stand before it.
const (
	toField   = "Tab Tab Tab Tab"
	toContent = toField + " Tab"
)

// malformed types numbers into the field of the sign-in page, one after the other: Tab leaves it and shift+Tab comes back.
func malformed(name string, typed ...string) heardWay {
	w := heardWay{name: "numero-" + name, steps: []string{"/connexion", toField}}
	for _, number := range typed {
		w.steps = append(w.steps, "«"+number+"»", "Tab", "shift+Tab")
	}
	return w
}

var heardPlaces = []heardPlace{
	{name: "connexion", ways: []heardWay{
		{"accueil", []string{"/", "lire"}},
		{"connexion", []string{"/connexion", "lire"}},
		{"connexion-acceptee", []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«" + password + "»", "Return →", "lire"}},
		{"mes-connexions", []string{"(une autre session)", "/mon-compte/securite", "lire", "/mon-compte/securite", toContent, "Tab", "Return →"}},
		{"deconnexion", []string{"/mon-compte", "Tab", "Tab", "Tab", "Tab", "Return →", "lire"}},
		{"connexion-vide", []string{"/connexion", toField, "Tab Tab Tab", "Return", "Tab", "Tab"}},
		{"connexion-refusee-par-entree", []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«mauvais mot»", "Return", "shift+Tab", "Tab"}},
		{"connexion-refusee-par-le-bouton", []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«mauvais mot»", "Tab Tab", "Return", "Tab"}},
		{"afficher-le-mot-de-passe", []string{"/connexion", toField + " Tab", "«secret 12»", "Tab", "space", "shift+Tab", "Tab", "space"}},
		{"majuscules", []string{"/connexion", toField + " Tab", "Caps_Lock", "«a»", "«b»", "Caps_Lock", "«c»"}},
		{"reponse-lente", []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«" + password + "»", "(réponse lente)", "Return", "(réponse) →"}},
		{"session-finie", []string{"(fin de la session)", "/mon-compte", "lire"}},
	}},
	{name: "numero", ways: []heardWay{
		malformed("juste", nathalie),
		malformed("court", "26905"),
		malformed("lettre", "269O549588157", "26905X9588157", "26A0549588157"),
		malformed("long", "26905495881578", "26905495881572690549588157269"),
		malformed("impossible", "0690549588157", "2691349588157", "2690500588157", "2690549588000", "269054958815799"),
		malformed("autre", "1234567", "I690549588", "P2026", "P2026+45"),
	}},
	{name: "mot-de-passe", change: withNotices, ways: []heardWay{
		{"mot-de-passe-oublie", []string{"/mot-de-passe-oublie", "lire", "/mot-de-passe-oublie", toField, "«" + nathalie + "»", "Tab", "space", "Return →", "lire",
			"/mot-de-passe-oublie/code", toField, "«000»", "Return", "tout «000000»", "tout CODE →", "lire"}},
		{"nouveau-mot-de-passe", []string{"/mot-de-passe-oublie/nouveau", toField, "«chat»", "« bleu»", "« 47 nuages»", "tout «chat 12»", "Return",
			"tout «lampe verte 58 tiroirs»", "Return →", "lire"}},
		{"changer-de-mot-de-passe", []string{"/mon-compte/mot-de-passe", "lire", "/mon-compte/mot-de-passe", toContent + " Tab", "«faux»", "Tab Tab",
			"«chat bleu 12»", "Return", "tout «lampe verte 58 tiroirs»", "Return →"}},
		{"coordonnees", []string{"/mon-compte/coordonnees", "lire", "/mon-compte/coordonnees?changer=email", "lire", "/mon-compte/coordonnees?changer=email", toContent + " Tab",
			"«nathalie»", "Return", "tout «nath@example.org»", "Return →"}},
		{"cles-d-acces", []string{"/mon-compte/cles", "lire"}},
		{"connexion-avec-une-cle", []string{"(fin de la session)", "/connexion", "lire"}},
		{"ce-n-etait-pas-moi", []string{"ADRESSE", "lire", "ADRESSE", toField, "Return →", "lire"}},
		{"premiere-connexion", []string{"/premiere-connexion", "lire"}},
	}},
	{name: "deuxieme-etape", change: withSecondStep, ways: []heardWay{
		{"deuxieme-etape", []string{"/connexion", "lire", "/connexion", toField + " Tab Tab", "«" + nathalie + "»", "Tab", "«" + password + "»", "Return →", "lire",
			"/connexion/code", toField, "«000000»", "Return", "tout CODE", "Return →"}},
		{"rattachement", []string{"(fin de la session)", "/franceconnect/connexion", "lire", "/franceconnect/rattachement", toField, "«" + nathalie + "»", "Tab", "«faux»",
			"Return", "«" + password + "»", "Return →"}},
		{"deconnexion-franceconnect", []string{"/mon-compte", toField, "Return →", "lire"}},
	}},
	{name: "aide", ways: []heardWay{
		{"aide", []string{"/aide", "lire"}},
		{"aide-numero", []string{"/aide/numero", "lire"}},
		{"aide-recherche", []string{"/aide", toField, "«code sms»", "tout «zzzz»", "tout «code»", "Return →", "lire"}},
		{"hors-ligne", []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«" + password + "»", "(panne)", "Return", "/aide/numero", "/mon-compte", "lire", "(retour)"}},
		{"nouvelle-version", []string{"/connexion", toField, "/aide", "(nouvelle version)", "/aide/numero", "écouter"}},
	}},
	{name: "reseau", ways: []heardWay{
		{"reseau-coupe", []string{"/connexion", toField, "(hors connexion)", "écouter", "(en ligne)", "écouter"}},
	}},
	{name: "sans-javascript", prefs: []string{`user_pref("javascript.enabled", false);`}, ways: []heardWay{
		{"sans-javascript-refusee", []string{"/connexion", toField, "«269O549»", "Tab", "«abc»", "Return", "Tab", "lire"}},
		{"sans-javascript-acceptee", []string{"/connexion", toField, "«" + nathalie + "»", "Tab", "«" + password + "»", "Return →"}},
		{"sans-javascript-deconnexion", []string{"/mon-compte", toField, "Return →", "lire"}},
		{"sans-javascript-oublie", []string{"/mot-de-passe-oublie", toField, "«" + nathalie + "»", "Tab", "space", "Return →", toField, "CODE", "Return →",
			toField, "«chat 12»", "Return", "Tab", "lire"}},
		{"sans-javascript-recherche", []string{"/aide", toField, "«code sms»", "Return →", "lire"}},
	}},
}

// repeats tells whether a way can be gone again: nothing on it is sent.
func (w heardWay) repeats() bool {
	return !slices.ContainsFunc(w.steps, func(step string) bool {
		return strings.HasPrefix(step, "Return") || strings.HasPrefix(step, "(") || step == "ADRESSE"
	})
}

// hearing is a site, what was sent from it, and the ear that listens to it.
type hearing struct {
	*ear
	*site
	gateways
	answers   func()
	disowning string // where a notice leads to
}

// happenings are what a person does not do by keyboard.
var happenings = map[string]func(t *testing.T, h *hearing){
	"(réponse lente)":    func(t *testing.T, h *hearing) { _, h.answers = h.hold() },
	"(réponse)":          func(t *testing.T, h *hearing) { h.answers() },
	"(panne)":            func(t *testing.T, h *hearing) { h.stop() },
	"(nouvelle version)": func(t *testing.T, h *hearing) { h.upgrade(func(o *web.Options) { o.Org.Phone = "3646" }) },
	"(retour)":           func(t *testing.T, h *hearing) { h.site.start() },
	"(fin de la session)": func(t *testing.T, h *hearing) {
		known, err := h.store.Credential(t.Context(), h.number(nathalie))
		check(t, err)
		check(t, h.store.EndSessions(t.Context(), known.Account))
	},
	"(hors connexion)": func(_ *testing.T, h *hearing) { h.workOffline() },
	"(en ligne)":       func(_ *testing.T, h *hearing) { h.workOffline() },
	"(une autre session)": func(t *testing.T, h *hearing) {
		answer, err := http.PostForm(h.url+"/connexion", url.Values{"identifiant": {nathalie}, "mot_de_passe": {password}})
		check(t, err)
		answer.Body.Close()
	},
}

// workOffline ticks « Travailler hors connexion » in the browser's menu, or no longer. What the menu says does not count.
func (e *ear) workOffline() {
	e.t.Helper()
	e.run("xdotool", "key", "--clearmodifiers", "alt+f")
	e.quiet(time.Second)
	e.run("xdotool", "key", "x")
}

// withNotices has passkeys, and notices that can be disowned.
func withNotices(s *site, o *web.Options) {
	withPasskeys(s, o)
	o.Recovery.Reach.Composer = notify.Composer{OrgName: "Caf", Phone: "3230", Host: "moncompte.example", Base: s.url}
}

// withSecondStep asks for a code after the right pair in a new browser, and knows a FranceConnect from which everybody comes back.
func withSecondStep(s *site, o *web.Options) {
	o.SecondStep = &portal.SecondStep{Login: s.login, Codes: o.Recovery, When: portal.StepForNewBrowser}
	withArrivals(s, o)
}

// walk goes the way and returns what was heard: a line for each step, and below it what was said.
func (h *hearing) walk(t *testing.T, w heardWay) string {
	t.Helper()
	h.ear.t = t
	var text strings.Builder
	for _, step := range w.steps {
		if step != "écouter" {
			text.WriteString("> " + step + "\n")
		}
		for _, line := range h.take(t, step) {
			text.WriteString("  " + strings.ReplaceAll(line, h.url, "") + "\n")
		}
	}
	if !strings.Contains(text.String(), "\n  ") {
		t.Error("nothing was heard")
	}
	return text.String()
}

// take takes a step and returns what was said. A step that leads to a page ends when that is there; one that is answered, with the answer.
func (h *hearing) take(t *testing.T, step string) []string {
	t.Helper()
	key, leads := strings.CutSuffix(step, " →")
	if address, is := h.address(t, key); is {
		return h.opens(address)
	}
	what, all := strings.CutPrefix(key, "tout ")
	if all {
		h.run("xdotool", "key", "--clearmodifiers", "ctrl+a")
		h.quiet(time.Second)
	}
	if what == "CODE" {
		what = "«" + code(t, h.smsc.Next(t).Text) + "»"
	}
	switch typed, text := strings.CutPrefix(what, "«"); {
	case happenings[what] != nil:
		happenings[what](t, h)
	case text:
		h.run("xdotool", "type", "--delay", "120", strings.TrimSuffix(typed, "»"))
	case what == "écouter":
		return h.quiet(20 * time.Second)
	case what == "lire":
		h.run("xdotool", "key", "ctrl+Home")
		h.quiet(time.Second)
		h.run("xdotool", "key", "KP_Add")
	default:
		for _, key := range strings.Fields(what) {
			h.run("xdotool", "key", "--clearmodifiers", key)
			time.Sleep(300 * time.Millisecond) // as fast as one can follow
		}
	}
	said := h.quiet(2500 * time.Millisecond)
	for late := 0; late < 20 && (leads && !arrived(said) || heeds[what] && len(said) == 0); late++ {
		said = append(said, h.quiet(time.Second)...)
	}
	if leads {
		said = slices.DeleteFunc(said, func(line string) bool { return line == "Mode navigation" }) // it is, on each page, and told or not
	}
	// Whether the link to the content was a link is said or not, as it was said before.
	if what == "lire" && len(said) > 1 && said[1] == "lien" {
		said = slices.Delete(said, 1, 2)
	}
	return said
}

// address returns where a step leads to by the bar of the browser.
func (h *hearing) address(t *testing.T, step string) (string, bool) {
	t.Helper()
	if step == "ADRESSE" && h.disowning == "" {
		_, after, _ := strings.Cut(h.mail.Next(t).Parse(t).Text, "/ce-n-etait-pas-moi/")
		token, _, _ := strings.Cut(after, "\n")
		h.disowning = "/ce-n-etait-pas-moi/" + strings.TrimSpace(token)
	}
	if step == "ADRESSE" {
		step = h.disowning
	}
	return h.url + step, strings.HasPrefix(step, "/")
}

// opens opens an address, again if need be: on a machine that is busy a key is lost in the bar of the browser, or the screen reader does not
// hear that a page has come.
func (h *hearing) opens(address string) (said []string) {
	for range 3 {
		h.goTo(address)
		said = h.quiet(2500 * time.Millisecond)
		for late := 0; late < 10 && !arrived(said); late++ {
			said = append(said, h.quiet(time.Second)...)
		}
		// What the bar of the browser still had to say does not count.
		begin := len(said) - 1
		for begin >= 0 && !strings.HasSuffix(said[begin], " document web.") {
			begin--
		}
		if begin >= 0 && arrived(said) && !strings.Contains(said[begin], "Cette page n’existe pas") {
			return said[begin:]
		}
	}
	return said
}

// heeds are the steps to which an answer comes for certain, if late.
var heeds = map[string]bool{"Return": true, "Tab": true, "shift+Tab": true, "space": true}

func arrived(said []string) bool { return strings.Contains(strings.Join(said, "\n"), "terminé.") }
