//go:build !js

package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// rooms are where sentences could stand. The gallery is not among them: what its stories say is invented, like their people.
var rooms = []string{"components", "app/live", "server/web", "server/notify", "static/aide"}

// outside are literals that are nobody's sentence.
var outside = map[string]string{
	"FranceConnect":           "a name",
	"FranceConnect+":          "a name",
	"non conforme":            "a setting",
	"Mon-Compte":              "a header of our answers",
	", code":                  "of an error, for the log",
	"aide: %w":                "an error",
	"aide: %s:%d: %s":         "an error",
	`<h2 id="et-maintenant">`: "where the index of the help stops to read",
}

func goFiles(t *testing.T, room string, templates bool) (files []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("../..", room, "*.go"))
	if err != nil || len(all) == 0 {
		t.Fatalf("%s has no Go files: %v", room, err)
	}
	for _, f := range all {
		if !strings.HasSuffix(f, "_test.go") && strings.HasSuffix(f, "_templ.go") == templates {
			files = append(files, f)
		}
	}
	return files
}

// literals visits the strings of a file in their order, import paths and tags of fields left out.
func literals(t *testing.T, file string, visit func(line int, literal string)) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			n.Tag = nil
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				if s, err := strconv.Unquote(n.Value); err == nil {
					visit(set.Position(n.Pos()).Line, s)
				}
			}
		}
		return true
	})
}

// written visits the markup that a generated template writes, in its order.
func written(t *testing.T, file string, visit func(markup string)) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "WriteString" {
			for _, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil {
						visit(s)
					}
				}
			}
		}
		return true
	})
}

var markup = regexp.MustCompile(`(?s)<[^>]*>|&\w+;`)

// spoken are the attributes that a person reads or hears.
var spoken = regexp.MustCompile(`\s(?:title|alt|placeholder|aria-label|label|data-busy|data-hide)="([^"\x00]*)"`)

// What a template writes besides its expressions is markup alone.
func TestNoTemplateHoldsASentence(t *testing.T) {
	for _, file := range goFiles(t, "components", true) {
		var page strings.Builder
		written(t, file, func(s string) { page.WriteString(s + "\x00") })
		texts := strings.Split(markup.ReplaceAllString(page.String(), "\x00"), "\x00")
		for _, m := range spoken.FindAllStringSubmatch(page.String(), -1) {
			texts = append(texts, m[1])
		}
		for _, text := range texts {
			if text = strings.TrimSpace(text); outside[text] == "" && strings.ContainsFunc(text, unicode.IsLetter) {
				t.Errorf("%s: %q", file, text)
			}
		}
	}
}

// vocabulary are the words of the catalogue.
func vocabulary() map[string]bool {
	known := map[string]bool{}
	said, _ := texts(groups(French))
	for _, s := range said {
		for _, word := range terms(s.own()) {
			known[word] = true
		}
	}
	return known
}

// terms are the words of three letters and more, in lower case.
func terms(s string) []string {
	all := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(all, func(word string) bool { return len([]rune(word)) < 3 })
}

// french reports whether a literal reads like a sentence or a label: letters or signs that English has not or, in more than one word
// or with a capital, words of the catalogue alone.
func french(s string, known map[string]bool) bool {
	if strings.ContainsAny(s, "éèàêâôîûçùœÉÀ’«»…") {
		return true
	}
	words, first := terms(s), []rune(strings.TrimSpace(s) + " ")[0]
	return len(words) > 0 && (unicode.IsUpper(first) || strings.Contains(strings.TrimSpace(s), " ")) &&
		!slices.ContainsFunc(words, func(word string) bool { return !known[word] })
}

// Everything but the catalogue names what it means and says nothing.
func TestNoSentenceStandsOutsideTheCatalogue(t *testing.T) {
	known := vocabulary()
	for _, room := range rooms {
		for _, file := range goFiles(t, room, false) {
			if filepath.Base(file) == "gsm7.go" {
				continue // the letters of an SMS, one by one
			}
			literals(t, file, func(line int, s string) {
				if outside[strings.TrimSpace(s)] == "" && french(s, known) {
					t.Errorf("%s:%d: %q", file, line, s)
				}
			})
		}
	}
}

var quoted = regexp.MustCompile("(?m)//.*$|\"([^\"\\n]*)\"|`([^`]*)`")

// The scripts take their words from the page.
func TestNoScriptHoldsASentence(t *testing.T) {
	known := vocabulary()
	for _, pattern := range []string{"../../static/js/*.js", "../../static/worker/*.js"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no scripts at %s", pattern)
		}
		for _, file := range files {
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range quoted.FindAllStringSubmatch(string(script), -1) {
				if s := m[1] + m[2]; outside[s] == "" && french(s, known) {
					t.Errorf("%s: %q", file, s)
				}
			}
		}
	}
}

func TestASentenceOutsideTheCatalogueWouldBeFound(t *testing.T) {
	known := vocabulary()
	for _, s := range []string{"Mot de passe", "Continuer", "le code", "C’est tout", "Réessayer"} {
		if !french(s, known) {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range []string{"code", "/mot-de-passe-oublie", "too many attempts", "Cache-Control", "mot_de_passe", ""} {
		if french(s, known) {
			t.Errorf("%q is taken for a sentence", s)
		}
	}
}
