package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"moncompte/server/portal"
	"moncompte/server/web"
)

const (
	service     = "https://demarches.example.org"
	serviceHere = service + "/dossier?numero=7&vue=a,b;c#suite"
)

// withServices lists two, one of them on a port of its own.
func withServices(o *web.Options) {
	for _, line := range [][2]string{{"Mes démarches", service + "/accueil"}, {"Mes papiers", "https://papiers.example.org:8443"}} {
		u, err := url.Parse(line[1])
		if err != nil {
			panic(err)
		}
		o.Services = append(o.Services, web.Service{Name: line[0], Address: u})
	}
}

// comesFrom is a browser that a service has sent to the sign-in page.
func (s *site) comesFrom(back string) *browser {
	s.t.Helper()
	b := s.browser()
	b.get("/connexion?"+url.Values{"retour": {back}}.Encode()).expect(s.t, "the sign-in page", http.StatusOK, nil)
	return b
}

func TestEveryWayOfSigningInLeadsBack(t *testing.T) {
	t.Run("password, by the form", func(t *testing.T) {
		b := open(t, local, withServices).browser()
		form := pair(nathalie, right)
		form.Set("retour", serviceHere)
		b.do(http.MethodPost, "/connexion", form).goesTo(t, "the pair", serviceHere)
	})
	t.Run("password, by htmx", func(t *testing.T) {
		b := open(t, local, withServices).comesFrom(serviceHere)
		b.try(nathalie, right, header{"HX-Request": "true"}).expect(t, "the pair", http.StatusOK, header{"HX-Redirect": serviceHere})
	})
	t.Run("a refused try before", func(t *testing.T) {
		b := open(t, local, withServices).comesFrom(serviceHere)
		form := pair(nathalie, wrong)
		form.Set("retour", serviceHere)
		b.do(http.MethodPost, "/connexion", form).says(t, "the refusal", `name="retour" value="`+strings.ReplaceAll(serviceHere, "&", "&amp;")+`"`)
		b.try(nathalie, right).goesTo(t, "the pair", serviceHere)
	})
	t.Run("second step", func(t *testing.T) {
		o := openRecoverySite(t, local, secondStep(portal.StepForNewBrowser), withServices)
		b := o.browser()
		form := pair(nathalie, right)
		form.Set("retour", serviceHere)
		b.do(http.MethodPost, "/connexion", form).goesTo(t, "the pair", "/connexion/code")
		b.give(connexion, codeIn(t, o.take()[0])).goesTo(t, "the code", serviceHere)
		b.give(connexion, "123456").goesTo(t, "a second click", "/connexion")
		b.get("/connexion").goesTo(t, "where it leads", serviceHere)
	})
	for _, base := range []string{"/mot-de-passe-oublie", "/premiere-connexion"} {
		t.Run(base, func(t *testing.T) {
			o := openRecoverySite(t, local, withServices)
			b := o.comesFrom(serviceHere)
			b.ask(base, nathalie, "sms").goesTo(t, "asking", base+"/code")
			b.give(base, codeIn(t, o.take()[0])).goesTo(t, "the code", base+"/nouveau")
			b.choose(base, chosen).goesTo(t, "the new password", serviceHere)
		})
	}
	t.Run("FranceConnect", func(t *testing.T) {
		f := openFederated(t, local)
		f.browser().link()
		again := openAgain(t, f)
		b := again.comesFrom(serviceHere)
		b.comeBack(b.depart()).goesTo(t, "the return", "/connexion/retour")
		a := b.get("/connexion/retour")
		a.expect(t, "the page between", http.StatusOK, header{"Refresh": "0; url=" + serviceHere, "Cache-Control": "no-store"})
		a.says(t, "the page between", "Continuer vers Mes démarches")
		own := again.comesFrom("/mon-compte/securite")
		own.comeBack(own.depart()).goesTo(t, "the return to a page of ours", "/mon-compte/securite")
	})
	t.Run("linking", func(t *testing.T) {
		b := openAgain(t, openFederated(t, local)).comesFrom(serviceHere)
		b.comeBack(b.depart()).goesTo(t, "the return", linking)
		b.prove(nathalie, right).goesTo(t, "the proof", serviceHere)
	})
	t.Run("linking by a code", func(t *testing.T) {
		o, _ := openFederatedOffice(t, withServices)
		b := o.comesFrom(serviceHere)
		b.comeBack(b.depart()).goesTo(t, "the return", linking)
		b.ask(proof, nathalie, "sms").goesTo(t, "asking", linking+"/code")
		o.take()
		b.give(linking, o.codeOf(b)).goesTo(t, "the code", serviceHere)
	})
}

