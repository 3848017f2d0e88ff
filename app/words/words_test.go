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

// theSame are fields that may be the same in two languages: names, and what is one word everywhere.
var theSame = []string{"Product", "Dir", "Counts.SMS", "Frame.Menu", "Shell.Name", "Recovery.Step", "Contacts.Masked"}

// incomplete says what a language lacks beside French: a field that is left out, says nothing, says the same as French, or leaves out
// a value that French says.
func incomplete(w []group) []string {
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
		if !differs[s.path] && !slices.Contains(theSame, s.path) {
			faults = append(faults, s.path+" is still in French")
			differs[s.path] = true
		}
	}
	return faults
}

// inFrench are the texts of French by what calls them.
var inFrench = sync.OnceValue(func() map[string]text {
	byCall := map[string]text{}
	said, _ := texts(groups(French))
	for _, s := range said {
		byCall[s.call()] = s
	}
	return byCall
})

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'À' }

func TestEveryLanguageSaysEverything(t *testing.T) {
	if _, faults := texts(groups(French)); len(faults) > 0 {
		t.Error(faults)
	}
	for w := French + 1; w < languages; w++ {
		for _, fault := range incomplete(groups(w)) {
			t.Errorf("%s: %s", w.Lang(), fault)
		}
	}
}

// foreign is a language made of French: every sentence is another, so that one that is taken away again has to be noticed.
func foreign() (all []group) {
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
	for _, g := range groups(French) {
		copied := reflect.New(reflect.TypeOf(g.said)).Elem()
		change(copied, reflect.ValueOf(g.said))
		all = append(all, group{g.name, copied.Interface()})
	}
	return all
}

func mirrored(s string) string {
	if s == "" {
		return s
	}
	return "~" + s
}

// leaves are all fields of the groups, by their path.
func leaves(of []group, visit func(string, reflect.Value)) {
	for _, g := range of {
		if v := reflect.ValueOf(g.said); v.Kind() == reflect.Pointer {
			leavesOf(v.Elem(), g.name, visit)
		}
	}
}

func leavesOf(v reflect.Value, path string, visit func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Span]() {
			visit(path, v) // one sentence
			return
		}
		for i := range v.NumField() {
			leavesOf(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
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
	leaves(groups(French), func(path string, v reflect.Value) { french[path] = v })
	if len(french) < 300 {
		t.Fatalf("only %d fields are walked", len(french))
	}
	without, kept := foreign(), foreign()
	leaves(without, func(_ string, v reflect.Value) { v.SetZero() })
	leaves(kept, func(path string, v reflect.Value) { v.Set(french[path]) })
	lacking, unchanged := incomplete(without), incomplete(kept)
	for path := range french {
		if !named(lacking, path) {
			t.Errorf("without %s the language counts as complete", path)
		}
		if !slices.Contains(theSame, path) && !named(unchanged, path) {
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
	for _, g := range other {
		if account, ok := g.said.(*Account); ok {
			account.Hello = func(string) string { return "Hello" }
		}
	}
	if !named(incomplete(other), "Account.Hello") {
		t.Error("a greeting without the name counts as complete")
	}
}

var (
	badSpace  = regexp.MustCompile(`[^\x{a0}][:;!?»]|«[^\x{a0}]|\.\.\.|['"]|  |\x{a0} | \x{a0}`)
	loose     = regexp.MustCompile(`[0-9] (\p{L}+)`)
	looseName = regexp.MustCompile(`Mon Compte|La Poste`)
	mayFollow = []string{"sur", "ou", "à", "janvier", "mars"}
)

// A colon, a question mark and a guillemet never begin a line, nor does a unit stand alone on one.
func TestFrenchKeepsTogetherWhatBelongsTogether(t *testing.T) {
	said, _ := texts(groups(French))
	for _, s := range said {
		plain := strings.NewReplacer("https://", "", "http://", "").Replace(s.said)
		if found := badSpace.FindString(plain); found != "" && !strings.HasSuffix(s.path, "Moment") {
			t.Errorf("%s: %q in %q", s.call(), found, s.said)
		}
		// A name stays whole; a message is counted by its septets, and what is no text of a page is not broken.
		if group, name, _ := strings.Cut(s.path, "."); looseName.MatchString(s.said) && group != "Letters" && group != "Manifest" && group != "Product" && name != "About" {
			t.Errorf("%s: a name may be parted in %q", s.call(), s.said)
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

// The end of a number stays with what announces it, a letter with its name, and no button is named by half on a last line.
func TestFrenchKeepsTheEndOfASentenceTogether(t *testing.T) {
	for said, whole := range map[string]string{
		French.RecoveryCode().Typed("48"):                "par\u00a048",
		French.RecoveryCode().TypedProvisional("6H"):     "par\u00a06H",
		French.SecondStep().LeadSMS(6, "02"):             "par\u00a002",
		French.Contacts().PhoneEnds("02"):                "par\u00a002",
		French.Identifier().LetterForDigit(11, 'L', '1'): "lettre\u00a0L",
		French.Form().Crowd("Se connecter"):              "«\u00a0Se\u00a0connecter\u00a0»",
		French.Form().Crowd("Recevoir le code"):          "«\u00a0Recevoir le\u00a0code\u00a0»",
		French.Form().Crowd("Continuer"):                 "«\u00a0Continuer\u00a0»",
	} {
		if !strings.Contains(said, whole) {
			t.Errorf("%q has no %q", said, whole)
		}
	}
}

// A line may end after an ellipsis, but not in the middle of an address.
func TestFrenchKeepsAMaskedAddressWhole(t *testing.T) {
	const masked = "n…@example.org"
	step, contacts := French.SecondStep(), French.Contacts()
	for _, said := range []string{
		step.LeadEmail(6, masked), step.SentAgainEmail(masked), step.OtherEmail(masked), contacts.Masked(masked), contacts.LeadEmail(6, masked), contacts.SentAgainEmail(masked),
	} {
		if !strings.Contains(said, "n…\u2060@example.org") {
			t.Errorf("a line may end within the address in %q", said)
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
	said, _ := texts(groups(French))
	for _, s := range said {
		group, _, _ := strings.Cut(s.path, ".")
		if slices.Contains([]string{"Counts", "Duration", "In", "Moment", "ParisMoment", "ShortMoment", "Hour"}, group) || slices.Contains(figures, s.path) {
			continue
		}
		if strings.ContainsAny(s.own(), "0123456789") {
			t.Errorf("%s: %q", s.call(), s.said)
		}
	}
}

// A voice reads « connecté(e) » with a stray « e ».
func TestNoSentenceHasAnEndingInBrackets(t *testing.T) {
	all, _ := texts(groups(French))
	for _, s := range all {
		if strings.Contains(s.said, "(e)") {
			t.Errorf("%s: %q", s.path, s.said)
		}
	}
}
