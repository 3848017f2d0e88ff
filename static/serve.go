package static

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// codings are the content codings a file may exist in, best first, with what they add to its name.
var codings = []struct{ name, suffix string }{
	{"br", ".br"},
	{"gzip", ".gz"},
	{"identity", ""},
}

// file is one asset in its forms, best first. The last form is always the plain one.
type file struct {
	mediaType string
	forms     []form
}

type form struct {
	coding string // as in Content-Encoding
	name   string // in the file system
	size   int64
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
	form := f.choose(r.Header.Values("Accept-Encoding"))
	body, err := a.fsys.Open(form.name)
	if err != nil {
		refuse(w, http.StatusNotFound)
		return
	}
	defer body.Close()
	content, ok := body.(io.ReadSeeker)
	if !ok {
		refuse(w, http.StatusInternalServerError)
		return
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", f.mediaType)
	h.Add("Vary", "Accept-Encoding")
	// The name holds the hash of the content; each form has a tag of its own (RFC 9110 §8.8.3.3).
	h.Set("ETag", `"`+form.name+`"`)
	if form.coding != "identity" {
		h.Set("Content-Encoding", form.coding)
		// ServeContent leaves the length out when there is a coding, because others compress behind it. It must stay out when
		// 412 may be the answer: that has no body.
		if r.Header.Get("If-Match") == "" {
			h.Set("Content-Length", strconv.FormatInt(form.size, 10))
		}
	}
	http.ServeContent(w, r, name, time.Time{}, content)
}

// refuse answers a failure in plain text that no cache keeps.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(status), status)
}

// choose returns the form to answer with, for the Accept-Encoding lines of a request.
func (f file) choose(accept []string) form {
	offered := make([]string, len(f.forms))
	for i, form := range f.forms {
		offered[i] = form.coding
	}
	return f.forms[slices.Index(offered, Choose(accept, offered...))]
}

// Choose returns the offered coding with the highest weight in the Accept-Encoding lines (RFC 9110 §12.5.3), the first of equals.
// A client that accepts none of them, or says nothing, gets the last one, which has to be identity.
func Choose(accept []string, offered ...string) string {
	weights := parseAccept(accept)
	best, bestWeight := offered[len(offered)-1], 0.0
	for _, coding := range offered {
		weight, named := weights[coding]
		if !named && coding != "identity" {
			weight = weights["*"]
		}
		if weight > bestWeight {
			best, bestWeight = coding, weight
		}
	}
	return best
}

// parseAccept returns the weight of each coding named, 0 to 1. A malformed weight counts as 0: the plain form is always right.
func parseAccept(lines []string) map[string]float64 {
	weights := map[string]float64{}
	for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		coding, params, _ := strings.Cut(item, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		weight := 1.0
		if key, value, found := strings.Cut(params, "="); found && strings.EqualFold(strings.TrimSpace(key), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				q = 0
			}
			weight = q
		}
		if coding == "x-gzip" {
			coding = "gzip"
		}
		if coding != "" {
			weights[coding] = weight
		}
	}
	return weights
}
