package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// foreign is what a proxy, a firewall or a Wi-Fi portal answers in our place.
type foreign struct {
	name    string
	status  int
	headers map[string]string
	body    string
	leads   bool // nowhere that may be read, which version 2 of htmx cannot tell from a network that is cut
}

const elsewhere = "http://localhost:9/portail" // another origin, where nobody listens

var foreigners = []foreign{
	{name: "a proxy without a server behind it", status: 503, headers: map[string]string{"Content-Type": "text/plain"}, body: "upstream connect error or disconnect/reset before headers"},
	{name: "an empty 502", status: 502},
	{name: "an empty 200", status: 200},
	{name: "a 204", status: 204},
	{name: "a 304", status: 304},
	{name: "a Wi-Fi portal", status: 200, headers: map[string]string{"Content-Type": "text/html"}, body: "<!doctype html><html><body><h1>Bienvenue sur le Wi-Fi</h1></body></html>"},
	{name: "a piece of HTML", status: 200, headers: map[string]string{"Content-Type": "text/html"}, body: `<p>Session Wi-Fi expirée</p><div id="identifiant-erreur" hx-swap-oob="innerHTML">Cliquez ici</div>`},
	{name: "a firewall", status: 403, headers: map[string]string{"Content-Type": "application/json"}, body: `{"error":"blocked","id":"18f2"}`},
	{name: "a limit of a proxy", status: 429, headers: map[string]string{"Retry-After": "1"}, body: "Too Many Requests"},
	{name: "a way elsewhere for htmx", status: 200, headers: map[string]string{"HX-Redirect": elsewhere, "HX-Trigger": "stranger"}},
	{name: "a page of its own at our address", status: 200, headers: map[string]string{"HX-Location": "/portail", "HX-Retarget": "body"}, body: "<h1>Portail</h1>"},
	{name: "a redirect at our address", status: 302, headers: map[string]string{"Location": "/portail"}},
	{name: "a redirect elsewhere", status: 302, headers: map[string]string{"Location": elsewhere}, leads: true},
	{name: "a repeated redirect", status: 307, headers: map[string]string{"Location": "/connexion"}, leads: true},
}

// intercept lets a stranger answer every form, and with the health of the site, which a form without htmx asks for first. The path
// /portail is the stranger's too.
func (s *site) intercept(f foreign) (restore func()) {
	whole := s.serving()
	s.become(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/portail" {
			io.WriteString(w, "<h1>Portail</h1>")
			return
		}
		if r.Method != http.MethodPost && r.URL.Path != "/healthz" {
			whole.ServeHTTP(w, r)
			return
		}
		for name, value := range f.headers {
			w.Header().Set(name, value)
		}
		w.WriteHeader(f.status)
		if f.status != http.StatusNoContent && f.status != http.StatusNotModified {
			io.WriteString(w, f.body)
		}
	}))
	return func() { s.become(whole) }
}

