package search_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"moncompte/app/search"
)

// FuzzAnyQuestionIsAnswered: no question makes a search panic, what is found is in the index, and an excerpt is a run of the
// page's own text, whole letters only.
func FuzzAnyQuestionIsAnswered(f *testing.F) {
	for _, q := range []string{"", "numéro", "l’aide", "mdp oublié", "2A", "\xff", "🙂", "nume\u0301ro", "＠", strings.Repeat("a ", 300), "œ", "Ÿ ſ ĳ"} {
		f.Add(q, "Le numéro est là. L’aide aussi, à l’accueil.")
	}
	f.Fuzz(func(t *testing.T, question, text string) {
		x := search.New(append([]search.Document{{Path: "/x", Title: question, Keywords: text, Text: text}}, three...))
		search.Private(question, nil)
		hits := x.Search(question, 8)
		if len(hits) > 0 && !search.Asks(question) {
			t.Errorf("%q asks nothing and finds %s", question, hits[0].Path)
		}
		for _, h := range hits {
			var b strings.Builder
			for _, p := range h.Excerpt {
				if p.Text == "" {
					t.Errorf("%q: an empty piece", question)
				}
				b.WriteString(p.Text)
			}
			shown := strings.TrimSuffix(strings.TrimPrefix(b.String(), "… "), " …")
			if h.Path == "/x" && !strings.Contains(text, shown) {
				t.Errorf("%q: excerpt %q is not of the text %q", question, shown, text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(shown) {
				t.Errorf("%q: excerpt %q cuts a letter", question, shown)
			}
		}
	})
}

// FuzzAnyFileIsAnIndexOrRefused: what Parse accepts is written again as it was.
func FuzzAnyFileIsAnIndexOrRefused(f *testing.F) {
	good, err := search.New(three).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("aide1\n\x00"))
	f.Add([]byte("aide1\n\x01\x01a\x01b\x00\x00\x03c d"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := search.Parse(data)
		if err != nil {
			return
		}
		again, err := x.AppendBinary(nil)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%q is written again as %q, %v", data, again, err)
		}
		x.Search("numero a b c", 8)
	})
}
