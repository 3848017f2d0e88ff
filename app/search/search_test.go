package search_test

import (
	"slices"
	"strings"
	"testing"

	"moncompte/app/nir"
	"moncompte/app/search"
)

var three = []search.Document{
	{Path: "/a", Title: "Où trouver mon numéro\u00a0?", Description: "Sur la carte.", Keywords: "sécu, fiche de paie",
		Text: "Je regarde ma carte Vitale.\nLe numéro est sous mon nom. L’Œuvre entière."},
	{Path: "/b", Title: "Mot de passe oublié", Description: "Je reçois un code.", Keywords: "mdp",
		Text: "Je demande un code.\nLe code arrive par SMS ou par mail, sur le téléphone ou dans la boîte."},
	{Path: "/c", Title: "Le site ne répond pas", Description: "J’attends.", Keywords: "panne", Text: "J’attends quelques minutes."},
}

func paths(hits []search.Hit) string {
	var all []string
	for _, h := range hits {
		all = append(all, h.Path)
	}
	return strings.Join(all, " ")
}

func TestWordsAreFoundHoweverTheyAreTyped(t *testing.T) {
	x := search.New(three)
	for question, want := range map[string]string{
		"numéro": "/a", "NUMERO": "/a", "nume\u0301ro": "/a", "numéros": "/a", "nuémro": "/a", "umero": "/a", "nummero": "/a",
		"num": "/a", "oublier": "/b", "oubliées": "/b", "l’oubli": "/b", "oeuvre": "/a", "Œuvre": "/a", "œuvr": "/a",
		"ｃａｒｔｅ": "/a", "té\u00adléphone": "/b", "mdp": "/b", "paie fiche": "/a", "telefone": "/b", "reponds": "/c",
		"carte code": "/b /a",
	} {
		if got := paths(x.Search(question, 8)); got != want {
			t.Errorf("%q finds %q, want %q", question, got, want)
		}
	}
}

// In a short word another letter is another word, and only the last word may be unfinished when it is short.
func TestWhatIsTooFarFromAWordIsNotFound(t *testing.T) {
	x := search.New(three)
	for _, question := range []string{"mdq", "numaraux", "v", "xyz numnum", "o", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"} {
		if got := paths(x.Search(question, 8)); got != "" {
			t.Errorf("%q finds %q, want nothing", question, got)
		}
	}
}

func TestTheTitleCountsMoreThanKeywordsAndThoseMoreThanTheText(t *testing.T) {
	x := search.New([]search.Document{
		{Path: "/text", Text: "Le panier. Le panier. Le panier. Le panier. Le panier. Le panier."},
		{Path: "/keywords", Title: "Autre", Keywords: "panier rouge"},
		{Path: "/title", Title: "Le panier vert"},
		{Path: "/other", Title: "Rien"},
	})
	if got, want := paths(x.Search("panier", 8)), "/title /keywords /text"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
	if got, want := paths(x.Search("panier", 2)), "/title /keywords"; got != want {
		t.Errorf("of two, found %q, want %q", got, want)
	}
	if got := x.Search("panier", 0); got != nil {
		t.Errorf("of none, found %v", got)
	}
}

func TestTheExcerptIsTheLineThatAnswersWithItsWordsMarked(t *testing.T) {
	x := search.New(three)
	for question, want := range map[string]string{
		"code sms": "Le [code] arrive par [SMS] ou par mail, sur le téléphone ou dans la boîte.",
		"VITALE":   "Je regarde ma carte [Vitale].",
		"panne":    "J’attends.",
		"vitble":   "Je regarde ma carte [Vitale].",
	} {
		hits := x.Search(question, 1)
		if len(hits) != 1 {
			t.Fatalf("%q finds %d", question, len(hits))
		}
		if got := written(hits[0].Excerpt); got != want {
			t.Errorf("%q: excerpt %q, want %q", question, got, want)
		}
	}
}

