package gallery

import "strings"

var plain = strings.NewReplacer("à", "a", "â", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "î", "i", "ï", "i",
	"ô", "o", "ù", "u", "û", "u", "œ", "oe", "’", " ")

// slug keeps letters and digits, without accents, joined by hyphens.
func slug(text string) string {
	words := strings.FieldsFunc(plain.Replace(strings.ToLower(text)), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	return strings.Join(words, "-")
}
