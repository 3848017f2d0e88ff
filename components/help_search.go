package components

import (
	"strconv"

	"moncompte/app/nir"
	"moncompte/app/search"
	"moncompte/app/words"
)

// HelpSearchView is the form that searches the help.
type HelpSearchView struct {
	Question string // as typed, shown again; never one that search.Private reports
	Index    string // the address of the search index, for the search without a network; empty = left out
	// Provisional is the pattern of provisional identifiers, for the browser; empty = the usual one.
	Provisional string
	Live        bool // the page holds the place for results: typing shows them
}

// HelpResultsView is what stands in the place for results. The zero value is an empty place, in French.
type HelpResultsView struct {
	Words   words.Words
	Groups  []HelpGroup // the whole list, shown when nothing is asked
	Asked   bool
	Private bool // what was typed must not be typed here: it is not repeated
	Hits    []search.Hit
}

// maxHits is how many pages a search shows: more than anybody reads.
const maxHits = 8

// NewHelpResults answers a question, in the browser as on the server. Without words to search for it shows the groups. The
// pattern is that of provisional identifiers, nil for the usual one.
func NewHelpResults(w words.Words, index *search.Index, question string, provisional *nir.Pattern, groups []HelpGroup) HelpResultsView {
	switch {
	case search.Private(question, provisional):
		return HelpResultsView{Words: w, Private: true}
	case !search.Asks(question):
		return HelpResultsView{Words: w, Groups: groups}
	}
	return HelpResultsView{Words: w, Asked: true, Hits: index.Search(question, maxHits)}
}

// Status says how many results there are, for the element id="nombre"; empty when nothing is asked.
func (v HelpResultsView) Status() string {
	switch {
	case v.Private:
		return v.Words.Help().PrivateHint
	case !v.Asked:
		return ""
	case len(v.Hits) == 0:
		return v.Words.Help().NoResult
	}
	return v.Words.Help().Results(len(v.Hits))
}

// HelpSearchPageView is the page of results.
type HelpSearchPageView struct {
	Page
	Search  HelpSearchView
	Results HelpResultsView
}

// groupID names the heading of a group.
func groupID(number int) string { return "aide-" + strconv.Itoa(number) }