// openAgain is the same site with services.
func openAgain(t *testing.T, f *federated) *site {
	t.Helper()
	s := *f.site
	f.options.Services = nil
	withServices(&f.options)
	var err error
	if s.handler, err = web.New(f.options); err != nil {
		t.Fatal(err)
	}
	return &s
}

func TestWhoIsSignedInGoesStraightBack(t *testing.T) {
	b := open(t, local, withServices).browser()
	b.signIn(nathalie, right)
	for back, to := range map[string]string{serviceHere: serviceHere, "/mon-compte/securite": "/mon-compte/securite", local + "/aide?x=1": "/aide?x=1",
		"https://evil.example": "/mon-compte", "": "/mon-compte"} {
		b.get("/connexion?"+url.Values{"retour": {back}}.Encode()).goesTo(t, back, to)
	}
}

func TestTheWayBackIsForgottenAfterIt(t *testing.T) {
	s := open(t, local, withServices)
	b := s.comesFrom(serviceHere)
	b.try(nathalie, right).goesTo(t, "the pair", serviceHere)
	b.do(http.MethodPost, "/deconnexion", url.Values{}).goesTo(t, "the sign-out", "/")
	b.try(nathalie, right).goesTo(t, "the next person", "/mon-compte")

	b = s.comesFrom(serviceHere)
	b.get("/connexion?retour=https://evil.example")
	b.try(nathalie, right).goesTo(t, "a way back that is none", "/mon-compte")
}

