package words

import (
	"strconv"
	"time"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// count is the number and its noun; in French one and a half is still singular, two is not.
func count(n int, one, other string) string {
	if n < 2 {
		other = one
	}
	return strconv.Itoa(n) + nbsp + other
}

var frenchUnits = Units{
	Digits:     func(n int) string { return count(n, "chiffre", "chiffres") },
	Characters: func(n int) string { return count(n, "caractère", "caractères") },
	Tries:      func(n int) string { return count(n, "essai", "essais") },
	Failures:   func(n int) string { return count(n, "erreur", "erreurs") },
	Times:      func(n int) string { return count(n, "fois", "fois") },
	SMS:        func(n int) string { return count(n, "SMS", "SMS") },
	Emails:     func(n int) string { return count(n, "mail", "mails") },

	Duration: frenchDuration,
	In:       frenchIn,
}

func frenchDuration(d time.Duration) string {
	switch {
	case d < 2*time.Minute && d%time.Minute != 0:
		return count(int(d/time.Second), "seconde", "secondes")
	case d >= time.Hour && d%time.Hour == 0:
		return count(int(d/time.Hour), "heure", "heures")
	}
	return count(int(d/time.Minute), "minute", "minutes")
}

func frenchIn(d time.Duration) string {
	if d <= 0 {
		return "maintenant"
	}
	if minutes := int((d + time.Minute - 1) / time.Minute); minutes < 60 {
		return "dans " + count(minutes, "minute", "minutes")
	}
	halves := int((d + 30*time.Minute - 1) / (30 * time.Minute))
	words := "dans environ " + count(halves/2, "heure", "heures")
	if halves%2 == 1 {
		words += " et demie"
	}
	return words
}
