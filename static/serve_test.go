package static

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"moncompte/server/check"
)

// built is a small built directory: a style in three forms, an icon too small to be compressed, a program so big that it lies there in brotli alone, and a file nobody names.
func built() fstest.MapFS {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"manifest.json": text(`{
			"app.css":   {"file": "app.1111.css", "type": "text/css; charset=utf-8"},
			"icon.svg":  {"file": "icon.2222.svg", "type": "image/svg+xml"},
			"app.wasm":  {"file": "app.3333.wasm", "type": "application/wasm"}
		}`),
		"app.1111.css":     text("plain style, long enough"),
		"app.1111.css.br":  text("brotli"),
		"app.1111.css.gz":  text("gzip form"),
		"icon.2222.svg":    text("<svg/>"),
		"app.3333.wasm.br": text(packed("the program")),
		"secret.txt":       text("not in the manifest"),
	}
}

func packed(content string) string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.String()
}

func load(t *testing.T) *Assets {
	t.Helper()
	a, err := LoadFrom(built())
	check.OK(t, err)
	return a
}

func get(a *Assets, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "http://localhost/", nil)
	r.URL.Path = path
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	check.OK(t, err)
	return string(b)
}

// A browser that knows WebAssembly takes brotli over https, but a proxy on the way may hide that it does.
func TestWhatLiesThereInBrotliAloneIsMadeForWhomTakesNothingElse(t *testing.T) {
	a := load(t)
	if res := get(a, "GET", "/s/app.3333.wasm", "Accept-Encoding", "gzip, br"); body(t, res) != packed("the program") || res.Header.Get("Content-Encoding") != "br" {
		t.Errorf("with brotli: %v", res.Header)
	}
	for range 2 {
		res := get(a, "GET", "/s/app.3333.wasm", "Range", "bytes=4-")
		if got := body(t, res); got != "program" || res.StatusCode != http.StatusPartialContent || res.Header.Get("Content-Encoding") != "" {
			t.Errorf("status %d, %q in %q", res.StatusCode, got, res.Header.Get("Content-Encoding"))
		}
		res = get(a, "GET", "/s/app.3333.wasm", "Accept-Encoding", "gzip")
		unzipped, err := gzip.NewReader(res.Body)
		check.OK(t, err)
		if text, err := io.ReadAll(unzipped); string(text) != "the program" || err != nil || res.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("with gzip: %q, %v, %v", text, err, res.Header)
		}
	}
	if text, err := a.Read("app.wasm"); string(text) != "the program" || err != nil {
		t.Errorf("read: %q, %v", text, err)
	}
	broken := built()
	broken["app.3333.wasm.br"] = &fstest.MapFile{Data: []byte("torn")}
	b, err := LoadFrom(broken)
	check.OK(t, err)
	for _, coding := range []string{"", "gzip"} {
		res := get(b, "GET", "/s/app.3333.wasm", "Accept-Encoding", coding)
		if res.StatusCode != http.StatusInternalServerError || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("torn, %q: status %d, %v", coding, res.StatusCode, res.Header)
		}
	}
}

