package notify

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
)

// encodedWords writes a text for a header field: as it is when it is plain, else in encoded words (RFC 2047) that are short enough to
// begin on the first line of the field. Some mail programs show a From or a Subject that begins on its second line as empty.
func encodedWords(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return text
	}
	const begin, end, most = "=?utf-8?q?", "?=", 60
	var words []string
	word := begin
	for _, r := range text {
		letter := string(r)
		switch {
		case r == ' ':
			letter = "_"
		case !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'): // all that may stand in a name too (§5)
			letter = strings.ReplaceAll(fmt.Sprintf("% X", letter), " ", "=")
			letter = "=" + letter
		}
		if len(word)+len(letter)+len(end) > most {
			words, word = append(words, word+end), begin
		}
		word += letter
	}
	return strings.Join(append(words, word+end), " ")
}

// sender is the From of an e-mail.
func sender(name, address string) string {
	if encoded := encodedWords(name); encoded != name {
		return encoded + " <" + address + ">"
	}
	return (&mail.Address{Name: name, Address: address}).String()
}

var emptyFirstLine = regexp.MustCompile(`(?m)^([A-Za-z-]+:)\r\n `)

// beginOnFirstLines takes out a break before the first word of a field, where a long address or Message-ID has brought it about.
func beginOnFirstLines(raw []byte) []byte {
	end := strings.Index(string(raw), "\r\n\r\n") + 1
	return append(emptyFirstLine.ReplaceAll(raw[:end:end], []byte("$1 ")), raw[end:]...)
}
