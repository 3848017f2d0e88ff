package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	htmldoc "golang.org/x/net/html"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/web"
	"moncompte/static"
	"moncompte/static/aide"
)

// announced is what the service worker is told to keep.
type announced struct {
	Pages map[string]string
	Pack  string
	Files []string
}

func (s *site) announced() announced {
	s.t.Helper()
	first, rest, found := strings.Cut(s.browser().get("/sw.js").body, ";\n")
	list, isList := strings.CutPrefix(first, "self.precache=")
	var a announced
	if err := json.Unmarshal([]byte(list), &a); err != nil || !found || !isList || rest != "// the worker" {
		s.t.Fatalf("not a worker: %q: %v", first, err)
	}
	return a
}

func TestTheWorkerIsAskedForAnewAndHasAPolicyOfItsOwn(t *testing.T) {
	s := open(t, public)
	a := s.browser().get("/sw.js")
	a.expect(t, "/sw.js", http.StatusOK, header{
		"Content-Type":            "text/javascript; charset=utf-8",
		"Cache-Control":           "no-cache",
		"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
		"X-Content-Type-Options":  "nosniff",
	})
	s.browser().get("/sw.js", header{"If-None-Match": a.Header.Get("ETag")}).expect(t, "the same worker", http.StatusNotModified, nil)
}

func TestWhatCachesShareNeitherProlongsASessionNorCarriesItsCookie(t *testing.T) {
	b := open(t, local).browser()
	b.signIn(nathalie, right)
	_, rest, _ := strings.Cut(b.get("/aide/recherche").body, `data-index="`)
	index, _, found := strings.Cut(rest, `"`)
	if !found {
		t.Fatal("the search names no index")
	}
	for _, path := range []string{"/sw.js", b.site.announced().Pack, "/manifest.webmanifest", index} {
		a := b.get(path)
		a.expect(t, path, http.StatusOK, header{"Set-Cookie": ""})
		b.do(http.MethodPost, path, nil).expect(t, "POST "+path, http.StatusMethodNotAllowed, header{"Allow": "GET, HEAD"})
	}
}

func TestTheWorkerKeepsTheWholeHelpAndWhatItNeeds(t *testing.T) {
	s := open(t, local)
	h, err := help()
	check.OK(t, err)
	a := s.announced()
	paths := []string{"/aide", "/hors-ligne"}
	for _, group := range h.Groups() {
		for _, topic := range group.Topics {
			paths = append(paths, topic.Path())
		}
	}
	pack := s.browser().get(a.Pack)
	pack.expect(t, "the pack", http.StatusOK, securityHeaders)
	pack.expect(t, "the pack", http.StatusOK, header{"Content-Type": "application/json", "Cache-Control": "public, max-age=31536000, immutable"})
	texts := map[string]string{}
	if err := json.Unmarshal([]byte(pack.body), &texts); err != nil || len(texts) != len(a.Pages) {
		t.Fatalf("the pack has %d pages of %d: %v", len(texts), len(a.Pages), err)
	}
	s.browser().get("/hors-ligne/pages.0123456789abcdef.json").expect(t, "another pack", http.StatusNotFound, header{"Cache-Control": "no-store"})
	for _, path := range paths {
		page := s.browser().get(path)
		if page.body != texts[path] {
			t.Errorf("%s is another page in the pack", path)
		}
		if revision := a.Pages[path]; len(revision) != 16 || !strings.Contains(page.Header.Get("ETag"), revision) {
			t.Errorf("%s is kept as %q and sent as %s", path, revision, page.Header.Get("ETag"))
		}
		delete(a.Pages, path)
	}
	for path := range a.Pages {
		if !strings.HasPrefix(path, "/aide/") {
			t.Errorf("%s is kept", path)
		}
	}
	if len(a.Files) != 2 || !strings.HasPrefix(a.Files[0], "/aide/recherche/index.") || a.Files[1] != "/s/app.1111.css" {
		t.Errorf("the files are %v", a.Files)
	}
}

