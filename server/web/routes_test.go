package web_test

import (
	"net/http"
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/web"
)

const html = "text/html; charset=utf-8"

// securityHeaders are on every answer, whatever its status (OWASP ASVS 5.0 V3.4), and the mark that tells it from another's.
var securityHeaders = header{
	"Mon-Compte": "1",
	"Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; " +
		"frame-ancestors 'none'; form-action 'self'",
	"Referrer-Policy":              "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Access-Control-Allow-Origin":  "", // no other site reads an answer
}

func TestEveryRouteAnswersItsMethodsAndRefusesTheOthers(t *testing.T) {
	const all = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE"
	s := open(t, public, func(o *web.Options) { o.Dev = true })
	for _, c := range []struct {
		path  string
		want  map[string]int // by method; 0 stands for all that are not named
		allow string
		media string
	}{
		{"/", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", html},
		{"/connexion", map[string]int{"GET": 200, "HEAD": 200, "POST": 422, "": 405}, "GET, HEAD, POST", html},
		{"/deconnexion", map[string]int{"POST": 303, "": 405}, "POST", html},
		{"/mon-compte", map[string]int{"GET": 303, "HEAD": 303, "": 405}, "GET, HEAD", html},
		{"/mon-compte/securite", map[string]int{"GET": 303, "HEAD": 303, "POST": 303, "": 405}, "GET, HEAD, POST", html},
		{"/mon-compte/confirmer", map[string]int{"GET": 303, "HEAD": 303, "POST": 303, "": 405}, "GET, HEAD, POST", html},
		{"/mon-compte/confirmer/code", map[string]int{"GET": 303, "HEAD": 303, "POST": 303, "": 405}, "GET, HEAD, POST", html},
		{"/mon-compte/confirmer/renvoyer", map[string]int{"POST": 303, "": 405}, "POST", html},
		{"/aide", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", html},
		{"/aide/numero", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", html},
		{"/aide/recherche", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", html},
		{"/aide/recherche?q=code", map[string]int{"GET": 200, "HEAD": 200}, "", html},
		{"/aide/recherche/index.bin", map[string]int{"GET": 404, "HEAD": 404, "": 405}, "GET, HEAD", html},
		{"/aide/nulle-part", map[string]int{"GET": 404, "HEAD": 404, "": 405}, "GET, HEAD", html},
		{"/hors-ligne", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", html},
		{"/auth/verify", map[string]int{"GET": 401, "HEAD": 401, "": 405}, "GET, HEAD", ""},
		{"/_galerie", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", html},
		{"/_galerie?page=rien", map[string]int{"GET": 404}, "", html},
		{"/robots.txt", map[string]int{"GET": 200, "HEAD": 200}, "", "text/plain; charset=utf-8"},
		{"/.well-known/security.txt", map[string]int{"GET": 404, "HEAD": 404}, "", html}, // no address of the body is set
		{"/healthz", map[string]int{"GET": 200, "HEAD": 200}, "", "text/plain; charset=utf-8"},
		{"/readyz", map[string]int{"GET": 200, "HEAD": 200}, "", "text/plain; charset=utf-8"},
		{"/s/app.1111.css", map[string]int{"GET": 200, "HEAD": 200, "": 405}, "GET, HEAD", "text/css; charset=utf-8"},
		{"/s/other.2222.css", map[string]int{"GET": 404}, "", "text/plain; charset=utf-8"},
		{"/nulle-part", map[string]int{"": 404}, "", html},
		{"/connexion/", map[string]int{"GET": 308, "HEAD": 308, "POST": 308, "": 404}, "", html},
		{"/deconnexion/", map[string]int{"POST": 308, "": 404}, "", html},
		{"/aide/numero/", map[string]int{"GET": 308, "HEAD": 308, "": 404}, "", html},
		{"/hors-ligne/", map[string]int{"GET": 308}, "", html},
		{"/.well-known/change-password", map[string]int{"GET": 302, "HEAD": 302, "": 405}, "GET, HEAD", html},
		{"/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200", map[string]int{"": 404}, "", html},
		{"/mon-compte/nulle-part", map[string]int{"": 404}, "", html},
	} {
		for method := range strings.FieldsSeq(all) {
			status, named := c.want[method]
			if !named {
				if status, named = c.want[""]; !named {
					continue
				}
			}
			what := method + " " + c.path
			a := s.browser().do(method, c.path, nil)
			a.expect(t, what, status, securityHeaders)
			if status == http.StatusMethodNotAllowed {
				a.expect(t, what, status, header{"Allow": c.allow})
			}
			if got := a.Header.Get("Content-Type"); status < 300 && got != c.media || status == 404 && c.media == html && got != html {
				t.Errorf("%s: media type %q, want %q", what, got, c.media)
			}
			keep := "no-store"
			switch {
			case status != 200, strings.Contains(c.path, "?q="):
			case strings.HasPrefix(c.path, "/s/"):
				keep = "public, max-age=31536000, immutable"
			case c.path == "/robots.txt":
				keep = "public, max-age=86400"
			case strings.HasPrefix(c.path, "/aide"), c.path == "/hors-ligne":
				keep = "no-cache" // and for who is signed in: see TestAPageOfASessionIsNeitherKeptNorCompressed
			}
			if got := a.Header.Get("Cache-Control"); got != keep {
				t.Errorf("%s: Cache-Control %q, want %q", what, got, keep)
			}
			if status == http.StatusSeeOther && method != "POST" && a.Header.Get("Location") != "/connexion" {
				t.Errorf("%s: leads to %q, want the sign-in page", what, a.Header.Get("Location"))
			}
		}
	}
}

func TestDevModeAloneHasTheGallery(t *testing.T) {
	s := open(t, local)
	s.browser().get("/_galerie").expect(t, "the gallery outside dev mode", http.StatusNotFound, nil)
}

func TestBrowsersAreToldToStayOnHTTPSOnlyWhereThereIsHTTPS(t *testing.T) {
	for base, want := range map[string]string{local: "", public: "max-age=63072000; includeSubDomains"} {
		s := open(t, base)
		for _, path := range []string{"/", "/nulle-part", "/healthz", "/s/app.1111.css"} {
			s.browser().get(path).expect(t, base+path, s.browser().get(path).StatusCode, header{"Strict-Transport-Security": want})
		}
	}
}

func TestErrorPagesSayWhatToDoAndGiveAReference(t *testing.T) {
	s := open(t, local)
	for path, want := range map[string]string{"/nulle-part": "Cette page n’existe pas", "/deconnexion": "Cette adresse ne s’ouvre pas directement"} {
		a := s.browser().get(path)
		for _, text := range []string{`<html lang="fr"`, want, `href="/"`, "Référence", "3230"} {
			if !strings.Contains(a.body, text) {
				t.Errorf("%s: the page does not hold %q", path, text)
			}
		}
	}
}

func TestAnUncleanAddressLeadsToTheCleanOneOnThisSite(t *testing.T) {
	s := open(t, local)
	for path, want := range map[string]string{"//connexion": "/connexion", "/aide/../connexion": "/connexion", "/./": "/", "//evil.example/..": "/"} {
		a := s.browser().get(path)
		if a.StatusCode/100 != 3 || a.Header.Get("Location") != want {
			t.Errorf("%s: status %d, leads to %q, want %q", path, a.StatusCode, a.Header.Get("Location"), want)
		}
	}
}

func TestHelpListsTopicsAndLeadsFromOneToTheNext(t *testing.T) {
	h, err := help()
	check.OK(t, err)
	s := open(t, local)
	index := s.browser().get("/aide").body
	n := 0
	for _, group := range h.Groups() {
		if !strings.Contains(index, group.Name) {
			t.Errorf("the list lacks the group %q", group.Name)
		}
		for _, topic := range group.Topics {
			n++
			if !strings.Contains(index, `href="`+topic.Path()+`"`) {
				t.Errorf("the list lacks %s", topic.Path())
			}
			a := s.browser().get(topic.Path())
			a.expect(t, topic.Path(), http.StatusOK, header{"Content-Type": html})
			if !strings.Contains(a.body, topic.HTML) {
				t.Errorf("%s: the page does not hold its text", topic.Path())
			}
			for _, next := range topic.Next {
				if !strings.Contains(a.body, `href="`+next.Path()+`"`) {
					t.Errorf("%s does not lead to %s", topic.Path(), next.Path())
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d topics", n)
	}
	for _, path := range []string{"/aide/rien", "/aide/..%2f..%2fetc%2fpasswd", "/aide/%00", "/aide/numero.md"} {
		if a := s.browser().get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.StatusCode)
		}
	}
}

func TestASlashTooManyLeadsToThePage(t *testing.T) {
	s := open(t, public)
	for asked, want := range map[string]string{
		"/connexion/": "/connexion", "/aide/": "/aide", "/aide/numero/": "/aide/numero", "/mot-de-passe-oublie/code/": "/mot-de-passe-oublie/code",
		"/mon-compte/securite/": "/mon-compte/securite", "/connexion/?a=b&c=%C3%A9": "/connexion?a=b&c=%C3%A9", "/.well-known/change-password/": "/.well-known/change-password",
	} {
		s.browser().get(asked).expect(t, asked, http.StatusPermanentRedirect, header{"Location": want, "Cache-Control": "no-store"})
	}
	// 308 keeps a form a form.
	s.browser().do(http.MethodPost, "/connexion/", pair(nathalie, right)).expect(t, "a form", http.StatusPermanentRedirect, header{"Location": "/connexion"})
	for _, asked := range []string{"/nulle-part/", "//evil.example/", "/%2f/evil.example/", "/\\evil.example/", "/connexion//", "/connexion/x/"} {
		if a := s.browser().get(asked); a.StatusCode == http.StatusPermanentRedirect || strings.HasPrefix(a.Header.Get("Location"), "//") {
			t.Errorf("%s: %d, leads to %q", asked, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

// A 401 names a scheme (RFC 9110 §15.5.2), and none for which browsers open a window of theirs.
func TestARefusalNamesASchemeThatNoBrowserKnows(t *testing.T) {
	s := open(t, public)
	for what, a := range map[string]answer{
		"a wrong pair":     s.browser().try(nathalie, wrong),
		"its messages":     s.browser().try(nathalie, wrong, hx),
		"nobody signed in": s.browser().get("/auth/verify"),
	} {
		a.expect(t, what, http.StatusUnauthorized, header{"WWW-Authenticate": `Form realm="Mon Compte"`})
	}
	s.browser().get("/connexion").expect(t, "a page", http.StatusOK, header{"WWW-Authenticate": ""})
}
