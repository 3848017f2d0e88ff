package aide

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"moncompte/app/limits"
	"moncompte/server/check"
	"moncompte/server/portal"
)

var (
	caf       = Options{OrgName: "Caf", Phone: "3230", URL: "https://www.caf.fr/", FranceConnect: true, Passkeys: true}
	withoutFC = Options{OrgName: "Caf", Phone: "3230", URL: "https://www.caf.fr/"}

	stop = regexp.MustCompile(`[.?!…](\s|$)|\n`)
)

func mustLoad(t *testing.T, o Options) *Help {
	t.Helper()
	if o.Limits == (limits.Limits{}) {
		o.Limits = portal.StandardLimits
	}
	h, err := Load(o)
	check.OK(t, err)
	return h
}

func topics(h *Help) []*Topic {
	var all []*Topic
	for _, g := range h.Groups() {
		all = append(all, g.Topics...)
	}
	return all
}

// read is what a person reads of a page, with plain spaces, one at a time.
func read(page string) string {
	lines := strings.Split(plainText(page), "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines, "\n")
}

// sentences are those of a plain text.
func sentences(text string) []string {
	return slices.DeleteFunc(stop.Split(text, -1), func(s string) bool { return len(terms(s)) == 0 })
}

// terms are the words of a text in lower case, without punctuation.
func terms(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) })
}

func TestTheReaderSeesSentences(t *testing.T) {
	got := sentences(read("<h2 id=\"a\">Un titre</h2>\n<p>Je lis\nceci. Et <strong>cela</strong> ?</p><p><svg><text>rien</text></svg></p><ul><li>fin</li></ul>"))
	if want := []string{"Un titre", "Je lis ceci", "Et cela ?", "fin"}; !slices.Equal(trimmed(got), trimmed(want)) {
		t.Errorf("sentences are %q, want %q", got, want)
	}
}

func trimmed(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = strings.Join(terms(s), " ")
	}
	return out
}

func TestEveryPageIsEasyToRead(t *testing.T) {
	for _, topic := range topics(mustLoad(t, caf)) {
		text := read(topic.HTML)
		words, all := len(terms(text)), sentences(text)
		if words > 400 {
			t.Errorf("%s has %d words, want 400 at most", topic.Slug, words)
		}
		if mean := float64(words) / float64(len(all)); mean >= 15 {
			t.Errorf("%s has %.1f words a sentence, want fewer than 15", topic.Slug, mean)
		}
		for _, s := range all {
			if n := len(terms(s)); n > 25 {
				t.Errorf("%s: a sentence of %d words: %q", topic.Slug, n, s)
			}
		}
	}
}

func TestEveryPageEndsWithWhatToDoAndWhomToCall(t *testing.T) {
	for _, o := range []Options{caf, withoutFC} {
		for _, topic := range topics(mustLoad(t, o)) {
			_, last, found := strings.Cut(topic.HTML, `<h2 id="et-maintenant">Et maintenant</h2>`)
			if !found || strings.Contains(last, "<h2") {
				t.Errorf("%s does not end with « Et maintenant »", topic.Slug)
				continue
			}
			items := strings.Count(last, "<li>")
			if items < 2 || !strings.Contains(last, "<a href=\"/") && !strings.Contains(last, "Déconnexion") {
				t.Errorf("%s does not say what to do next: %s", topic.Slug, last)
			}
			if call := strings.LastIndex(last, `J’appelle un conseiller`); call < strings.LastIndex(last, "<li>") {
				t.Errorf("%s does not end with whom to call: %s", topic.Slug, last)
			}
			if len(topic.Next) == 0 {
				t.Errorf("%s leads to no other page", topic.Slug)
			}
		}
	}
}

func TestTypographyIsFrench(t *testing.T) {
	wrong := regexp.MustCompile(`[ \w][;?!]|\S[ ]?:(\s|$)|« | »|\w'\w`)
	right := regexp.MustCompile(`\x{a0}[:;?!]`)
	h := mustLoad(t, caf)
	for _, topic := range topics(h) {
		text := tag.ReplaceAllString(drawn.ReplaceAllString(topic.HTML, ""), "")
		for _, line := range append(strings.Split(html.UnescapeString(text), "\n"), topic.Title, topic.Short, topic.Description) {
			if bad := wrong.FindString(right.ReplaceAllString(line, "")); bad != "" {
				t.Errorf("%s: %q in %q", topic.Slug, bad, line)
			}
			if strings.Contains(line, "Mon Compte") {
				t.Errorf("%s: the name may be parted in %q", topic.Slug, line)
			}
		}
	}
}
