package components

import (
	"strconv"
	"time"
)

// In says how long to wait, rounded up so that nobody comes back too early:
// "dans 1 minute", "dans 12 minutes", "dans environ 1 heure et demie".
// Zero and less are "maintenant".
func In(d time.Duration) string {
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

var days = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

// Moment is t in words, in its own zone: "mardi 3 juin 2025 à 14 h 05".
func Moment(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	minute := strconv.Itoa(t.Minute())
	if t.Minute() < 10 {
		minute = "0" + minute
	}
	return days[t.Weekday()] + " " + day + nbsp + months[t.Month()-1] + " " + strconv.Itoa(t.Year()) +
		" à " + strconv.Itoa(t.Hour()) + nbsp + "h" + nbsp + minute
}

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// count is the number and its noun; in French one and a half is still singular, two is not.
func count(n int, one, many string) string {
	if n < 2 {
		return strconv.Itoa(n) + nbsp + one
	}
	return strconv.Itoa(n) + nbsp + many
}
