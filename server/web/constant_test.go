package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"moncompte/server/check"
)

var accepting = header{"Accept-Encoding": "gzip, deflate, br"}

// plain is the body without its coding.
func (a answer) plain(t *testing.T) string {
	t.Helper()
	var r io.Reader = strings.NewReader(a.body)
	switch a.Header.Get("Content-Encoding") {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		unzipped, err := gzip.NewReader(r)
		check.OK(t, err)
		r = unzipped
	}
	var text bytes.Buffer
	check.OK(t, check.ErrOf(text.ReadFrom(r)))
	return text.String()
}

func TestAConstantPageComesInEveryCodingThatABrowserTakes(t *testing.T) {
	s := open(t, local)
	for _, path := range []string{"/", "/connexion", "/mot-de-passe-oublie", "/premiere-connexion", "/aide", "/aide/numero", "/aide?seite=1", "/hors-ligne"} {
		want := s.browser().get(path)
		want.expect(t, path, http.StatusOK, header{"Content-Encoding": ""})
		for accept, coding := range map[string]string{"br": "br", "gzip": "gzip", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "zstd": "", "identity": ""} {
			a := s.browser().get(path, header{"Accept-Encoding": accept})
			a.expect(t, path+" with "+accept, http.StatusOK, header{"Content-Encoding": coding, "Content-Type": html})
			if a.plain(t) != want.body {
				t.Errorf("%s with %s is another page", path, accept)
			}
			if coding != "" && len(a.body)*2 > len(want.body) {
				t.Errorf("%s with %s: %d bytes of %d", path, accept, len(a.body), len(want.body))
			}
			for _, by := range []string{"Accept-Encoding", "Cookie"} {
				if !strings.Contains(strings.Join(a.Header.Values("Vary"), " "), by) {
					t.Errorf("%s varies by %q alone", path, a.Header.Values("Vary"))
				}
			}
		}
	}
}

func TestThePageOfTheHelpThatABrowserHasIsNotSentAgain(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	for _, accept := range []string{"br", "gzip", "identity"} {
		coding := header{"Accept-Encoding": accept}
		first := b.get("/aide/numero", coding)
		tag := first.Header.Get("ETag")
		if tag == "" {
			t.Fatal("the page has no tag")
		}
		again := b.get("/aide/numero", coding, header{"If-None-Match": tag})
		again.expect(t, accept, http.StatusNotModified, header{"ETag": tag, "Cache-Control": "no-cache"})
		if again.body != "" {
			t.Errorf("%s: a body came with 304", accept)
		}
		b.get("/aide/franceconnect", coding, header{"If-None-Match": tag}).expect(t, "another page", http.StatusNotFound, nil)
		b.get("/aide/se-connecter", coding, header{"If-None-Match": tag}).expect(t, "another page", http.StatusOK, nil)
	}
	one, two := b.get("/aide", header{"Accept-Encoding": "br"}), b.get("/aide", header{"Accept-Encoding": "gzip"})
	if one.Header.Get("ETag") == two.Header.Get("ETag") {
		t.Error("two codings share a tag")
	}
}

func TestAPreconditionThatFailsLeavesTheConnectionWhole(t *testing.T) {
	server := httptest.NewServer(open(t, local).handler)
	defer server.Close()
	for _, coding := range []string{"br", "gzip", "identity"} {
		for tag, want := range map[string]int{`"another"`: http.StatusPreconditionFailed, "*": http.StatusOK} {
			r, err := http.NewRequest("GET", server.URL+"/aide/numero", nil)
			check.OK(t, err)
			r.Host = "localhost:8080"
			r.Header.Set("Accept-Encoding", coding)
			r.Header.Set("If-Match", tag)
			res, err := server.Client().Do(r)
			check.OK(t, err)
			got, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != want || (len(got) > 0) != (want == http.StatusOK) {
				t.Errorf("%s with If-Match: %s: status %d, %d bytes, %v", coding, tag, res.StatusCode, len(got), err)
			}
		}
	}
}

// BREACH: what holds something of a person's is never compressed, whatever the browser takes; nor is it kept.
func TestAPageOfASessionIsNeitherKeptNorCompressed(t *testing.T) {
	s := open(t, local)
	b := s.browser()
	tag := b.get("/aide").Header.Get("ETag")
	b.signIn(nathalie, right)
	for _, path := range []string{"/aide", "/aide/numero", "/aide?q=1", "/mon-compte", "/mon-compte/securite"} {
		a := b.get(path, accepting, header{"If-None-Match": tag})
		a.expect(t, path, http.StatusOK, header{"Content-Encoding": "", "ETag": "", "Cache-Control": "no-store"})
		if !strings.Contains(a.body, `action="/deconnexion"`) {
			t.Errorf("%s is not the page of who is signed in", path)
		}
	}
	if a := s.browser().get("/aide", accepting); strings.Contains(a.plain(t), `action="/deconnexion"`) {
		t.Error("a stranger gets the page of a session")
	}
}

func TestAnAnswerToAFormIsNotCompressed(t *testing.T) {
	s := open(t, local)
	for path, form := range map[string]url.Values{"/connexion": pair(nathalie, wrong), "/mot-de-passe-oublie": {"identifiant": {nathalie}}} {
		for _, more := range []header{{}, {"HX-Request": "true"}} {
			a := s.browser().do(http.MethodPost, path, form, accepting, more)
			if a.StatusCode < 400 || a.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s: status %d in %q", path, a.StatusCode, a.Header.Get("Content-Encoding"))
			}
		}
	}
}

func TestANoticeIsNeverKeptForOthers(t *testing.T) {
	s := open(t, local)
	if a := s.with("notice", "signed-out").get("/"); !strings.Contains(a.body, "Déconnexion réussie<") {
		t.Error("the notice is not shown")
	}
	if a := s.browser().get("/"); strings.Contains(a.body, "Déconnexion réussie<") {
		t.Error("the notice is shown to somebody else")
	}
}
