package components

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"moncompte/app/words"
)

// linked is a sentence with a link in it. It is written by hand, here alone: a template of it would be ten times as large in the WASM.
func linked(s words.Span, href string) templ.Component {
	return marked(s, `<a href="`+templ.EscapeString(href)+`">`, "</a>")
}

// stressed is a sentence with emphasis in it.
func stressed(s words.Span) templ.Component { return marked(s, "<strong>", "</strong>") }

func marked(s words.Span, begin, end string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(s.Before)+begin+templ.EscapeString(s.Inside)+end+templ.EscapeString(s.After))
		return err
	})
}
