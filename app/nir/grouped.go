package nir

import "strings"

// Grouped writes what was typed so far as the carte Vitale prints it,
// "1 85 05 78 006 048 30", for the person who typed it and nobody else. What goes
// beyond the key stands in a last group. It is "" for a text that begins with a
// letter, is empty, or is too long to be read.
//
// It is no field of [Report], so that a report can be logged.
func Grouped(typed string) string {
	text, whole := normalise(typed)
	if !whole || text == "" || isLetter(rune(text[0])) {
		return ""
	}
	var b strings.Builder
	position := 0
	for _, c := range text {
		switch position {
		case 1, 3, 5, 7, 10, 13, 15:
			b.WriteByte(' ')
		}
		b.WriteRune(c)
		position++
	}
	return b.String()
}
