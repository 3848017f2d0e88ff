// Package search finds topics of the help from the words that people type: without accents, in capitals, in the plural, with
// typing errors, or only the beginning of the last word. The server and the browser build the same index from the same bytes
// and find the same. It is pure, and light enough for the browser: package fmt and its like are not imported.
package search

import (
	"cmp"
	"slices"
	"strings"
)

// Document is a page that can be found.
type Document struct {
	Path        string // its address, "/aide/numero"
	Title       string
	Description string // one sentence, shown where no sentence of the text fits
	Keywords    string // words that people use for it and that need not stand on the page, with commas between them
	Text        string // plain, a line for each paragraph, heading and item
}

// Hit is a document that was found.
type Hit struct {
	Path, Title string
	Excerpt     []Piece // some words of the page; never empty for a page that has any
}

// Piece is a run of text.
type Piece struct {
	Text  string
	Match bool // a word that was searched for
}

// Index is a set of documents made ready to be searched. It does not change and may be used from many goroutines.
type Index struct {
	docs  []document
	words []entry // sorted by stem
}

type document struct {
	Document
	phrases [][]int // each keyword and the title, as indices of Index.words
}

// entry is a stem and where it stands.
type entry struct {
	stem     string
	postings []posting // by document, in order
}

type posting struct{ doc, weight int }

// What a word counts for by its place. A word that stands often in a text counts a little more, up to a limit: long pages
// must not win by their length.
const (
	inTitle       = 10
	inKeywords    = 8
	inDescription = 4
	inTextOnce    = 1
	inTextAtMost  = 4
)

// New returns the index of the documents. Those that come first are found first among equals.
func New(docs []Document) *Index {
	weights := map[string]map[int]int{} // by stem and document
	for i, d := range docs {
		for _, field := range []struct {
			text        string
			each, limit int
		}{
			{d.Title, inTitle, inTitle}, {d.Keywords, inKeywords, inKeywords}, {d.Description, inDescription, inDescription},
			{d.Text, inTextOnce, inTextAtMost},
		} {
			count := map[string]int{}
			for w := range words(field.text) {
				if !isStop(w.folded) {
					count[w.stem]++
				}
			}
			for s, n := range count {
				if weights[s] == nil {
					weights[s] = map[int]int{}
				}
				weights[s][i] += min(n*field.each, field.limit)
			}
		}
	}
	x := &Index{words: make([]entry, 0, len(weights))}
	for s, by := range weights {
		e := entry{stem: s, postings: make([]posting, 0, len(by))}
		for i := range docs {
			if weight := by[i]; weight > 0 {
				e.postings = append(e.postings, posting{i, weight})
			}
		}
		x.words = append(x.words, e)
	}
	slices.SortFunc(x.words, func(a, b entry) int { return cmp.Compare(a.stem, b.stem) })
	for _, d := range docs {
		x.docs = append(x.docs, document{d, x.phrases(d)})
	}
	return x
}

// phrases are the title and the keywords of a document, those without a stop word only left out.
func (x *Index) phrases(d Document) [][]int {
	var all [][]int
	for _, text := range append(strings.Split(d.Keywords, ","), d.Title) {
		var phrase []int
		for w := range words(text) {
			if at, found := x.find(w.stem); found && !isStop(w.folded) && !slices.Contains(phrase, at) {
				phrase = append(phrase, at)
			}
		}
		if len(phrase) > 0 {
			all = append(all, phrase)
		}
	}
	return all
}

// find returns the place of a stem among the words, or where it would be.
func (x *Index) find(stem string) (at int, found bool) {
	return slices.BinarySearchFunc(x.words, stem, func(e entry, s string) int { return cmp.Compare(e.stem, s) })
}
