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

// smsAlphabet is what an SMSC takes data_coding 0 for: SMPP 3.4 §5.2.19 leaves it to the SMSC.
type smsAlphabet string

const (
	alphabetGSM    smsAlphabet = "gsm"    // one octet a septet
	alphabetPacked smsAlphabet = "packed" // eight septets in seven octets, as on the air
	alphabetLatin1 smsAlphabet = "latin1" // ISO 8859-1, which the SMSC turns into septets
)

// has tells whether a character can be written in the alphabet.
func (a smsAlphabet) has(r rune) bool {
	return gsmWidth(r) > 0 && (a != alphabetLatin1 || r <= 0xff)
}

// encode writes the text of one segment; fill is the number of bits between a header and the first septet.
func (a smsAlphabet) encode(text string, fill int) ([]byte, error) {
	if a == alphabetLatin1 {
		return data.LATIN1.Encode(text)
	}
	octets, err := data.GSM7BIT.Encode(text)
	if a == alphabetPacked && err == nil {
		octets = packSeptets(octets, fill)
	}
	return octets, err
}

// packSeptets packs septets after fill bits. Seven bits left over at the end would be read as an @, so that a carriage return
// takes their place (3GPP TS 23.038 §6.1.2.3.1).
func packSeptets(septets []byte, fill int) []byte {
	if (fill+7*len(septets))%8 == 1 {
		septets = append(septets, '\r')
	}
	packed := make([]byte, (fill+7*len(septets)+7)/8)
	for i, septet := range septets {
		at := fill + 7*i
		packed[at/8] |= septet << (at % 8)
		if at%8 > 1 {
			packed[at/8+1] |= septet >> (8 - at%8)
		}
	}
	return packed
}

// encodeSMS encodes text in the GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1), written as the SMSC
// reads data_coding 0, when every character has a place there, otherwise in UCS-2, and cuts it into segments.
func encodeSMS(text string, alphabet smsAlphabet) smsBody {
	for _, r := range text {
		if !alphabet.has(r) {
			return smsBody{data.UCS2, cut(text, ucs2Alone, ucs2Part, ucs2Width, func(part string, _ int) ([]byte, error) {
				return data.UCS2.Encode(part)
			})}
		}
	}
	return smsBody{data.GSM7BIT, cut(text, gsmAlone, gsmPart, gsmWidth, alphabet.encode)}
}

// cut never parts an escape sequence or a surrogate pair. (The splitter of gosmpp counts characters, so that one of the extension
// table overflows its segment; and it gives unpacked segments 134 septets of the 153.)
func cut(text string, alone, part int, width func(rune) int, encode func(part string, fill int) ([]byte, error)) [][]byte {
	total := 0
	for _, r := range text {
		total += width(r)
	}
	limit, fill := part, 1 // the concatenation header's six octets end one bit before a septet does
	if total <= alone {
		limit, fill = alone, 0
	}
	var parts [][]byte
	from, used := 0, 0
	flush := func(to int) {
		octets, err := encode(text[from:to], fill)
		if err != nil {
			panic("notify: text checked and not encodable") // the encodings were checked by the caller's choice
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
