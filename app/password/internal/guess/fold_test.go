package guess

import "testing"

func TestFoldingKeepsTheBaseLetters(t *testing.T) {
	for s, want := range map[string]string{
		"":                        "",
		"Élève ÇÀ":                "eleve ca",
		"e\u0301le\u0300ve":       "eleve",
		"ŒUVRE Æther Straße":      "oeuvre aether strasse",
		"İstanbul Łódź Škoda ÿ":   "istanbul lodz skoda y",
		"Кот 🦒 ٣":                 "кот 🦒 ٣",
		"!\"#$%&'()*+,-./0123456": "!\"#$%&'()*+,-./0123456",
	} {
		if got := FoldString(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestWritingsOfOneWordShareAHash(t *testing.T) {
	for _, same := range [][]string{
		{"motdepasse", "MotDePasse", "mot de passe", "M0T-DE-P@$$E", "m07d3p4553", "mot.de.pa\u0301sse"},
		{"lili", "1i1i", "LILI", "1111"},
	} {
		for _, w := range same[1:] {
			if Hash(w) != Hash(same[0]) {
				t.Errorf("%q and %q differ", w, same[0])
			}
		}
	}
	if Hash("motdepasse") == Hash("motdepasses") {
		t.Error("two words share a hash")
	}
}
