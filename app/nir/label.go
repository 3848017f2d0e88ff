package nir

import "strings"

// nouns name the number on letters, cards and forms, and articles stand between them, all without accents.
const (
	nouns    = " NUMERO NIR NSS SECU SECURITE SOCIALE IMMATRICULATION MATRICULE IDENTIFIANT PROVISOIRE "
	articles = " MON LE LA DE D L N NO NUM SS ASSURE ASSURANCE MALADIE "
)

// keyLabels stand before the key.
const keyLabels = " CLE CLEF KEY LACLE CLEDECONTROLE "

// withoutLabel takes off the words that were pasted with the number, "N° de sécurité sociale : 2 94…". An identifier may begin with
// letters too: without a noun, or the sign of a number, "N 1234567" is such a one, unless a whole NIR follows.
func withoutLabel(typed string) string {
	rest, sure := afterMarks(typed)
	for {
		word, after := firstWord(rest)
		noun := strings.Contains(nouns, " "+word+" ")
		if word == "" || !noun && !strings.Contains(articles, " "+word+" ") {
			break
		}
		next, signed := afterMarks(after)
		apart := next != after
		if !apart && len(word) < 3 {
			break // "N1234567"
		}
		rest, sure = next, sure || apart && (noun || signed)
	}
	if text, _ := compact(rest); rest == typed || text == "" || !sure && !isNIR(withoutKeyLabel(text)) {
		return typed
	}
	return rest
}

// firstWord returns the letters with which a text begins, after marks, in capitals without accents, and what follows them.
func firstWord(text string) (word, after string) {
	var b strings.Builder
	text, _ = afterMarks(text)
	for i, c := range text {
		if folded := fold(c); folded != 0 {
			b.WriteRune(folded)
		} else if c < 0x300 || c > 0x36F { // an accent that stands alone belongs to the letter before it
			return b.String(), text[i:]
		}
	}
	return b.String(), ""
}

// afterMarks returns what follows the marks with which a text begins, and whether the sign of a number or a colon is among them.
func afterMarks(text string) (after string, signed bool) {
	for i, c := range text {
		switch {
		case c == '°', c == 'º', c == '˚', c == 'ᵒ', c == ':', c == '：', c == '#', c == '=', c == '№':
			signed = true
		case !isDropped(c):
			return text[i:], signed
		}
	}
	return "", signed
}

// fold returns the capital letter without its accent, 0 for what is none that labels are written with.
func fold(c rune) rune {
	switch {
	case 'a' <= c && c <= 'z':
		return c - 'a' + 'A'
	case isLetter(c):
		return c
	case 'è' <= c && c <= 'ë', 'È' <= c && c <= 'Ë':
		return 'E'
	case c == 'ô', c == 'Ô':
		return 'O'
	}
	return 0
}

// withoutKeyLabel takes "clé" from between a NIR and its key, in a text that is compact already.
func withoutKeyLabel(text string) string {
	if len(text) <= length || !isDigit(rune(text[0])) || text[length-1] >= 0x80 {
		return text
	}
	label := text[length:]
	key := strings.IndexAny(label, "0123456789")
	if key < 0 {
		key = len(label)
	}
	word, after := firstWord(label[:key])
	if after, _ = afterMarks(after); after != "" || !strings.Contains(keyLabels, " "+word+" ") {
		return text
	}
	return text[:length] + label[key:]
}

// isNIR reports a whole number of a person, which nobody would take for anything else.
func isNIR(text string) bool {
	var r Report
	if text == "" || text[0] != '1' && text[0] != '2' {
		return false
	}
	judgeNIR(text, &r)
	return r.Problem == None
}
