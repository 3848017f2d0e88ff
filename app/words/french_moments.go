package words

import (
	"strconv"
	"time"
)

var frenchMoments = Moments{Long: frenchMoment, Paris: frenchParisMoment, Short: frenchShortMoment}

var frenchDays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

func frenchDay(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

func frenchMoment(t time.Time) string {
	return frenchDays[t.Weekday()] + " " + frenchDay(t) + nbsp + frenchMonths[t.Month()-1] + " " + strconv.Itoa(t.Year()) +
		" à " + strconv.Itoa(t.Hour()) + nbsp + "h" + nbsp + twoDigits(t.Minute())
}

func frenchParisMoment(t time.Time) string {
	return "le " + frenchDay(t) + " " + frenchMonths[t.Month()-1] + " " + strconv.Itoa(t.Year()) +
		" à " + strconv.Itoa(t.Hour()) + nbsp + "h" + nbsp + twoDigits(t.Minute()) + " (heure de Paris)"
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