func TestAnAnswerThatIsNotOursIsNeitherShownNorFollowed(t *testing.T) {
	t.Parallel()
	s, g := newReachableSite(t)
	for _, form := range []struct {
		name   string
		path   string
		fields map[element]string
		button string
		open   func(t *testing.T) *tab
	}{
		{name: "sign-in", path: "/connexion", button: "Se connecter", fields: map[element]string{identifierField: nathalie, passwordField: password},
			open: func(t *testing.T) *tab {
				p := openTab(t, s, desktop)
				p.open("/connexion")
				p.fillIn(nathalie, password)
				return p
			}},
		{name: "the first step of a recovery", path: "/mot-de-passe-oublie", button: "Recevoir le code", fields: map[element]string{identifierField: nathalie},
			open: func(t *testing.T) *tab {
				p := openTab(t, s, phone)
				p.open("/mot-de-passe-oublie")
				p.write(identifierField, nathalie)
				p.press(css("label[for=canal-email]"))
				return p
			}},
		{name: "the code", path: "/mot-de-passe-oublie/code", button: "Continuer", fields: map[element]string{codeField: "012 345"},
			open: func(t *testing.T) *tab {
				p := openTab(t, s, desktop)
				p.askForCode(nathalie, "sms")
				g.smsc.Next(t)
				get[bool](p, `(document.querySelector("#code").value = "012 345", true)`) // typed, it would be sent at its last digit
				return p
			}},
		{name: "the code once more, which is not sent by htmx", path: "/mot-de-passe-oublie/code", button: "Renvoyer le code",
			open: func(t *testing.T) *tab {
				p := openTab(t, s, phone)
				p.askForCode(thiLan, "sms") // who has no contact: the page is the same
				return p
			}},
	} {
		t.Run(form.name, func(t *testing.T) {
			p := form.open(t)
			p.until("window.htmx")
			p.expect("status of ")
			p.expect("http://localhost:9")
			p.expect("ERR_TOO_MANY_REDIRECTS")
			p.expect("htmx:sendError")
			p.expect("htmx:afterRequest")
			get[bool](p, `(addEventListener("stranger", () => { window.raised = true }), window.here = true)`)
			for _, f := range foreigners {
				get[bool](p, `(document.querySelector("#messages").replaceChildren(), true)`)
				restore := s.intercept(f)
				p.press(named(form.button))
				p.until(`document.querySelector("#messages .summary")`)
				restore()
				title := "Erreur : Le service ne répond pas pour le moment."
				if f.leads && *htmxVersion == "2" && form.button != "Renvoyer le code" {
					title = "Erreur : La connexion à internet est coupée."
				}
				if got := p.text("#messages .summary h2 .hidden"); got != title {
					t.Errorf("%s: the page says %q", f.name, got)
				}
				p.says("#messages", "ce que vous avez saisi est gardé")
				p.is(ready(form.button))
				for field, text := range form.fields {
					p.holds(field, text)
				}
				p.is(`window.here && !window.raised && !document.body.innerText.includes("Wi-Fi")`)
				if p.path() != form.path {
					t.Fatalf("%s: the page is %s", f.name, p.path())
				}
			}
			p.is(`document.activeElement.matches(".summary") && document.title.startsWith("Erreur")`)
		})
	}
}

// ready is true when the button is there to be pressed again.
func ready(text string) string {
	return `(` + string(named(text)) + `).getAttribute("aria-disabled") === null`
}

// A sign-out that another answers is none: what the page says holds whatever answered.
func TestASignOutThatAnotherAnswersSaysThatItIsNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := openTab(t, s, phone)
	p.expect("status of ")
	p.signIn(nathalie)
	for _, f := range foreigners {
		restore := s.intercept(f)
		p.press(named("Déconnexion"))
		p.until(`document.querySelector("#messages .summary")`)
		restore()
		p.says("#messages .summary", "La déconnexion n’a pas encore réussi")
		p.at("/mon-compte", headingAccount)
		get[bool](p, `(document.querySelector("#messages").replaceChildren(), true)`)
	}
	p.follow(func() { p.press(named("Déconnexion")) })
	p.at("/", headingOut)
}

// What a portal answers with 200 must not be kept as a page of the help, which is read for weeks without a network.
func TestTheWorkerKeepsAndShowsNoForeignHelp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	whole := s.serving()
	foreignHelp := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/aide") || strings.HasPrefix(r.URL.Path, "/hors-ligne") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, "<h1>Portail</h1>")
			return
		}
		whole.ServeHTTP(w, r)
	})
	s.become(foreignHelp)
	p := openTab(t, s, desktop)
	p.open("/")
	promised[bool](p, `navigator.serviceWorker.register("/sw.js", {updateViaCache: "none"}).then(r => new Promise(done => {
		const look = w => { if (w.state === "redundant" || w.state === "activated") done(true) };
		const worker = r.installing || r.waiting || r.active;
		if (!worker) return done(true);
		worker.addEventListener("statechange", () => look(worker));
		look(worker);
	}), () => true)`)
	for _, path := range p.kept() {
		if strings.HasPrefix(path, "/aide") || path == "/hors-ligne" {
			t.Errorf("%s of a stranger is kept", path)
		}
	}
	s.become(whole)
	q := equipped(t, s, desktop, "/")
	s.become(foreignHelp)
	q.open("/aide/numero")
	q.reads("/aide/numero")
	q.says("h1", "numéro")
	s.become(whole)
}
