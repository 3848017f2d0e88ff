package search

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// word is a run of letters and digits of a text.
type word struct {
	folded     string // lower case, without accents
	stem       string // without the ends that gender, number and conjugation put there
	start, end int    // in bytes of the text
}

// maxWord bounds the work on one word, in bytes of its folded form.
const maxWord = 40

// words are those of a text, in order. An apostrophe ends one: « l’aide » is two.
func words(text string) iter.Seq[word] {
	return func(yield func(word) bool) {
		buf := make([]byte, 0, maxWord)
		start := -1
		for i, c := range text {
			if !isLetter(c) {
				if start >= 0 && !emit(buf, start, i, yield) {
					return
				}
				start = -1
				continue
			}
			if start < 0 {
				start, buf = i, buf[:0]
			}
			buf = fold(buf, c)
		}
		if start >= 0 {
			emit(buf, start, len(text), yield)
		}
	}
}

func emit(folded []byte, start, end int, yield func(word) bool) bool {
	if len(folded) == 0 { // marks without a letter
		return true
	}
	w := string(folded)
	return yield(word{w, stem(w), start, end})
}

// isLetter takes everything above the Latin letters for one but punctuation, symbols and spaces: other scripts are not folded,
// but a word of theirs is a word. The tables of package unicode would weigh more than this package.
func isLetter(c rune) bool {
	switch {
	case c < 0x80:
		return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	case c < 0xC0:
		return c == 0xAD // a soft hyphen is within a word
	case c == '×', c == '÷', c == utf8.RuneError:
		return false
	}
	return !(0x2000 <= c && c <= 0x2BFF || 0x3000 <= c && c <= 0x303F || 0xE000 <= c && c <= 0xF8FF || 0xFE00 <= c && c <= 0xFE0F ||
		c == 0xFEFF || c >= 0x1F000)
}

// The letters from U+00C0 and from U+0100 on without their accents. A dot stands for two letters, or none.
const (
	latin1    = "aaaaaa.ceeeeiiiidnooooo.ouuuuyt."
	latinMore = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
)

// fold appends a letter in lower case and without its accent. Ligatures become two letters, combining marks disappear, so that
// both ways of writing a letter are equal.
func fold(to []byte, c rune) []byte {
	if len(to) >= maxWord {
		return to
	}
	switch {
	case 'A' <= c && c <= 'Z':
		return append(to, byte(c)+'a'-'A')
	case c < 0x80:
		return append(to, byte(c))
	case c == 0xAD, 0x300 <= c && c <= 0x36F:
		return to
	case c == 'œ', c == 'Œ':
		return append(to, "oe"...)
	case c == 'æ', c == 'Æ':
		return append(to, "ae"...)
	case c == 'ß':
		return append(to, "ss"...)
	case c == 'ÿ':
		return append(to, 'y')
	case c < 0x100:
		return append(to, latin1[(c-0xC0)%32])
	case c < 0x180:
		return append(to, latinMore[c-0x100])
	case '０' <= c && c <= '９', 'ａ' <= c && c <= 'ｚ', 'Ａ' <= c && c <= 'Ｚ':
		return fold(to, c-'！'+'!')
	}
	return utf8.AppendRune(to, c)
}

// endings are taken off a word, the first that fits, if at least three letters remain and they are no word like « pas ». Both sides
// of a comparison lose them, so that what matters is only that the forms of a word agree: oublié, oubliée, oublier, oubliez.
var endings = []string{"ement", "ees", "ee", "er", "ez", "es", "e", "s", "x"}

func stem(folded string) string {
	for _, c := range []byte(folded) {
		if c < 'a' || c > 'z' {
			return folded
		}
	}
	for _, ending := range endings {
		if rest, ok := strings.CutSuffix(folded, ending); ok && len(rest) >= 3 && !isQuiet(rest) {
			return rest
		}
	}
	return folded
}

// stops are words that stand on every page and in every question, so that they tell nothing. « pas » and « sans » are not among
// them: « pas de numéro » is another question than « numéro ».
var stops = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`ai ait alors apres as au aussi aux avais avait avec avez avoir avons bien bonjour c ca car ce cela
ces cet cette ceux chez ci comme comment dans de des deux dois doit donc du elle elles en encore es est et etait ete etes etre eu eux fait
faire fais faut font ici il ils je la le les leur lui ma mais me meme merci mes moi mon ne ni nos notre nous on ont ou par
peu peut peux plus pour pourquoi puis puisse quand que quel quelle quelles quels quest qui quoi sa sais sait se sera ses si
sont suis sur svp ta te tes toi ton tous tout toute toutes tres tu un une va vais vers veut veux voila vos votre voudrais vous y`) {
		m[w] = true
	}
	return m
}()

// isQuiet reports a word that is searched for, but not shown as found: it would be marked all over a page.
func isQuiet(folded string) bool { return folded == "pas" || folded == "sans" }

// isStop reports a word that is not searched for. A single letter is what is left of « l’ » or « d’ ».
func isStop(folded string) bool {
	return len(folded) == 1 && folded[0] > '9' || stops[folded]
}
