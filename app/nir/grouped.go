package nir

import "strings"

// GroupSpace parts the groups of a number. With an ordinary space a voice reads « 78 006 048 » as seventy-eight millions, since that is
// how French writes thousands; a line may still break here, and what is copied is read again (heard with espeak-ng).
const GroupSpace = "\u2005"

// Grouped writes what was typed so far as the carte Vitale prints it,
// "1 85 05 78 006 048 30" with [GroupSpace], for the person who typed it and nobody else. What goes
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
			b.WriteString(GroupSpace)
		}
		b.WriteRune(c)
		position++
	}
	return b.String()
}
