package notify

import (
	"strings"
	"unicode/utf16"

	"github.com/linxGnu/gosmpp/data"
)

// Lengths of one segment (3GPP TS 23.040 §9.2.3.24.1): 140 octets, of which a concatenation header takes 6.
const (
	gsmAlone, gsmPart   = 160, 153 // septets
	ucs2Alone, ucs2Part = 70, 67   // UTF-16 units
)

// smsBody is a text encoded for the air.
type smsBody struct {
	encoding data.Encoding
	parts    [][]byte // one a segment, without header
}

// encodeSMS encodes text in the GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1, one octet a septet,
// as SMPP data_coding 0 carries it) when every character has a place there, otherwise in UCS-2, and cuts it into segments.
func encodeSMS(text string) smsBody {
	if _, ok := septets(text); ok {
		return smsBody{data.GSM7BIT, cut(text, gsmAlone, gsmPart, gsmWidth, data.GSM7BIT)}
	}
	return smsBody{data.UCS2, cut(text, ucs2Alone, ucs2Part, ucs2Width, data.UCS2)}
}

// cut never parts an escape sequence or a surrogate pair. (The splitter of gosmpp counts characters, so that one of the extension
// table overflows its segment; and it gives unpacked segments 134 septets of the 153.)
func cut(text string, alone, part int, width func(rune) int, enc data.Encoding) [][]byte {
	total := 0
	for _, r := range text {
		total += width(r)
	}
	limit := part
	if total <= alone {
		limit = alone
	}
	var parts [][]byte
	from, used := 0, 0
	flush := func(to int) {
		octets, err := enc.Encode(text[from:to])
		if err != nil {
			panic("notify: text checked and not encodable") // both encodings were checked by the caller's choice
		}
		parts, from, used = append(parts, octets), to, 0
	}
	for i, r := range text {
		if w := width(r); used+w > limit {
			flush(i)
			used = w
		} else {
			used += w
		}
	}
	flush(len(text))
	return parts
}

// septets returns the length of text in the GSM 7-bit alphabet, and false when a character has no place there.
func septets(text string) (n int, ok bool) {
	for _, r := range text {
		w := gsmWidth(r)
		if w == 0 {
			return 0, false
		}
		n += w
	}
	return n, true
}

const gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

const gsmExtension = "\f^{}\\[~]|€"

// gsmWidth returns 1, 2 for a character of the extension table, 0 for one that the alphabet lacks.
func gsmWidth(r rune) int {
	switch {
	case strings.ContainsRune(gsmBasic, r):
		return 1
	case strings.ContainsRune(gsmExtension, r):
		return 2
	}
	return 0
}

func ucs2Width(r rune) int { return len(utf16.AppendRune(nil, r)) }

// gsmFold replaces the characters of French that would turn a whole message to UCS-2, and so more than halve its length. The
// GSM alphabet has è é à ù and Ç, and lacks every other accented letter of French.
var gsmFold = strings.NewReplacer(
	"«\u00a0", "\"", "\u00a0»", "\"", "\u00a0", " ", "\u202f", " ", "’", "'", "‘", "'", "«", "\"", "»", "\"", "“", "\"", "”", "\"",
	"–", "-", "—", "-", "…", "...",
	"â", "a", "ç", "c", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "û", "u", "ÿ", "y", "œ", "oe",
	"À", "A", "Â", "A", "È", "E", "Ê", "E", "Ë", "E", "Î", "I", "Ï", "I", "Ô", "O", "Ù", "U", "Û", "U", "Œ", "OE",
)
