package gallery_test

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// HTML's elements without an end, as far as we use them.
var void = []string{"meta", "link", "input", "br", "hr", "img"}

type token struct {
	kind html.TokenType
	raw  string
	void bool
}

// text is the token's text as Go would quote it, so that a space too many, a non-breaking one or the end of a line is seen.
func (t token) text() string { return strconv.Quote(t.raw) }

// lines are the same bytes for a person who reads a difference: one tag a line, indented. An element with nothing but text
// takes one line; text beside tags has quotes, which show where it begins and ends.
func lines(page []byte) []string {
	var all []string
	depth, rest := 0, tokens(page)
	write := func(indent int, parts ...string) {
		all = append(all, strings.Repeat(" ", 2*max(0, indent))+strings.Join(parts, ""))
	}
	for len(rest) > 0 {
		t := rest[0]
		alone := t.kind == html.StartTagToken && !t.void
		switch {
		case alone && len(rest) > 1 && rest[1].kind == html.EndTagToken:
			write(depth, t.raw, rest[1].raw)
			rest = rest[2:]
			continue
		case alone && len(rest) > 2 && rest[1].kind == html.TextToken && rest[2].kind == html.EndTagToken:
			text := rest[1].text()
			write(depth, t.raw, text[1:len(text)-1], rest[2].raw)
			rest = rest[3:]
			continue
		case alone:
			write(depth, t.raw)
			depth++
		case t.kind == html.EndTagToken:
			depth--
			write(depth, t.raw)
		case t.kind == html.TextToken:
			write(depth, t.text())
		default:
			write(depth, t.raw)
		}
		rest = rest[1:]
	}
	return all
}

func tokens(page []byte) []token {
	var all []token
	z := html.NewTokenizer(bytes.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		t := token{kind: kind, raw: string(z.Raw())}
		if kind == html.StartTagToken {
			name, _ := z.TagName()
			t.void = slices.Contains(void, string(name))
		}
		all = append(all, t)
	}
	return all
}

// Two renderings that differ in one byte must differ here, or the golden files would hide it.
func TestLinesHideNothing(t *testing.T) {
	seen := map[string]string{}
	for _, page := range []string{
		"<p>a b</p>", "<p>a  b</p>", "<p>a\u00a0b</p>", "<p>a\u202fb</p>", "<p>a\nb</p>", `<p>a\nb</p>`, "<p> a b</p>", "<p>a b </p>",
		"<p>a b</p> ", " <p>a b</p>", "<p >a b</p>", "<P>a b</p>", "<p>a b", "<p>a <br>b</p>", "<p>a<br> b</p>", "<p>a<br>b</p>",
		"<p>a<br/>b</p>", "<p>&amp;</p>", "<p>&#38;</p>", "<p><!-- a b --></p>", `<p id="a">a b</p>`, `<p id='a'>a b</p>`, `<p id="a ">a b</p>`,
		"<title>a</title>", "<title> a</title>", `<p>a"</p>`, `<p>"a</p>`, `<p>a""</p>`, "<p></p>", "<p> </p>",
	} {
		got := strings.Join(lines([]byte(page)), "\n")
		if other, twice := seen[got]; twice {
			t.Errorf("%q and %q are both written as\n%s", page, other, got)
		}
		seen[got] = page
	}
}

func TestEveryTagHasItsLine(t *testing.T) {
	got := lines([]byte("<main><p>un <b>deux</b> trois<br>quatre</p><i></i></main>"))
	want := []string{
		"<main>",
		"  <p>",
		`    "un "`,
		"    <b>deux</b>",
		`    " trois"`,
		"    <br>",
		`    "quatre"`,
		"  </p>",
		"  <i></i>",
		"</main>",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
