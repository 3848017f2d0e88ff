package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"moncompte/server/check"
	"moncompte/server/web"
	"moncompte/static"
)

var inlineStyle = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// The style in the sign-in page is the one thing inline, allowed by its hash there and nowhere else.
func TestTheStyleInTheSignInPageIsAllowedByItsHashAlone(t *testing.T) {
	built, err := static.LoadFrom(fstest.MapFS{
		"manifest.json": {Data: []byte(`{
			"app.css": {"file": "app.1111.css", "type": "text/css; charset=utf-8"},
			"critical.css": {"file": "critical.2222.css", "type": "text/css; charset=utf-8"},
			"page.js": {"file": "page.3333.js", "type": "text/javascript; charset=utf-8"}}`)},
		"app.1111.css":      {Data: []byte("body{}i{}")},
		"critical.2222.css": {Data: []byte(`body{margin:0}a>b{content:"é"}`)},
		"page.3333.js":      {Data: []byte("0")},
	})
	check.OK(t, err)
	s := open(t, public, func(o *web.Options) { o.Assets = built })
	b := s.browser()
	shown := b.get("/connexion")
	refused := b.try("", "")
	for _, page := range []answer{shown, refused} {
		styles := inlineStyle.FindAllStringSubmatch(page.body, -1)
		if len(styles) != 1 {
			t.Fatalf("%d styles stand in the page", len(styles))
		}
		hash := sha256.Sum256([]byte(styles[0][1]))
		want := "; style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
		policy := page.Header.Get("Content-Security-Policy")
		if !strings.HasSuffix(policy, want) || strings.Contains(policy, "unsafe-inline") {
			t.Errorf("the policy is %q, not one that ends with %q", policy, want)
		}
		form, sheet, script := strings.Index(page.body, "</form>"), strings.Index(page.body, `rel="stylesheet"`), strings.Index(page.body, "<script")
		if form < 0 || sheet < form || script < sheet {
			t.Errorf("form, sheet and scripts stand at %d, %d and %d", form, sheet, script)
		}
	}
	if other := b.get("/mot-de-passe-oublie"); inlineStyle.MatchString(other.body) ||
		strings.Contains(other.Header.Get("Content-Security-Policy"), "sha256") || other.StatusCode != http.StatusOK {
		t.Error("another page has, or allows, a style of its own")
	}
}
