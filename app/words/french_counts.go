package words

import (
	"strconv"
	"strings"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// whole keeps a masked address on one line: a line may end after an ellipsis, and the word joiner says that this one does not.
func whole(address string) string { return strings.Replace(address, "…@", "…\u2060@", 1) }

// endTogether keeps the last two words on one line, of the name of a button in a sentence.
func endTogether(name string) string {
	if i := strings.LastIndex(name, " "); i >= 0 {
		return name[:i] + nbsp + name[i+1:]
	}
	return name
}

// count is the number and its noun; in French one and a half is still singular, two is not.
func count(n int, one, other string) string {
	if n < 2 {
		other = one
	}
	return strconv.Itoa(n) + nbsp + other
}

var frenchCounts = Counts{
	Digits:     func(n int) string { return count(n, "chiffre", "chiffres") },
	Characters: func(n int) string { return count(n, "caractère", "caractères") },
	Tries:      func(n int) string { return count(n, "essai", "essais") },
	Failures:   func(n int) string { return count(n, "erreur", "erreurs") },
	Times:      func(n int) string { return count(n, "fois", "fois") },
	SMS:        func(n int) string { return count(n, "SMS", "SMS") },
	Emails:     func(n int) string { return count(n, "mail", "mails") },
}
