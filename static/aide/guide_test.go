package aide

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// guideFile is where the text of the official guide is. The repository keeps only prints of its sentences.
var guideFile = flag.String("guide", "", "check that the text of the guide in this `file` is covered whole, and rewrite testdata/guide.sha256 from it")

const (
	printsFile   = "testdata/guide.sha256"
	coverageFile = "testdata/guide.tsv"
)

// covered is one sentence of the guide and where the help says the same in its own words.
type covered struct {
	print, slug string
	words       []string
}

// coverage reads a line for each sentence: its print, the page, and the words with bars between them.
func coverage(t *testing.T) []covered {
	t.Helper()
	data, err := os.ReadFile(coverageFile)
	if err != nil {
		t.Fatal(err)
	}
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
	if err != nil {
		t.Fatal(err)
	}
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

// prints of a text are hashes of its sentences of 6 to 12 words and, of longer ones, of every 12 words in a row.
func prints(text string) map[string]string {
	const least, window = 6, 12
	found := map[string]string{}
	for _, s := range sentences(text) {
		words := terms(s)
		if len(words) < least {
			continue
		}
		for i := range max(1, len(words)-window+1) {
			piece := strings.Join(words[i:min(i+window, len(words))], " ")
			sum := sha256.Sum256([]byte(piece))
			found[hex.EncodeToString(sum[:8])] = piece
		}
	}
	return found
}

func TestNoSentenceOfTheGuideIsCopied(t *testing.T) {
	if *guideFile != "" {
		writePrints(t)
	}
	guide := map[string]bool{}
	f, err := os.Open(printsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		guide[lines.Text()] = true
	}
	if len(guide) < 50 {
		t.Fatalf("only %d prints of the guide: it has more sentences", len(guide))
	}
	for _, topic := range topics(mustLoad(t, caf)) {
		for sum, piece := range prints(read(topic.HTML)) {
			if guide[sum] {
				t.Errorf("%s copies the guide: %q", topic.Slug, piece)
			}
		}
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

// writePrints keeps the prints of what no page may repeat.
func writePrints(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(*guideFile)
	if err != nil {
		t.Fatal(err)
	}
	sums := slices.Sorted(maps.Keys(prints(strings.Join(guideSentences(string(data)), ".\n"))))
	if err := os.WriteFile(printsFile, []byte(strings.Join(sums, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestACopiedSentenceWouldBeFound(t *testing.T) {
	guide := prints("Avant. Le petit chat boit du lait frais chaque matin dans la grande cuisine de ma tante. Après.")
	for name, text := range map[string]string{
		"whole":            "Le petit chat boit du lait frais, chaque matin, dans la grande cuisine de ma tante !",
		"the greater part": "On dit que le petit chat boit du lait frais chaque matin dans la grande maison.",
	} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(prints(text))), func(sum string) bool { return guide[sum] != "" }) {
			t.Errorf("%s: the copy was not found", name)
		}
	}
	if own := prints("Un chat boit son lait tous les matins."); len(own) != 1 {
		t.Errorf("a sentence of 8 words has %d prints, want 1", len(own))
	}
}
