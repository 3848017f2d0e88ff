package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"moncompte/app/password"
)

// built once: checking every entry takes seconds under the race detector.
var buildOnce = sync.OnceValues(func() (built, error) {
	src, err := readSources("node_modules")
	if err != nil {
		return built{}, fmt.Errorf("%w (run `go tool -modfile=tools.mod task setup`)", err)
	}
	out, err := build(src)
	if err != nil {
		return built{}, err
	}
	list, err := password.ParseList(out.bytes)
	return built{src, out, list}, err
})

type built struct {
	sources
	result
	*password.List
}

// sourcesAndList builds the list from the npm packages, which the set-up of
// the tests installs.
func sourcesAndList(t *testing.T) (sources, result, *password.List) {
	t.Helper()
	b, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return b.sources, b.result, b.List
}

func TestTheListHoldsEveryPublishedPasswordOfValidLength(t *testing.T) {
	src, built, list := sourcesAndList(t)
	if built.entries < 3000 || list.Entries() != built.entries {
		t.Errorf("%d entries built, %d stated, 3,000 or more wanted", built.entries, list.Entries())
	}
	published := 0
	for _, p := range src.passwords {
		if utf8.RuneCountInString(p) < password.MinLength {
			continue
		}
		published++
		if !list.Contains(p) {
			t.Errorf("%q is let in", p)
		}
	}
	if published < 300 {
		t.Errorf("%d published passwords of valid length, 300 or more expected", published)
	}
}

func TestTheListStaysSmallEnoughForThePhone(t *testing.T) {
	_, built, _ := sourcesAndList(t)
	if len(built.bytes) > 60_000 {
		t.Errorf("%d bytes, at most 60,000 wanted: few of them compress away", len(built.bytes))
	}
}

func TestTheProgramHoldsTheListOfItsSources(t *testing.T) {
	_, built, _ := sourcesAndList(t)
	written, err := os.ReadFile(filepath.Join("..", "common_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, goFile(built.bytes)) {
		t.Error("common_gen.go is not what its sources give: run `go tool -modfile=tools.mod task password-list`")
	}
}

func TestPhrasesOfRandomFrenchWordsAreLetIn(t *testing.T) {
	src, _, list := sourcesAndList(t)
	random := rand.New(rand.NewPCG(4, 2))
	for _, row := range []struct{ words, most int }{{4, 1}, {3, 20}} {
		const phrases = 2000
		var refused []string
		for range phrases {
			var words []string
			for range row.words {
				words = append(words, src.frenchWords[random.IntN(len(src.frenchWords))])
			}
			phrase := strings.Join(words, " ") + " " + string(rune('0'+random.IntN(10)))
			if list.Contains(phrase) {
				refused = append(refused, phrase)
			}
		}
		if len(refused) > row.most {
			t.Errorf("%d words: %d of %d refused, at most %d wanted: %q", row.words, len(refused), phrases, row.most, refused)
		}
	}
}

func TestAWordIsStrippedOfWhatPeopleAdd(t *testing.T) {
	for word, want := range map[string]string{
		"Soleil123!": "soleil", "123soleil": "soleil", "là-bas": "labas", "p4ssw0rd1": "p4ssw0rd", "pa55": "pa55", "1234": "1234",
	} {
		if got := core(word); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestSourcesThatAreMissingOrShortAreRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := readSources(dir); err == nil {
		t.Error("missing files are read")
	}
	path := filepath.Join(dir, "@zxcvbn-ts", "language-common", "src", "passwords.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{`{`, `["a","b"]`} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readSources(dir); err == nil || !strings.Contains(err.Error(), "passwords.json") {
			t.Errorf("%s: error %v", content, err)
		}
	}
}

func TestOwnWordsAreWrittenInTheirFoldedForm(t *testing.T) {
	for _, words := range ownWords {
		for _, w := range words {
			if core(w) != w {
				t.Errorf("%q would be stored as %q", w, core(w))
			}
		}
	}
	if !slices.Contains(ownWords[0], "moncompte") {
		t.Error("the service's own name is missing")
	}
}
