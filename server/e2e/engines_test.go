package e2e

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"moncompte/server/franceconnect"
	"moncompte/server/franceconnect/simulator"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/web"
)

// The main ways of the site, as they are gone in every engine: Chromium's, Firefox's and WebKit's. Each begins in a browser that has never
// been here, at a desktop.
var ways = []struct {
	name string
	at   func(*testing.T) (*site, gateways)
	walk func(*tab, gateways)
}{
	{"home leads to the sign-in", plainSite, func(p *tab, _ gateways) {
		p.open("/")
		p.at("/", headingHome)
		p.follow(func() { p.press(css("header .account")) })
		p.at("/connexion", headingLogin)
	}},
	{"a refused form is mended in place and accepted", plainSite, func(p *tab, _ gateways) {
		p.open("/connexion")
		p.until("window.htmx")
		r := refusal{identifier: "2 69 05 49 588 15", password: password, status: 422, fields: []string{"identifiant"}}
		p.refused(r)
		p.until(`document.activeElement.id === "identifiant"`)
		p.is(`/^Erreur\s: Connexion/.test(document.title)`)
		p.checkFields(r)
		p.checkSummaryLinks(r)
		p.write(identifierField, "7")
		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte", headingAccount)
		p.says("main", "Bonjour Nathalie")
	}},
	{"a wrong pair is refused, and its password emptied", plainSite, func(p *tab, _ gateways) {
		p.open("/connexion")
		p.until("window.htmx")
		p.refused(refusal{identifier: "2 85 05 78 006 048", password: "secret", status: 401, empties: true})
		p.until(`document.activeElement.id === "mot_de_passe"`)
		p.says("#mot_de_passe-erreur", "Le numéro ou le mot de passe n’est pas le bon.")
	}},
	{"after a sign-out Back finds nothing", plainSite, func(p *tab, _ gateways) {
		p.signIn(nathalie)
		p.follow(func() { p.press(named("Déconnexion")) })
		p.at("/", headingOut)
		p.back() // Mon Compte, which leads to the sign-in now
		// Firefox tells whoever leaves before of all that is not loaded.
		p.until(`document.readyState === "complete" && document.querySelector("#identifiant")`)
		p.back()
		p.until(`location.pathname === "/connexion" && document.readyState === "complete" && document.querySelector("#identifiant").value === ""`)
		p.holds(passwordField, "")
	}},
	{"Back to a page that leads elsewhere now ends its loading", plainSite, func(p *tab, _ gateways) {
		p.open("/")
		p.equipped()
		p.signIn(nathalie)
		p.open("/mon-compte/securite")
		p.follow(func() { p.press(named("Déconnexion")) })
		p.at("/", headingOut)
		p.back()
		// The whole sign-in page; WebKit leaves the address as it was when a worker answers by a redirect.
		p.until(`document.readyState === "complete" && performance.getEntriesByType("navigation")[0].loadEventEnd > 0 && document.querySelector("#identifiant")`)
		p.fillIn(nathalie, password)
		p.follow(func() { p.press(submitButton) })
		p.at("/mon-compte", headingAccount)
	}},
	{"a forgotten password, with its rules ticked", reachableSite, func(p *tab, g gateways) {
		p.askForCode(nathalie, "sms")
		p.giveCode(code(p.t, g.smsc.Next(p.t).Text))
		p.at("/mot-de-passe-oublie/nouveau", headingPassword)
		p.press(passwordField)
		p.awake()
		p.write(passwordField, "girafe")
		p.until(`document.querySelectorAll(".rules .met").length === 2`) // and the name, which the code has shown
		p.says(".rules .met", "Au moins une lettre")
		p.write(passwordField, chosen[len("girafe"):])
		p.until(`document.querySelectorAll(".rules .met").length === 5`)
		p.follow(func() { p.press(named("Enregistrer le mot de passe")) })
		p.at("/mon-compte", headingAccount)
		p.says("[role=status]", "Votre mot de passe est changé.")
	}},
	{"FranceConnect, there and back", federatedSite, func(p *tab, _ gateways) {
		p.open("/connexion")
		for _, button := range []string{".fr-connect", "#fi-france-identite", "#citoyen-durand", "#se-connecter", "#continuer"} {
			p.until(`document.readyState === "complete" && ` + string(css(button)))
			p.press(css(button))
		}
		p.until(`location.pathname === "/franceconnect/rattachement" && document.readyState === "complete"`)
		p.fillIn(nathalie, password)
		p.follow(func() { p.press(css("main form button.button")) })
		p.at("/mon-compte", headingAccount)
	}},
	{"the help is searched while one types", plainSite, func(p *tab, _ gateways) {
		p.open("/aide")
		p.until("window.htmx")
		p.write(searchField, "carte vital")
		p.until(`document.querySelector("#resultats .found")`)
		p.follow(func() { p.press(css("#resultats a")) })
		p.at("/aide/numero", "Où trouver mon numéro de sécurité sociale ?")
	}},
	{"the help reads without a network", plainSite, func(p *tab, g gateways) {
		p.open("/connexion")
		p.equipped()
		p.site.stop()
		p.open("/aide/numero")
		p.at("/aide/numero", "Où trouver mon numéro de sécurité sociale ?")
		p.open("/connexion")
		p.at("/connexion", headingOffline)
		p.site.start()
		p.follow(func() { p.press(named("Réessayer")) })
		p.at("/connexion", headingLogin)
	}},
	{"the WASM comes at the first touch", plainSite, func(p *tab, _ gateways) {
		p.open("/connexion")
		p.press(identifierField)
		p.awake()
		p.write(identifierField, "26905495881")
		p.until(`document.querySelector("#identifiant-erreur").innerText.replace(/\s/g, " ").includes("Vous avez saisi : 2 69 05 49 588 1")`)
		p.press(passwordField)
		p.until(`identifiant.getAttribute("aria-invalid") === "true"`)
		p.says("#identifiant-erreur", "Erreur : Il manque 2 chiffres : il en faut 13.")
		p.holds(identifierField, "26905495881")
	}},
	{"the whole way by keyboard", plainSite, func(p *tab, _ gateways) {
		p.open("/")
		p.tabTo(css("header .account"))
		p.follow(func() { p.keys("\r") })
		p.tabTo(identifierField)
		p.keys(nathalie + "\t" + password)
		p.follow(func() { p.keys("\r") })
		p.at("/mon-compte", headingAccount)
		p.tabTo(css("header .sign-out button"))
		p.follow(func() { p.keys(" ") })
		p.at("/", headingOut)
	}},
}

