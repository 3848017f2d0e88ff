package web

import (
	"net/http"
	"strings"

	"moncompte/app/nir"
	"moncompte/app/search"
	"moncompte/components"
)

const (
	helpSearchPath = "/aide/recherche"
	// retracted asks for the page that says what must not be searched for.
	retracted = helpSearchPath + "?retire=1"
)

// helpIndexFile is the search index as the browser gets it, named by its content, so that it may be kept for ever.
type helpIndexFile struct {
	name string
	*content
}

// newHelpSearch builds the index and the file of it.
func newHelpSearch(docs []search.Document) (*search.Index, helpIndexFile, error) {
	index := search.New(docs)
	body, err := index.AppendBinary(nil)
	if err != nil {
		return nil, helpIndexFile{}, err
	}
	file := newContent(http.Header{"Content-Type": {"application/octet-stream"}}, body)
	return index, helpIndexFile{"index." + file.revision + ".bin", file}, nil
}

func (s *site) helpIndexPath() string { return helpSearchPath + "/" + s.helpFile.name }

// helpForm is the form of a page that has a place for results.
func (s *site) helpForm(question string) components.HelpSearchView {
	return components.HelpSearchView{Question: question, Index: s.helpIndexPath(), Provisional: s.unusual(), Live: true}
}

// unusual is the shape of provisional identifiers where the browser has to be told: it knows the usual one.
func (s *site) unusual() string {
	if pattern := s.provisional(); pattern != nir.DefaultPattern {
		return pattern
	}
	return ""
}

// helpSearch answers a question. What looks like a number of a person, a code or an e-mail address is neither searched for nor
// shown, and leaves the address at once (OWASP ASVS 5.0 V14.2.1): it would stay in the browser's history and in the logs of proxies.
func (s *site) helpSearch(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	question := query.Get("q")
	results := components.NewHelpResults(s.words(r), s.helpWords, question, s.Provisional, s.helpGroups())
	question = strings.ToValidUTF8(question[:min(len(question), search.MaxQuery)], "")
	if results.Private && r.Header.Get("HX-Request") != "true" {
		return redirect(w, r, retracted)
	}
	if query.Has("retire") {
		results = components.HelpResultsView{Words: s.words(r), Private: true}
	}
	if r.URL.RawQuery != "" {
		w.Header().Set("X-Robots-Tag", "noindex")
	}
	if htmx(w, r) {
		return s.render(w, r, http.StatusOK, components.HelpAnswer(results))
	}
	if results.Private {
		question = ""
	}
	view := components.HelpSearchPageView{Page: s.page(r), Search: s.helpForm(question), Results: results}
	return s.render(w, r, http.StatusOK, components.HelpSearchPage(view))
}

// helpSearchIndex sends the index. Another name is that of another version, whose miss no cache may keep.
func (s *site) helpSearchIndex(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("file") != s.helpFile.name {
		return statusError(http.StatusNotFound)
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	s.helpFile.send(w, r, true)
	return nil
}