// A file that a page names and the worker does not keep would be missing where there is no network.
func TestTheWorkerKeepsTheFilesThatItsPagesName(t *testing.T) {
	s := open(t, local, func(o *web.Options) {
		built := fstest.MapFS{"sw.js": {Data: []byte("// the worker")}}
		manifest := map[string]map[string]string{"sw.js": {"file": "sw.js", "type": "text/javascript"}}
		for _, name := range []string{"app.css", "htmx.js", "page.js", "boot.js", "favicon.svg", "apple-touch-icon.png"} {
			built[name], manifest[name] = &fstest.MapFile{}, map[string]string{"file": name, "type": "text/plain"}
		}
		list, err := json.Marshal(manifest)
		check.OK(t, err)
		built["manifest.json"] = &fstest.MapFile{Data: list}
		if o.Assets, err = static.LoadFrom(built); err != nil {
			t.Fatal(err)
		}
	})
	a := s.announced()
	named := map[string]bool{}
	for path := range a.Pages {
		page, err := htmldoc.Parse(strings.NewReader(s.browser().get(path).body))
		check.OK(t, err)
		for n := range page.Descendants() {
			for _, attribute := range n.Attr {
				file := strings.HasPrefix(attribute.Val, static.Prefix) || strings.HasPrefix(attribute.Val, "/aide/recherche/index.")
				notNeeded := attribute.Val == "/s/apple-touch-icon.png" || attribute.Val == "/s/htmx.js"
				if file && !notNeeded {
					named[attribute.Val] = true
				}
			}
		}
	}
	if got, want := slices.Sorted(slices.Values(a.Files)), slices.Sorted(maps.Keys(named)); len(want) != 5 || !slices.Equal(got, want) {
		t.Errorf("the worker keeps %v, the pages name %v", got, want)
	}
}

// The bytes of the worker are what makes a browser install it anew.
func TestTheWorkerChangesExactlyWhenWhatItKeepsChanges(t *testing.T) {
	script := func(change ...func(*web.Options)) string {
		return open(t, local, change...).browser().get("/sw.js").body
	}
	same := script()
	if again := script(); again != same {
		t.Error("two instances of the same version have two workers")
	}
	built := func(css, worker string) func(*web.Options) {
		return func(o *web.Options) {
			var err error
			o.Assets, err = static.LoadFrom(fstest.MapFS{
				"manifest.json": {Data: []byte(`{"app.css": {"file": "` + css + `", "type": "text/css"}, "sw.js": {"file": "sw.js", "type": "text/javascript"}}`)},
				css:             {Data: []byte("body{}")},
				"sw.js":         {Data: []byte(worker)},
			})
			check.OK(t, err)
		}
	}
	if script(built("app.1111.css", "// the worker")) != same {
		t.Error("the same files built again change the worker")
	}
	for what, change := range map[string]func(*web.Options){
		"another style":  built("app.9999.css", "// the worker"),
		"another worker": built("app.1111.css", "// a better worker"),
		"another phone":  func(o *web.Options) { o.Org.Phone = "3646" },
		"another help": func(o *web.Options) {
			var err error
			if o.Help, err = aide.Load(aide.Options{OrgName: "Caf de test", Phone: "3646", Limits: portal.StandardLimits}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if script(change) == same {
			t.Errorf("%s leaves the worker as it was", what)
		}
	}
}

func TestWithoutABuiltWorkerThereIsNone(t *testing.T) {
	s := open(t, local, func(o *web.Options) {
		var err error
		if o.Assets, err = static.LoadFrom(fstest.MapFS{"manifest.json": {Data: []byte(`{}`)}}); err != nil {
			t.Fatal(err)
		}
	})
	s.browser().get("/sw.js").expect(t, "/sw.js", http.StatusNotFound, header{"Cache-Control": "no-store"})
}
