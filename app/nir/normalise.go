package nir

import "unicode/utf8"

// maxBytes bounds the work on hostile input, after normalisation.
const maxBytes = 128

// normalise drops the label that a number was pasted with and the marks that people
// type or paste between the digits, and puts the rest into ASCII upper case and
// digits where it can. It returns false with the beginning
// of a text that is longer than maxBytes. Invalid UTF-8 and control characters, which
// no message can show, become U+FFFD.
func normalise(typed string) (text string, whole bool) {
	text, whole = compact(withoutLabel(typed))
	if whole {
		text = withoutKeyLabel(text)
	}
	return text, whole
}

func compact(typed string) (text string, whole bool) {
	buf := make([]byte, 0, maxBytes)
	for _, c := range typed {
		if '！' <= c && c <= '～' { // full-width forms follow the order of ASCII
			c -= '！' - '!'
		}
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c >= 0x80 {
			if digit, ok := Digit(c); ok {
				c = '0' + rune(digit)
			}
		}
		if isDropped(c) {
			continue
		}
		if c < ' ' || 0x7F <= c && c <= 0x9F {
			c = utf8.RuneError
		}
		if len(buf)+utf8.RuneLen(c) > maxBytes {
			return string(buf), false
		}
		buf = utf8.AppendRune(buf, c)
	}
	return string(buf), true
}

// isDropped lists the code points by hand: the tables of package unicode would
// weigh more in the browser than the rest of this package.
func isDropped(c rune) bool {
	switch {
	case c == ' ', '\t' <= c && c <= '\r',
		c == 0x85, c == 0xA0, c == 0x1680, c == 0x3000,
		c == '.', c == '-', c == '/', c == '|', c == ':', c == ',', c == ';', c == '(', c == ')', c == '[', c == ']', c == '"',
		c == '\'', c == '’', c == '‘': // a spreadsheet marks a number kept as text with one
		return true
	case c < 0x80:
		return false
	case c == 0xAB, c == 0xBB, c == 0x201C, c == 0x201D, // quotation marks
		c == 0xAD, c == 0x34F, c == 0x61C, c == 0x180E, // soft hyphen and other marks without width
		0x2000 <= c && c <= 0x2015, // spaces, zero-width marks, hyphens and dashes
		0x2028 <= c && c <= 0x202F, // line ends, text direction, narrow no-break space
		0x205F <= c && c <= 0x206F, // mathematical space, word joiner, text direction
		c == 0x2212,                // minus
		0xFE00 <= c && c <= 0xFE0F, // variation selectors
		c == 0xFE58, c == 0xFE63,   // small dash and hyphen
		c == 0xFEFF: // byte order mark
		return true
	}
	return false
}
