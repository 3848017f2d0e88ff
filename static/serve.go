package static

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// suffixes are what a coding adds to a file's name.
var suffixes = map[string]string{"br": ".br", "gzip": ".gz", "identity": ""}

// file is one asset.
type file struct {
	mediaType string
	codings   []string                          // of Codings, those in which it can be sent
	made      map[string]func() ([]byte, error) // of those, by coding, the ones that do not lie there: see newFile
}

// ServeHTTP answers GET and HEAD under Prefix with the smallest form the browser takes. Only names of the manifest are served,
// so no path leads anywhere else. A name changes with its content, hence the year in caches (RFC 8246).
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, Prefix)
	f, found := a.files[name]
	if !ok || !found {
		// A page of the next version may ask this instance, still of the former one: its miss must not be kept.
		refuse(w, http.StatusNotFound)
		return
	}
	coding := Choose(r.Header.Values("Accept-Encoding"), f.codings)
	form := name + suffixes[coding]
	var content io.ReadSeeker
	if made := f.made[coding]; made != nil {
		body, err := made()
		if err != nil {
			refuse(w, http.StatusInternalServerError)
			return
		}
		content = bytes.NewReader(body)
	} else {
		body, err := a.fsys.Open(form)
		if err != nil {
			refuse(w, http.StatusNotFound)
			return
		}
		defer body.Close()
		if content, ok = body.(io.ReadSeeker); !ok {
			refuse(w, http.StatusInternalServerError)
			return
		}
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", f.mediaType)
	Send(w, r, coding, form, content) // the name holds the hash of the content
}

// refuse answers a failure in plain text that no cache keeps.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(status), status)
}