// A sign-in page that leads anywhere is what a false site would send people through (OWASP ASVS 5.0 V3.7.2).
func TestNoAddressButOursAndTheServicesIsAWayBack(t *testing.T) {
	s := open(t, public, withServices)
	hostile := []string{
		"//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/%5cevil.example", "/%2fevil.example", "/%2Fevil.example", "/a//b", "/a/../b", "/a/./b",
		"/%2e%2e/x", "/a/%2e%2e//evil.example", "/%09/evil.example", "/\tevil.example", "/\n/evil.example", "/a%00b", "/a\x00b", "/a b", "/é", "/%252fevil.example", "/aide#x",
		"evil.example", "evil.example/mon-compte", "mon-compte", "./mon-compte", "../mon-compte", "?x", "#x", " /mon-compte", "\t/mon-compte",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "mailto:a@b.example",
		"https://evil.example", "http://evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example", "https:\\\\evil.example",
		"http://demarches.example.org/", "ftp://demarches.example.org/", "HTTPS://demarches.example.org/", "https://DEMARCHES.example.org/", "https://demarches.example.org:443/",
		"https://demarches.example.org:8443/", "https://papiers.example.org/", "https://papiers.example.org:844/", "https://papiers.example.org:84433/", "https://demarches.example.org:/",
		"https://demarches.example.org.evil.example/", "https://demarches.example.orgevil/", "https://evildemarches.example.org/", "https://x.demarches.example.org/",
		"https://demarches.example.org./", "https://example.org/", "https://demarches.example.org@evil.example/", "https://demarches.example.org%40evil.example/",
		"https://user@demarches.example.org/", "https://user:x@demarches.example.org/", "https://demarches.example.org\\@evil.example/", "https://demarches.example.org\\.evil.example/",
		"https://demarches.example.org%2eevil.example/", "https://demarches.example.org%00.evil.example/", "https://demarches.example.org;evil.example/", "https://demarches.example.org&evil.example/",
		"https://démarches.example.org/", "https://xn--dmarches-b1a.example.org/", "https://demarches\u3002example\u3002org/", "https://demarches.example.org\u2044evil.example/", "https://ｄemarches.example.org/",
		"https://demarches.example.org/a\r\nSet-Cookie:x", "https://demarches.example.org/\"", "https://demarches.example.org/<x>", "https://[::1]/", "https://demarches.example.org/" + strings.Repeat("a", 2000),
		"/deconnexion", "/deconnexion/", "/connexion", "/connexion?retour=/connexion", "/connexion/code", "/connexion/", "/franceconnect/connexion", "/franceconnect/retour?code=x", "/mot-de-passe-oublie",
		"/premiere-connexion/code", "/ce-n-etait-pas-moi/TOKEN", "/auth/verify", "/_dev/messages", "/s/app.css", "/sw.js", "/healthz",
		public, public + "//evil.example", public + "/deconnexion", public + ".evil.example/", public + "@evil.example/", public + ":8443/", "http://moncompte.example/aide", "https://MONCOMPTE.example/aide",
	}
	for _, back := range hostile {
		b := s.browser()
		page := b.get("/connexion?" + url.Values{"retour": {back}}.Encode())
		page.expect(t, back, http.StatusOK, nil)
		if strings.Contains(page.body, `name="retour"`) || b.cookie("__Host-retour") != "" {
			t.Errorf("%q is kept", back)
		}
		form := pair(nathalie, right)
		form.Set("retour", back)
		b.do(http.MethodPost, "/connexion", form).goesTo(t, back, "/mon-compte")
	}
	for _, back := range []string{service, service + "/", service + "?x=1", service + "//a", service + "#x", "https://papiers.example.org:8443/a", "/", "/aide", "/aide/", "/aide/numero?x=https://evil.example", "/demarches/pi%C3%A8ce", "/mon-compte"} {
		b := s.comesFrom(back)
		if b.cookie("__Host-retour") == "" {
			t.Errorf("%q is not kept", back)
		}
		b.try(nathalie, right).goesTo(t, back, back)
	}
}

// The cookie is judged when it is used: a service that was struck off the list is none any more.
func TestAKeptWayBackIsJudgedWhenItIsUsed(t *testing.T) {
	s := open(t, local)
	for _, value := range []string{"aHR0cHM6Ly9ldmlsLmV4YW1wbGU", "aHR0cHM6Ly9kZW1hcmNoZXMuZXhhbXBsZS5vcmcv", "L2RlY29ubmV4aW9u", "%%%", ""} {
		s.with("retour", value).try(nathalie, right).goesTo(t, value, "/mon-compte")
	}
}

func TestOnlyFormsOfASignInMayEndOnAService(t *testing.T) {
	s := open(t, local, withServices)
	const forms = "form-action 'self' https://demarches.example.org https://papiers.example.org:8443"
	for path, named := range map[string]bool{"/connexion": true, "/connexion?retour=/aide": true, "/connexion/code": true, "/mot-de-passe-oublie/nouveau": true,
		"/franceconnect/rattachement": true, "/": false, "/mon-compte": false, "/mot-de-passe-oublie": false, "/aide": false} {
		policy := s.browser().get(path).Header.Get("Content-Security-Policy")
		if strings.Contains(policy, forms) != named || !strings.Contains(policy, "form-action 'self'") {
			t.Errorf("%s: %s", path, policy)
		}
	}
}

// goesTo checks that an answer leads to an address.
func (a answer) goesTo(t *testing.T, what, address string) {
	t.Helper()
	a.expect(t, what, http.StatusSeeOther, header{"Location": address})
}
