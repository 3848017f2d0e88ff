package words

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// languages are all that the portal speaks.
var languages = []*Words{French}

// theSame are fields that may be the same in two languages: names, and what is one word everywhere.
var theSame = []string{"Product", "Dir", "Units.SMS", "Frame.Menu", "Shell.Name", "Recovery.Step"}

// incomplete says what a language lacks beside French: a field that is left out, says nothing, says the same as French, or leaves out
// a value that French says.
func incomplete(w *Words) []string {
	said, faults := texts(w)
	byCall := inFrench()
	differs := map[string]bool{}
	for _, s := range said {
		f := byCall[s.call()]
		if s.values() != f.values() {
			faults = append(faults, fmt.Sprintf("%s says %q, which has not the values of %q", s.call(), s.said, f.said))
		}
		if s.said != f.said || !strings.ContainsFunc(f.own(), isLetter) {
			differs[s.path] = true
		}
	}
	for _, s := range said {
		if w != French && !differs[s.path] && !slices.Contains(theSame, s.path) {
			faults = append(faults, s.path+" is still in French")
			differs[s.path] = true
		}
	}
	return faults
}

// inFrench are the texts of French by what calls them.
var inFrench = sync.OnceValue(func() map[string]text {
	byCall := map[string]text{}
	said, _ := texts(French)
	for _, s := range said {
		byCall[s.call()] = s
	}
	return byCall
})

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'À' }

func TestEveryLanguageSaysEverything(t *testing.T) {
	for _, w := range languages {
		for _, fault := range incomplete(w) {
			t.Errorf("%s: %s", w.Lang, fault)
		}
	}
}

// foreign is a language made of French: every sentence is another, so that one that is taken away again has to be noticed.
func foreign() *Words {
	copied := reflect.New(reflect.TypeFor[Words]()).Elem()
	var change func(to, from reflect.Value)
	change = func(to, from reflect.Value) {
		switch from.Kind() {
		case reflect.Pointer:
			to.Set(reflect.New(from.Type().Elem()))
			change(to.Elem(), from.Elem())
		case reflect.Struct:
			for i := range from.NumField() {
				change(to.Field(i), from.Field(i))
			}
		case reflect.String:
			to.SetString(mirrored(from.String()))
		case reflect.Func:
			to.Set(reflect.MakeFunc(from.Type(), func(args []reflect.Value) []reflect.Value {
				return []reflect.Value{reflect.ValueOf("~" + from.Call(args)[0].String())}
			}))
		}
	}
	change(copied, reflect.ValueOf(*French))
	return copied.Addr().Interface().(*Words)
}

func mirrored(s string) string {
	if s == "" {
		return s
	}
	return "~" + s
}

// leaves are all fields of a value of Words, by their path.
func leaves(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		leaves(v.Elem(), path, visit)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Span]() {
			visit(path, v) // one sentence
			return
		}
		for i := range v.NumField() {
			leaves(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), visit)
		}
	default:
		visit(path, v)
	}
}

// This is what a second language is held to: each sentence that it lacks, or leaves in French, is named.
func TestASecondLanguageIsCompleteOrFails(t *testing.T) {
	if faults := incomplete(foreign()); len(faults) > 0 {
		t.Fatalf("a whole language: %v", faults)
	}
	french := map[string]reflect.Value{}
	leaves(reflect.ValueOf(French), "", func(path string, v reflect.Value) { french[path] = v })
	if len(french) < 300 {
		t.Fatalf("only %d fields are walked", len(french))
	}
	without, inFrench := foreign(), foreign()
	leaves(reflect.ValueOf(without), "", func(_ string, v reflect.Value) { v.SetZero() })
	leaves(reflect.ValueOf(inFrench), "", func(path string, v reflect.Value) { v.Set(french[path]) })
	lacking, kept := incomplete(without), incomplete(inFrench)
	for path := range french {
		if !named(lacking, path) {
			t.Errorf("without %s the language counts as complete", path)
		}
		if !slices.Contains(theSame, path) && !named(kept, path) {
			t.Errorf("with %s in French the language counts as complete", path)
		}
	}
}

func named(faults []string, path string) bool {
	return slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, path+" ") || strings.HasPrefix(f, path+"(") })
}

// A value that no sentence of French says is nobody's fault; a translation that forgets one is.
func TestATranslationThatForgetsAValueIsNamed(t *testing.T) {
	other := foreign()
	other.Account.Hello = func(string) string { return "Hello" }
	if !named(incomplete(other), "Account.Hello") {
		t.Error("a greeting without the name counts as complete")
	}
}

func TestTheBrowserSpeaksWithTheSameGroups(t *testing.T) {
	live, whole := reflect.ValueOf(*FrenchLive), reflect.ValueOf(*French)
	for i := range live.NumField() {
		if f := live.Field(i); !f.IsZero() && f.Interface() != whole.Field(i).Interface() {
			t.Errorf("%s is another", live.Type().Field(i).Name)
		}
	}
}

var (
	badSpace  = regexp.MustCompile(`[^\x{a0}][:;!?»]|«[^\x{a0}]|\.\.\.|['"]|  |\x{a0} | \x{a0}`)
	loose     = regexp.MustCompile(`[0-9] (\p{L}+)`)
	mayFollow = []string{"premiers", "sur", "ou", "à", "ni", "derniers", "janvier", "mars"}
)

// A colon, a question mark and a guillemet never begin a line, nor does a unit stand alone on one.
func TestFrenchKeepsTogetherWhatBelongsTogether(t *testing.T) {
	said, _ := texts(French)
	for _, s := range said {
		plain := strings.NewReplacer("https://", "", "http://", "").Replace(s.said)
		if found := badSpace.FindString(plain); found != "" && !strings.Contains(s.path, "Moments") {
			t.Errorf("%s: %q in %q", s.call(), found, s.said)
		}
		for _, m := range loose.FindAllStringSubmatch(s.said, -1) {
			if !slices.Contains(mayFollow, m[1]) && s.with != nil {
				t.Errorf("%s: a number may be parted from %q in %q", s.call(), m[1], s.said)
			}
		}
		if strings.TrimSpace(s.said) != s.said {
			t.Errorf("%s: a space at an end of %q", s.call(), s.said)
		}
	}
}

// figures are sentences that give numbers of their own: facts about the numbers of persons, which no limit of the portal is.
var figures = []string{
	"Identifier.NotADigit", "Identifier.Corsica", "Identifier.FirstDigit", "Identifier.Month", "Identifier.Department", "Identifier.Order",
	"Identifier.Key", "Identifier.CaseNumber", "Identifier.PerhapsNumber",
}

// A limit is a value of the portal: no sentence spells one out.
func TestNoSentenceHasAFigureOfItsOwn(t *testing.T) {
	said, _ := texts(French)
	for _, s := range said {
		group, _, _ := strings.Cut(s.path, ".")
		if group == "Units" || group == "Moments" || slices.Contains(figures, s.path) {
			continue
		}
		if strings.ContainsAny(s.own(), "0123456789") {
			t.Errorf("%s: %q", s.call(), s.said)
		}
	}
}