func written(pieces []search.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Match {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestALongLineIsCutAroundTheWordBetweenWords(t *testing.T) {
	line := strings.Repeat("avant ", 60) + "aiguille" + strings.Repeat(" après", 60)
	got := written(search.New([]search.Document{{Path: "/a", Text: line}}).Search("aiguille", 1)[0].Excerpt)
	if len(got) > 250 || !strings.Contains(got, " [aiguille] ") || !strings.HasPrefix(got, "… avant ") || !strings.HasSuffix(got, " après …") {
		t.Errorf("excerpt is %q", got)
	}
}

func TestAQuestionWithoutWordsAsksNothing(t *testing.T) {
	for question, want := range map[string]bool{"": false, " ?! ": false, "je ne": false, "l’": false, "numéro": true, "2a": true, "7": true, "مساعدة": true} {
		if got := search.Asks(question); got != want {
			t.Errorf("%q: %v", question, got)
		}
	}
}

func TestWhatMustNotBeInAnAddressIsSeen(t *testing.T) {
	for text, want := range map[string]bool{
		"2 69 05 49 588 157 80": true, "2690549588157": true, "bloqué 2690549588157": true, "2.69.05.49.588.157": true, "2 90 03 2A 004 012": true,
		"123 456": true, "code 123456": true, "06 12 34 56 78": true, "+33612345678": true, "1234567": true, "２６９０５４": true, "269\u200b054": true,
		"٢٦٩٠٥٤": true, "numéro ۲۶۹۰۵۴۹۵۸۸۱۵۷": true, "२ ६९ ०५ ४९": true, "269٠٥٤": true, "AZ١٢BCDE": true, "né en ١٩٨٥": false, "erreur ۵۰۳": false,
		strings.Repeat("numéro ", 100) + "2690549588157": true,
		"a@b.fr": true, "mon mail est jean.dupont@example.org": true, "a＠b": true, "AZ12B34C56": true, "ABCDEFG12": true,
		"": false, "né en 1985": false, "3230": false, "33700": false, "erreur 503": false, "13 ou 15 chiffres": false, "2A": false, "2A 2B": false,
		"franceconnect": false, "MOTDEPASSE": false, "@": false, "a @ b": false, "numéro 7 chiffres": false, "Y010004": true,
	} {
		if got := search.Private(text, nil); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestAProvisionalIdentifierIsKnownByTheConfiguredPattern(t *testing.T) {
	pattern, err := nir.ParsePattern("[A-Z]{6}[0-9][A-Z]?")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"mon numéro abcdef7": true, "ABCDEF7H": true, "ABCDEFGH": false, "AZ12B34C56": false, "carte": false} {
		if got := search.Private(text, pattern); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		if search.Private(text, nil) == want && want {
			t.Errorf("%q is of the usual pattern too: it shows nothing", text)
		}
	}
}

func TestAnIndexIsTheSameAfterItsBinaryForm(t *testing.T) {
	x := search.New(three)
	data, err := x.AppendBinary([]byte("before"))
	if err != nil || !strings.HasPrefix(string(data), "before") {
		t.Fatalf("%v, %q", err, data)
	}
	y, err := search.Parse(data[len("before"):])
	if err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"numero", "code sms", "oubli", "attends"} {
		a, b := x.Search(question, 8), y.Search(question, 8)
		if len(a) == 0 || !slices.EqualFunc(a, b, func(a, b search.Hit) bool {
			return a.Path == b.Path && a.Title == b.Title && slices.Equal(a.Excerpt, b.Excerpt)
		}) {
			t.Errorf("%q: %v and %v", question, a, b)
		}
	}
}

func TestWhatIsNotAnIndexIsRefused(t *testing.T) {
	good, err := search.New(three).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "another file": []byte("<!DOCTYPE html>"), "cut short": good[:len(good)-1], "with more": append(slices.Clone(good), 0),
		"another version": append([]byte("aide2\n"), good[6:]...), "too many documents": append([]byte("aide1\n"), 0xFF, 0xFF, 0x3F),
		"a number without end": append([]byte("aide1\n"), 0xFF, 0xFF, 0xFF, 0xFF), "a number in a longer form": append([]byte("aide1\n"), 0x80, 0),
		"not UTF-8": []byte("aide1\n\x01\x01\xff\x00\x00\x00\x00"), "too large": append(slices.Clone(good), make([]byte, 1<<20)...),
	} {
		if x, err := search.Parse(data); err == nil || x != nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if x, err := search.Parse([]byte("aide1\n\x00")); err != nil || x.Search("mot", 8) != nil {
		t.Errorf("an index without documents: %v", err)
	}
}

// A word with an error may be near several words of a page: only the likeliest is marked.
func TestOfWordsThatAnErrorKeepsApartTheBestIsMarked(t *testing.T) {
	x := search.New([]search.Document{{Path: "/a", Title: "Le mot de passe", Text: "Ce n’est pas grave.\nSur la page, mon mot de passe."}, {Path: "/b", Title: "Autre"}})
	if got, want := written(x.Search("pase", 1)[0].Excerpt), "Sur la page, mon mot de [passe]."; got != want {
		t.Errorf("excerpt %q, want %q", got, want)
	}
}