func TestAnAssetIsKeptForAYear(t *testing.T) {
	a := load(t)
	if got := a.URL("app.css"); got != "/s/app.1111.css" {
		t.Fatalf("URL = %q", got)
	}
	if got := a.URL("none.css"); got != "" {
		t.Errorf("URL of an unknown name = %q, want none", got)
	}
	res := get(a, "GET", a.URL("app.css"))
	if res.StatusCode != http.StatusOK || body(t, res) != "plain style, long enough" {
		t.Fatalf("status %d", res.StatusCode)
	}
	for key, want := range map[string]string{
		"Cache-Control":          "public, max-age=31536000, immutable",
		"Content-Type":           "text/css; charset=utf-8",
		"Content-Length":         "24",
		"Content-Encoding":       "",
		"Vary":                   "Accept-Encoding",
		"X-Content-Type-Options": "nosniff",
		"Etag":                   `"app.1111.css"`,
	} {
		if got := res.Header.Get(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
}

func TestTheFormFollowsAcceptEncoding(t *testing.T) {
	a := load(t)
	for accept, want := range map[string]string{
		"":                                 "",
		"br":                               "br",
		"gzip":                             "gzip",
		"x-gzip":                           "gzip",
		"GZIP, deflate, BR":                "br",
		"gzip, deflate, br, zstd":          "br",
		"gzip;q=1.0, br;q=0.5":             "gzip",
		"gzip ; Q=0.2 , br ; q=0.1":        "gzip",
		"br;q=0, gzip":                     "gzip",
		"br;q=0, gzip;q=0":                 "",
		"br;q=0.000, *":                    "gzip",
		"*":                                "br",
		"*;q=0":                            "",
		"identity, br;q=0.5":               "",
		"identity;q=0.1, gzip;q=0.5":       "gzip",
		"identity;q=0":                     "",
		"deflate":                          "",
		"br;q=2, gzip;q=0.1":               "gzip",
		"br;q=NaN, gzip;q=0.1":             "gzip",
		"brotli":                           "",
		",,;q=1,;;":                        "",
		"gzip;level=9":                     "gzip",
		strings.Repeat("a,", 500) + "gzip": "gzip",
	} {
		res := get(a, "GET", a.URL("app.css"), "Accept-Encoding", accept)
		if got := res.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %.40q gives %q, want %q", accept, got, want)
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %.40q: no Vary", accept)
		}
	}
}

func TestACompressedFormSaysWhatItIs(t *testing.T) {
	a := load(t)
	for coding, want := range map[string]string{"br": "brotli", "gzip": "gzip form"} {
		res := get(a, "GET", a.URL("app.css"), "Accept-Encoding", coding)
		if got := body(t, res); got != want {
			t.Errorf("%s: body %q", coding, got)
		}
		if res.ContentLength != int64(len(want)) {
			t.Errorf("%s: Content-Length %d, want %d", coding, res.ContentLength, len(want))
		}
		if got := res.Header.Get("Content-Type"); got != "text/css; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", coding, got)
		}
	}
	if res := get(a, "GET", a.URL("icon.svg"), "Accept-Encoding", "br"); res.Header.Get("Content-Encoding") != "" {
		t.Error("a file without a brotli form was labelled br")
	}
}

func TestEachFormHasItsOwnTag(t *testing.T) {
	a := load(t)
	seen := map[string]bool{}
	for _, coding := range []string{"", "br", "gzip"} {
		tag := get(a, "GET", a.URL("app.css"), "Accept-Encoding", coding).Header.Get("ETag")
		if seen[tag] {
			t.Errorf("%q: the tag %s is another form's", coding, tag)
		}
		seen[tag] = true
		res := get(a, "GET", a.URL("app.css"), "Accept-Encoding", coding, "If-None-Match", tag)
		if res.StatusCode != http.StatusNotModified || body(t, res) != "" {
			t.Errorf("%q: status %d for the tag it gave", coding, res.StatusCode)
		}
	}
}

func TestHeadHasTheHeadersAndNoBody(t *testing.T) {
	a := load(t)
	res := get(a, "HEAD", a.URL("app.css"), "Accept-Encoding", "br")
	if res.StatusCode != http.StatusOK || res.ContentLength != 6 || body(t, res) != "" {
		t.Errorf("status %d, length %d", res.StatusCode, res.ContentLength)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	a := load(t)
	res := get(a, "POST", a.URL("app.css"))
	if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("status %d, Allow %q", res.StatusCode, res.Header.Get("Allow"))
	}
}

func TestOnlyNamesOfTheManifestAreServed(t *testing.T) {
	a := load(t)
	for _, path := range []string{
		"/s/", "/s", "/", "", "/s/secret.txt", "/s/manifest.json", "/s/app.css", "/s/app.1111.css.br", "/s//app.1111.css",
		"/s/../static/fs.go", "/s/./app.1111.css", "/s/app.1111.css/", "/s/%2e%2e/fs.go", "/s/app.1111.css\x00", `/s/..\fs.go`,
	} {
		res := get(a, "GET", path)
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%q: status %d", path, res.StatusCode)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%q: Cache-Control %q on a miss", path, got)
		}
	}
}

