package words

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

func frenchDuration(d time.Duration) string {
	switch {
	case d < 2*time.Minute && d%time.Minute != 0:
		return count(int(d/time.Second), "seconde", "secondes")
	case d >= 365*24*time.Hour && d%(365*24*time.Hour) == 0:
		return count(int(d/(365*24*time.Hour)), "an", "ans")
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return count(int(d/(24*time.Hour)), "jour", "jours")
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

var frenchDays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

func frenchDay(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

func frenchMoment(t, now time.Time) string {
	now = now.In(t.Location())
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "aujourd’hui, " + frenchHour(t)
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "hier, " + frenchHour(t)
	}
	day := "le " + frenchDays[t.Weekday()] + " " + frenchDay(t) + nbsp + frenchMonths[t.Month()-1]
	if t.Year() != now.Year() {
		day += nbsp + strconv.Itoa(t.Year())
	}
	return day + " à" + nbsp + frenchHour(t)
}

// capital begins a sentence with what may also stand in one.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

func frenchParisMoment(t time.Time) string {
	return "le " + frenchDay(t) + " " + frenchMonths[t.Month()-1] + " " + strconv.Itoa(t.Year()) +
		" à " + strconv.Itoa(t.Hour()) + nbsp + "h" + nbsp + twoDigits(t.Minute()) + " (heure de Paris)"
}

func frenchHour(t time.Time) string {
	return strconv.Itoa(t.Hour()) + nbsp + "h" + nbsp + twoDigits(t.Minute())
}

func frenchShortMoment(t time.Time) string {
	return "le " + twoDigits(t.Day()) + "/" + twoDigits(int(t.Month())) + " à " + strconv.Itoa(t.Hour()) + "h" + twoDigits(t.Minute())
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
