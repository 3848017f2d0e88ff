package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
)

// workerPolicy is the policy of the service worker, which fetches from its own origin and does nothing else.
const workerPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"

// precache is what the service worker keeps on the device: the help and the page for no network, and the files they need.
type precache struct {
	Pages map[string]string `json:"pages"` // by path: the revision, made from the content
	Files []string          `json:"files"` // each is named by its content
}

// worker sends the service worker with its precache in front: its bytes change exactly when the precache or the worker do, which is
// what makes a browser install it anew. The address stays, so every check asks the server.
func (s *site) worker(w http.ResponseWriter, r *http.Request) error {
	script, err := s.workerScript()
	if errors.Is(err, fs.ErrNotExist) {
		return statusError(http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", workerPolicy)
	w.Header().Set("Cache-Control", revalidate)
	script.send(w, r, true)
	return nil
}

// newWorkerScript puts the service worker together, from the pages as a visitor gets them who is not signed in.
func (s *site) newWorkerScript(pages http.Handler) (*content, error) {
	source, err := s.Assets.Read("sw.js")
	if err != nil {
		return nil, err
	}
	p := precache{Pages: map[string]string{}}
	files := map[string]bool{}
	for _, path := range s.offlinePages() {
		status, page := visit(pages, path)
		if status != http.StatusOK {
			return nil, fmt.Errorf("%s cannot be kept for reading offline: status %d", path, status)
		}
		p.Pages[path] = revision(page)
		for _, url := range needs(page) {
			files[url] = true
		}
	}
	p.Files = slices.Sorted(maps.Keys(files))
	list, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	media := http.Header{"Content-Type": {"text/javascript; charset=utf-8"}}
	return newContent(media, slices.Concat([]byte("self.precache="), list, []byte(";\n"), source)), nil
}

// offlinePages are the addresses of the pages that read without a network.
func (s *site) offlinePages() []string {
	paths := []string{"/hors-ligne", "/aide"}
	for _, group := range s.Help.Groups() {
		for _, topic := range group.Topics {
			paths = append(paths, topic.Path())
		}
	}
	return paths
}

var (
	tag     = regexp.MustCompile(`<[a-z]+ [^>]*>`)
	address = regexp.MustCompile(` (?:src|href|data-index)="((?:/s/|/aide/recherche/index\.)[^"]+)"`)
)

// needs returns the addresses of the files that a page shows or runs, and of the search index. What the scripts may fetch on top, as
// the WASM, is not among them, nor is the icon of a home screen, which the system keeps, nor htmx, which only talks to the
// server: without one it has nothing to do, and the browser's own cache has it from the page that registered the worker.
func needs(page []byte) (urls []string) {
	for _, t := range tag.FindAll(page, -1) {
		if bytes.Contains(t, []byte("apple-touch-icon")) || bytes.Contains(t, []byte("/s/htmx.")) {
			continue
		}
		for _, found := range address.FindAllSubmatch(t, -1) {
			urls = append(urls, string(found[1]))
		}
	}
	return urls
}

// visit gets a page as somebody does who comes for the first time.
func visit(pages http.Handler, path string) (status int, page []byte) {
	r, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		panic(err) // a path of ours
	}
	var answer captured
	pages.ServeHTTP(&answer, r)
	return cmp.Or(answer.status, http.StatusOK), answer.body.Bytes()
}