func TestABadDirectoryIsRefused(t *testing.T) {
	if _, err := LoadFrom(fstest.MapFS{}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("an empty directory gives %v, want ErrNotBuilt", err)
	}
	for reason, manifest := range map[string]string{
		"not JSON":         `{`,
		"a missing file":   `{"a.css": {"file": "a.9.css", "type": "text/css"}}`,
		"no media type":    `{"app.css": {"file": "app.1111.css"}}`,
		"a way out":        `{"app.css": {"file": "../fs.go", "type": "text/plain"}}`,
		"a directory's":    `{"app.css": {"file": "css/app.css", "type": "text/css"}}`,
		"an absolute path": `{"app.css": {"file": "/etc/passwd", "type": "text/plain"}}`,
	} {
		fsys := built()
		fsys["manifest.json"] = &fstest.MapFile{Data: []byte(manifest)}
		if _, err := LoadFrom(fsys); err == nil || errors.Is(err, ErrNotBuilt) {
			t.Errorf("%s: error %v", reason, err)
		}
	}
}

func TestTheEmbeddedFilesAreThoseOnDisk(t *testing.T) {
	a, err := Load()
	check.OK(t, err)
	for _, name := range []string{"htmx.js", "LICENSES.txt"} {
		path, found := strings.CutPrefix(a.URL(name), Prefix)
		if !found {
			t.Errorf("%s was not built", name)
			continue
		}
		want, err := os.ReadFile("dist/" + path)
		if packed, missing := os.Open("dist/" + path + ".br"); err != nil && missing == nil {
			want, err = io.ReadAll(brotli.NewReader(packed))
			packed.Close()
		}
		check.OK(t, err)
		if got := body(t, get(a, "GET", a.URL(name))); got != string(want) {
			t.Errorf("%s: served %d bytes, on disk %d", name, len(got), len(want))
		}
		for _, coding := range []string{"br", "gzip"} {
			res := get(a, "GET", a.URL(name), "Accept-Encoding", coding)
			if res.Header.Get("Content-Encoding") != coding || res.ContentLength >= int64(len(want)) {
				t.Errorf("%s: %s not served, or not smaller", name, coding)
			}
		}
	}
}

func TestTheLicencesOfEverythingAreServed(t *testing.T) {
	a, err := Load()
	check.OK(t, err)
	text := body(t, get(a, "GET", a.URL("LICENSES.txt")))
	for _, part := range []string{"htmx.org ", "@gouvfr/dsfr ", "Go 1.", "github.com/maxence-charriere/go-app/v10 v", "github.com/a-h/templ v", "modernc.org/sqlite v", "@zxcvbn-ts/language-fr "} {
		if !strings.Contains(text, part) {
			t.Errorf("nothing is said of %q", part)
		}
	}
}

func FuzzAcceptEncoding(f *testing.F) {
	for _, seed := range []string{"", "br", "gzip;q=0.5, *;q=0", "identity;q=0", ";;,=;q=", "br;q=1e400"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		weights := parseAccept([]string{accept})
		for coding, weight := range weights {
			if !(weight >= 0 && weight <= 1) {
				t.Errorf("%q: weight %v of %q", accept, weight, coding)
			}
		}
		coding := Choose([]string{accept}, Codings)
		weight, named := weights[coding]
		if !named {
			weight = weights["*"]
		}
		if coding != "identity" && weight == 0 {
			t.Errorf("%q: chose %s, which is not accepted", accept, coding)
		}
	})
}

func TestAnAssetIsReadByItsName(t *testing.T) {
	a := load(t)
	if text, err := a.Read("app.css"); err != nil || string(text) != "plain style, long enough" {
		t.Errorf("read %q: %v", text, err)
	}
	for _, name := range []string{"secret.txt", "app.1111.css", "../serve.go", ""} {
		if _, err := a.Read(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPreconditionThatFailsLeavesTheConnectionWhole(t *testing.T) {
	a := load(t)
	server := httptest.NewServer(a)
	defer server.Close()
	for _, coding := range []string{"br", "gzip", "identity"} {
		for tag, want := range map[string]int{`"another"`: http.StatusPreconditionFailed, "*": http.StatusOK} {
			r, err := http.NewRequest("GET", server.URL+a.URL("app.css"), nil)
			check.OK(t, err)
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