func plainSite(t *testing.T) (*site, gateways)     { return newSite(t), gateways{} }
func reachableSite(t *testing.T) (*site, gateways) { return newReachableSite(t) }
func federatedSite(t *testing.T) (*site, gateways) { return newSite(t, federated(t)), gateways{} }

// engines are the browsers that the ways are gone in. Where one is not installed the test says so, and it is left out.
var engines = map[string]func(*testing.T) func(*testing.T, *console) hands{
	"Firefox": func(t *testing.T) func(*testing.T, *console) hands { return startFirefox(t).open },
	"WebKit":  func(t *testing.T) func(*testing.T, *console) hands { return startWebKit(t).open },
}

func TestTheMainWaysInEveryEngine(t *testing.T) {
	t.Run("Chromium", func(t *testing.T) {
		t.Parallel()
		walkAll(t, func(t *testing.T, s *site) *tab { return openTab(t, s, desktop) })
	})
	for name, start := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := start(t)
			walkAll(t, func(t *testing.T, s *site) *tab {
				s.become(withEars(s))
				p := &tab{console: &console{}, t: t, site: s, with: desktop}
				p.hands = open(t, p.console)
				p.until(`document.readyState === "complete"`) // WebKit forgets an address that it is given before its first, empty page
				t.Cleanup(func() {
					if t.Skipped() {
						return
					}
					for _, heard := range get[[]string](p, `JSON.parse(sessionStorage.heard || "[]")`) {
						p.complain(heard)
					}
					p.check(t)
				})
				return p
			})
		})
	}
}

// walkAll goes each way at a site of its own.
func walkAll(t *testing.T, open func(*testing.T, *site) *tab) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			s, g := w.at(t)
			p := open(t, s)
			p.expectNoNetwork()
			p.expect("status of 4") // Chromium logs each refusal
			w.walk(p, g)
		})
	}
}

// withEars serves the page script behind one that notes what a console would show, since WebDriver hears none. It is kept in the tab's own
// storage, over all of its pages.
func withEars(s *site) http.Handler {
	script, next := s.options.Assets.URL("page.js"), s.serving()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != script {
			next.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		plain := httptest.NewRecorder()
		next.ServeHTTP(plain, r)
		for name, values := range plain.Header() {
			w.Header()[name] = values
		}
		whole := `(() => {
	const note = (what) => { sessionStorage.heard = JSON.stringify([...JSON.parse(sessionStorage.heard || "[]"), what]); };
	for (const level of ["error", "warn", "assert"]) {
		const say = console[level];
		console[level] = (...words) => { if (level !== "assert" || !words[0]) note("console." + level + ": " + words.join(" ")); say.apply(console, words); };
	}
	addEventListener("error", (e) => note(e.message ? "exception: " + e.message : "not loaded: " + (e.target.src || e.target.href)), true);
	addEventListener("unhandledrejection", (e) => note("rejection: " + e.reason));
	addEventListener("securitypolicyviolation", (e) => note("policy: " + e.violatedDirective + " " + e.blockedURI));
})();
` + plain.Body.String()
		w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
		w.Write([]byte(whole))
	})
}

// federated wires a FranceConnect of the tests' own to a site.
func federated(t *testing.T) func(*site, *web.Options) {
	return func(s *site, o *web.Options) {
		const secret = "secret-du-simulateur-de-test-0123456789"
		sim, err := simulator.Start(t.Context(), simulator.Options{ClientID: "mon-compte", ClientSecret: secret,
			RedirectURIs: []string{s.url + "/franceconnect/retour"}, PostLogoutURIs: []string{s.url + "/franceconnect/deconnecte"}})
		check(t, err)
		t.Cleanup(sim.Stop)
		client, err := franceconnect.New(franceconnect.Options{Issuer: sim.Issuer, ClientID: "mon-compte", ClientSecret: keys.NewSecret(secret),
			Profile: franceconnect.Standard, Alg: "ES256", RedirectURL: s.url + "/franceconnect/retour", PostLogoutURL: s.url + "/franceconnect/deconnecte"})
		check(t, err)
		o.FranceConnect = &web.FranceConnect{Provider: client, Issuer: sim.Issuer, Linking: &portal.Linking{Store: s.store, Login: s.login}}
	}
}
