package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
)

// workerPolicy is the policy of the service worker, which fetches from its own origin and does nothing else.
const workerPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"

// precache is what the service worker keeps on the device: the help and the page for no network, and the files they need.
type precache struct {
	Pages map[string]string `json:"pages"` // by path: the revision, made from the content
	Pack  string            `json:"pack"`  // the address of all pages in one file
	Files []string          `json:"files"` // each is named by its content
}

// offline is what the service worker needs, put together once.
type offline struct {
	script   *content
	pack     *content // the text of each page by its path: together they are less than half as large as one by one
	packName string
}

// worker sends the service worker with its precache in front: its bytes change exactly when the precache or the worker do, which is
// what makes a browser install it anew. The address stays, so every check asks the server.
func (s *site) worker(w http.ResponseWriter, r *http.Request) error {
	o, err := s.offline()
	if errors.Is(err, fs.ErrNotExist) {
		return statusError(http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", workerPolicy)
	w.Header().Set("Cache-Control", revalidate)
	o.script.send(w, r, true)
	return nil
}

// offlinePack sends all pages in one file, under the policy that the worker puts on each of them. Another name is that of another
// version, whose miss no cache may keep.
func (s *site) offlinePack(w http.ResponseWriter, r *http.Request) error {
	o, err := s.offline()
	if err != nil || r.PathValue("file") != o.packName {
		return statusError(http.StatusNotFound)
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	o.pack.send(w, r, true)
	return nil
}

// newOffline puts the service worker together, from the pages as a visitor gets them who is not signed in.
func (s *site) newOffline(pages http.Handler) (offline, error) {
	source, err := s.Assets.Read("sw.js")
	if err != nil {
		return offline{}, err
	}
	p := precache{Pages: map[string]string{}, Files: s.offlineFiles()}
	texts := map[string]string{}
	for _, path := range s.offlinePages() {
		status, page := firstAnswer(pages, path)
		if status != http.StatusOK {
			return offline{}, fmt.Errorf("%s cannot be kept for reading offline: status %d", path, status)
		}
		p.Pages[path], texts[path] = revision(page), string(page)
	}
	all, err := json.Marshal(texts)
	if err != nil {
		return offline{}, err
	}
	o := offline{pack: newContent(http.Header{"Content-Type": {"application/json"}}, all)}
	o.packName = "pages." + o.pack.revision + ".json"
	p.Pack = offlinePath + "/" + o.packName
	list, err := json.Marshal(p)
	if err != nil {
		return offline{}, err
	}
	media := http.Header{"Content-Type": {"text/javascript; charset=utf-8"}}
	o.script = newContent(media, slices.Concat([]byte("self.precache="), list, []byte(";\n"), source))
	return o, nil
}

// offlinePages are the addresses of the pages that read without a network.
func (s *site) offlinePages() []string {
	paths := []string{offlinePath, "/aide"}
	for _, group := range s.Help.Groups() {
		for _, topic := range group.Topics {
			paths = append(paths, topic.Path())
		}
	}
	return paths
}

// offlineFiles are the addresses of the files that these pages show or run, and of the search index. What the scripts may fetch on
// top, as the WASM, is not among them, nor is the icon of a home screen, which the system keeps, nor htmx, which only talks to the
// server: without one it has nothing to do, and the browser's own cache has it from the page that registered the worker.
func (s *site) offlineFiles() []string {
	files := []string{s.helpIndexPath(), s.links.CSS, s.links.Script, s.links.Boot, s.links.Listen, s.links.Icon}
	return slices.DeleteFunc(files, func(url string) bool { return url == "" })
}

// firstAnswer gets a page as somebody does who comes for the first time.
func firstAnswer(pages http.Handler, path string) (status int, page []byte) {
	r, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		panic(err) // a path of ours
	}
	var answer captured
	pages.ServeHTTP(&answer, r)
	return cmp.Or(answer.status, http.StatusOK), answer.body.Bytes()
}
