package gallery_test

import (
	"bytes"
	"cmp"
	"flag"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"moncompte/components/gallery"
	"moncompte/server/portal"
	"moncompte/static/aide"
)

// guideEase is how easy the official guide is to read, by the figure of ease, and guideWords how many words its sentences have in the
// mean. -guide computes both from its text, which the repository does not hold. The formula is made for samples of a hundred words: what
// says less is held to the mean alone.
const (
	sample     = 100
	guideEase  = 81.8
	guideWords = 12.5
)

var guideFile = flag.String("guide", "", "check the figures of the guide against its text in this `file`")

// ease is the figure of L. Kandel and A. Moles, « Application de l’indice de Flesch à la langue française », Cahiers d’études de
// radio-télévision 19, 1958: about 100 is very easy to read, 0 very hard. It is that of short texts too, but says little of a few words.
func ease(words, sentences, syllables int) float64 {
	return 207 - 1.015*float64(words)/float64(sentences) - 73.6*float64(syllables)/float64(words)
}

var (
	sentence = regexp.MustCompile(`[^\n]*?[.?!](\s|$)`) // a label, a heading and a link without an end is none
	vowels   = regexp.MustCompile(`[aeiouyàâäéèêëîïôöùûüœæ]+`)
	mute     = regexp.MustCompile(`[^aeiouyàâäéèêëîïôöùûüœæ]es?$`)
)

// syllables are those that are heard in the word: an e at its end is not, nor is that of a plural.
func syllables(word string) int {
	n := len(vowels.FindAllString(word, -1))
	if n > 1 && mute.MatchString(word) {
		n--
	}
	return max(1, n)
}

// measured is what ease counts in a text.
type measured struct{ words, sentences, syllables int }

func measure(text string) (m measured) {
	for _, sentence := range sentence.FindAllString(strings.ToLower(text), -1) {
		words := strings.FieldsFunc(sentence, func(c rune) bool { return !unicode.IsLetter(c) })
		if len(words) == 0 {
			continue
		}
		m.sentences++
		m.words += len(words)
		for _, word := range words {
			m.syllables += syllables(word)
		}
	}
	return m
}

func (m measured) ease() float64 { return ease(m.words, m.sentences, m.syllables) }
func (m measured) mean() float64 { return float64(m.words) / float64(m.sentences) }

// inLine are the elements that do not end a sentence.
var inLine = []string{"a", "b", "em", "span", "strong", "mark"}

// proseOf is what a page says in its main part: a line for each paragraph, heading, link of a list, label and button.
func proseOf(t *testing.T, page []byte) string {
	t.Helper()
	document, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var read func(n *html.Node, inMain bool)
	read = func(n *html.Node, inMain bool) {
		if n.Type == html.TextNode && inMain {
			b.WriteString(strings.Join(strings.Fields(" "+n.Data+" "), " ") + " ")
		}
		if slices.Contains([]string{"template", "svg", "title", "script", "style"}, n.Data) ||
			slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" || a.Key == "class" && a.Val == "hidden" }) {
			return
		}
		for c := range n.ChildNodes() {
			read(c, inMain || n.Data == "main")
		}
		if n.Type == html.ElementNode && !slices.Contains(inLine, n.Data) {
			b.WriteString("\n")
		}
	}
	read(document, false)
	return b.String()
}

func TestEveryPageIsAsEasyToReadAsTheGuide(t *testing.T) {
	type figure struct {
		name string
		measured
	}
	var all []figure
	for _, s := range gallery.Stories(page) {
		if !s.Fragment {
			all = append(all, figure{s.Slug(), measure(proseOf(t, render(t, s)))})
		}
	}
	help, err := aide.Load(aide.Options{OrgName: "Caf", Phone: "3230", URL: "https://www.caf.fr/", FranceConnect: true, Passkeys: true, Limits: portal.StandardLimits})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range help.Groups() {
		for _, topic := range g.Topics {
			all = append(all, figure{"aide/" + topic.Slug, measure(proseOf(t, []byte("<main>"+topic.HTML+"</main>")))})
		}
	}
	slices.SortFunc(all, func(a, b figure) int { return cmp.Compare(a.ease(), b.ease()) })
	for _, f := range all {
		if f.sentences == 0 {
			continue
		}
		t.Logf("%5.1f ease, %4.1f words a sentence, %3d words: %s", f.ease(), f.mean(), f.words, f.name)
		if f.words >= sample && f.ease() < guideEase || f.mean() > guideWords {
			t.Errorf("%s is harder to read than the guide", f.name)
		}
	}
	if *guideFile != "" {
		text, err := os.ReadFile(*guideFile)
		if err != nil {
			t.Fatal(err)
		}
		guide := measure(guideProse(string(text)))
		if math.Abs(guide.ease()-guideEase) > .05 || math.Abs(guide.mean()-guideWords) > .05 {
			t.Errorf("the guide has %.1f and %.1f", guide.ease(), guide.mean())
		}
	}
}

// guideProse joins the lines of the guide, whose sentences run over several, and cuts at blank lines and the marks of its lists.
func guideProse(text string) string {
	return strings.NewReplacer("\n\n", ".\n", " \n", " ", "\n", " ", "\f", ".\n", "①", ".\n", "②", ".\n", "③", ".\n", "④", ".\n", "•", ".\n",
		"\uf0a7", ".\n", "\uf0d8", ".\n", "1. ", ".\n", "2. ", ".\n").Replace(text)
}

func TestSyllablesAreThoseThatAreHeard(t *testing.T) {
	for word, want := range map[string]int{"code": 1, "codes": 1, "le": 1, "numéro": 3, "sécurité": 4, "mot": 1, "passe": 1, "connexion": 3, "oublié": 2, "Caf": 1} {
		if got := syllables(strings.ToLower(word)); got != want {
			t.Errorf("%s has %d, want %d", word, got, want)
		}
	}
	if m := measure("Un titre\nJe lis ceci. Et cela ?\nFin"); m != (measured{5, 2, 7}) {
		t.Errorf("counted %+v", m)
	}
}
