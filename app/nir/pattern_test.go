package nir_test

import (
	"regexp"
	"strings"
	"testing"

	"moncompte/app/nir"
)

func TestAPatternMatchesTheWholeText(t *testing.T) {
	for _, tt := range []struct {
		pattern    string
		yes, never []string
	}{
		{nir.DefaultPattern,
			[]string{"A0000000", "ZZZZZZZZ", "C12345678901234"},
			[]string{"", "A000000", "C123456789012345", "11111111", "a0000000", "A000000_", " A0000000", "A0000000 "}},
		{"CAF[0-9]{3}", []string{"CAF012"}, []string{"CAF01", "CAF0123", "CAFE12", "XCAF012"}},
		{"A?B[C-E09]{2,3}F?", []string{"BCC", "AB09E", "ABCDEF", "BC0F"}, []string{"ABC", "BCCCC", "BCF", "AAB00"}},
		{"A{0,2}A{2}", []string{"AA", "AAAA"}, []string{"A", "AAAAA"}},
	} {
		p, err := nir.ParsePattern(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range tt.yes {
			if !p.Match(s) {
				t.Errorf("%s does not match %q", tt.pattern, s)
			}
		}
		for _, s := range tt.never {
			if p.Match(s) {
				t.Errorf("%s matches %q", tt.pattern, s)
			}
		}
		if p.String() != tt.pattern {
			t.Errorf("%s became %s", tt.pattern, p)
		}
	}
}

func TestAPatternThatIsRefusedSaysWhy(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                      "empty",
		"[0-9A-Z]{13}":          "begins with a digit",
		"A?[0-9]{12}":           "begins with a digit",
		"7[A-Z]{7}":             "begins with a digit",
		"A?B?":                  "empty text",
		"[A-Z]{65}":             "at most 64",
		"[A-Z]{60}[0-9]{5}":     "more than 64 characters",
		"[A-Z]+":                "no upper limit",
		"A[0-9]*":               "no upper limit",
		"A[0-9]{3,}":            "a count is",
		"A{,3}":                 "a count is",
		"A{3,2}":                "a count is",
		"A{0}":                  "a count is",
		"A{03}":                 "a count is",
		"A{+3}":                 "a count is",
		"A{3":                   "{ without }",
		"[A-Z":                  "[ without ]",
		"A[]":                   "empty class",
		"[Z-A]":                 "a range goes",
		"[0-Z]":                 "a range goes",
		"[A-]":                  "a range goes",
		"[^0-9]":                "leave out ^",
		"^[A-Z]{8}$":            "leave out ^",
		`[A-Z]\d{7}`:            "write [0-9]",
		"[a-z]{8}":              "upper case",
		"caf[0-9]{5}":           "upper case",
		"{3}":                   "nothing to repeat",
		"A??":                   "nothing to repeat",
		"CAF-[0-9]{5}":          "separators are dropped",
		"(A|B)[0-9]{7}":         "only A-Z",
		"É[0-9]{7}":             "only A-Z",
		"A]":                    "only A-Z",
		strings.Repeat("A", 65): "more than 64 characters",
	} {
		p, err := nir.ParsePattern(pattern)
		if err == nil || p != nil {
			t.Errorf("%q is accepted", pattern)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%q: %q lacks %q, or has several lines", pattern, err, want)
		}
	}
}

func TestANilOrZeroPatternIsTheDefault(t *testing.T) {
	for _, p := range []*nir.Pattern{nil, {}} {
		if p.String() != nir.DefaultPattern || !p.Match("C1234567") || p.Match("C") {
			t.Errorf("%v is not the default", p)
		}
	}
}

// FuzzPattern compares with package regexp, which this package cannot import.
func FuzzPattern(f *testing.F) {
	f.Add(nir.DefaultPattern, "C1234567")
	f.Add("A?B[C-E09]{2,3}F?", "AB09E")
	f.Add("A{0,2}A{2}", "AAA")
	f.Add("[A-]", "A")
	f.Add("A{01}", "A")
	f.Add("[", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := nir.ParsePattern(pattern)
		if err != nil {
			return
		}
		reference, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
		if err != nil {
			t.Fatalf("%q is no regular expression: %v", pattern, err)
		}
		if got, want := p.Match(text), reference.MatchString(text); got != want {
			t.Errorf("%q, %q: got %t, want %t", pattern, text, got, want)
		}
		if p.Match("") || p.Match("1850578006048") || p.Match(strings.Repeat("A", 65)) {
			t.Errorf("%q matches what no pattern may match", pattern)
		}
		if again, err := nir.ParsePattern(p.String()); err != nil || again.Match(text) != p.Match(text) {
			t.Errorf("%q does not survive its own String", pattern)
		}
	})
}
