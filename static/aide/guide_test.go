package aide

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"moncompte/server/check"
)

// guideFile is where the text of the official guide is. The repository keeps only prints of its sentences.
var guideFile = flag.String("guide", "", "check that the text of the guide in this `file` is covered whole")

const coverageFile = "testdata/guide.tsv"

// covered is one sentence of the guide and where the help says the same in its own words.
type covered struct {
	print, slug string
	words       []string
}

// coverage reads a line for each sentence: its print, the page, and the words with bars between them.
func coverage(t *testing.T) []covered {
	t.Helper()
	data, err := os.ReadFile(coverageFile)
	check.OK(t, err)
	var all []covered
	for line := range strings.Lines(string(data)) {
		part := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(part) != 3 || len(part[0]) != 16 || part[1] == "" || part[2] == "" {
			t.Fatalf("%s: %q is not a print, a page and words", coverageFile, line)
		}
		all = append(all, covered{part[0], part[1], strings.Split(part[2], " | ")})
	}
	return all
}

func TestEverySentenceOfTheGuideIsCovered(t *testing.T) {
	h := mustLoad(t, caf)
	all := coverage(t)
	if len(all) != 36 {
		t.Errorf("%d sentences are covered, the guide has 36", len(all))
	}
	for _, c := range all {
		topic := h.Topic(c.slug)
		if topic == nil {
			t.Errorf("%s: there is no page %s", c.print, c.slug)
			continue
		}
		text := strings.ToLower(strings.Join(strings.Fields(topic.Title+" "+read(topic.HTML)), " "))
		for _, words := range c.words {
			if !strings.Contains(text, words) {
				t.Errorf("%s: %s does not say %q", c.print, c.slug, words)
			}
		}
	}
	if *guideFile == "" {
		return
	}
	data, err := os.ReadFile(*guideFile)
	check.OK(t, err)
	for _, missing := range uncovered(guideSentences(string(data)), all) {
		t.Error(missing)
	}
}

// uncovered says which sentences have no page, and which entries have no sentence.
func uncovered(sentences []string, all []covered) (faults []string) {
	pages := map[string]bool{}
	for _, c := range all {
		pages[c.print] = true
	}
	for _, s := range sentences {
		if !pages[print(s)] {
			faults = append(faults, "no page covers "+print(s)+": "+s)
		}
		delete(pages, print(s))
	}
	for stale := range pages {
		faults = append(faults, "the guide has no sentence "+stale)
	}
	return faults
}

func TestASentenceWithoutAPageWouldBeFound(t *testing.T) {
	guide := guideSentences("Un titre ?\n\nJe lis la\npremière phrase. Je lis la deuxième.\n① Je lis la troisième")
	if want := []string{"un titre", "je lis la première phrase", "je lis la deuxième", "je lis la troisième"}; !slices.Equal(guide, want) {
		t.Fatalf("the sentences are %q, want %q", guide, want)
	}
	var all []covered
	for _, s := range guide {
		all = append(all, covered{print: print(s)})
	}
	if faults := uncovered(guide, all); len(faults) > 0 {
		t.Errorf("all is covered, but: %q", faults)
	}
	if faults := uncovered(guide, all[1:]); len(faults) != 1 || !strings.Contains(faults[0], "un titre") {
		t.Errorf("without the first page: %q", faults)
	}
	if faults := uncovered(guide[1:], all); len(faults) != 1 {
		t.Errorf("without the first sentence: %q", faults)
	}
}

// guideSentences joins the lines of the guide, whose sentences run over several, and cuts at blank lines, list marks and the ends
// of sentences. A sentence is its words alone.
func guideSentences(text string) []string {
	text = strings.NewReplacer("\n\n", ".\n", " \n", " ", "\n", " ", "\f", ".\n", "①", ".\n", "②", ".\n", "③", ".\n", "④", ".\n", "•", ".\n",
		"\uf0a7", ".\n", "\uf0d8", ".\n", "1. ", ".\n", "2. ", ".\n").Replace(text)
	var all []string
	for _, s := range sentences(text) {
		all = append(all, strings.Join(terms(s), " "))
	}
	return all
}

// print stands for a sentence, which cannot be told from it.
func print(sentence string) string {
	sum := sha256.Sum256([]byte(sentence))
	return hex.EncodeToString(sum[:8])
}
