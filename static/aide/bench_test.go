package aide

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"moncompte/app/search"
	"moncompte/server/check"
	"moncompte/server/portal"
)

// asked are questions as people type them: right, with a fault, unfinished, and one that nothing fits.
var asked = []string{"mot de passe oublié", "je ne recois pas le code sms", "conexion refuser", "numero allocat", "zzzzzz qwrtp"}

// BenchmarkSearch compares the search with two others in the same run. of-scan is the time of a plain scan, which folds each page
// and looks for each word in it, finds no typing error and ranks nothing, over that of the search: above 1 the search is
// faster. of-building is that of building the index for one question over that of asking a built one.
func BenchmarkSearch(b *testing.B) {
	h, err := Load(Options{FranceConnect: true, Limits: portal.StandardLimits})
	check.OK(b, err)
	docs := h.Documents()
	index := search.New(docs)
	var searching, scanning, building time.Duration
	for b.Loop() {
		for _, question := range asked {
			began := time.Now()
			index.Search(question, 8)
			searched := time.Now()
			scan(docs, question)
			scanned := time.Now()
			search.New(docs).Search(question, 8)
			searching += searched.Sub(began)
			scanning += scanned.Sub(searched)
			building += time.Since(scanned)
		}
	}
	b.ReportMetric(scanning.Seconds()/searching.Seconds(), "of-scan")
	b.ReportMetric(building.Seconds()/searching.Seconds(), "of-building")
	b.ReportMetric(float64(searching.Microseconds())/float64(b.N*len(asked)), "µs/question")
	b.ReportMetric(0, "ns/op") // one turn is all three
}

// scan is the simplest search: the pages that hold every word.
func scan(docs []search.Document, question string) (found []string) {
	wanted := strings.Fields(plainly(question))
	for _, d := range docs {
		text := plainly(d.Title + " " + d.Keywords + " " + d.Text)
		all := true
		for _, w := range wanted {
			all = all && strings.Contains(text, w)
		}
		if all {
			found = append(found, d.Path)
		}
	}
	return found
}

func plainly(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return unicode.ToLower(c)
	}, norm.NFD.String(text))
}

// BenchmarkIndex is what a browser does once, when a person first searches.
func BenchmarkIndex(b *testing.B) {
	h, err := Load(Options{FranceConnect: true, Limits: portal.StandardLimits})
	check.OK(b, err)
	data, err := search.New(h.Documents()).AppendBinary(nil)
	check.OK(b, err)
	for b.Loop() {
		check.OK(b, check.ErrOf(search.Parse(data)))
	}
	b.ReportMetric(float64(len(data)), "bytes")
}
