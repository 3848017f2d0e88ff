package password

import (
	"strings"
	"unicode"

	"moncompte/app/password/internal/guess"
)

// heldBy returns the first item of the context that the password holds. Case,
// accents and the signs between letters and digits make no difference.
func (c Context) heldBy(typed string) Item {
	text := compact(typed)
	switch {
	case holdsIdentifier(text, c.Identifier):
		return IdentifierItem
	case holdsBirthDate(text, c.BirthDate):
		return BirthDateItem
	case holdsName(typed, text, c.Names):
		return NameItem
	}
	return NoItem
}

// compact folds s and keeps its letters and digits only.
func compact(s string) string {
	var buf [MaxLength]rune
	folded := guess.Fold(buf[:0], s)
	kept := folded[:0]
	for _, r := range folded {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// identifierRun is how much of an identifier gives it away: sex, year, month
// and département of a NIR are five digits, the commune comes next.
const identifierRun = 7

func holdsIdentifier(text, identifier string) bool {
	id := compact(identifier)
	for i := 0; i+identifierRun <= len(id); i++ {
		if strings.Contains(text, id[i:i+identifierRun]) {
			return true
		}
	}
	return false
}

var months = [...]string{"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout",
	"septembre", "octobre", "novembre", "decembre"}

// holdsBirthDate looks for the date in its usual writings: day, month and year
// in the French, international and American orders, years of two or four
// digits, with or without the leading zeros, and the month by its name. A date
// that is not YYYY-MM-DD, or has an unknown month or day (00), is not looked for.
func holdsBirthDate(text, date string) bool {
	if len(date) != len("YYYY-MM-DD") || date[4] != '-' || date[7] != '-' {
		return false
	}
	y, m, d := date[:4], date[5:7], date[8:]
	month := 0
	for i, r := range y + m + d {
		if r < '0' || r > '9' {
			return false
		}
		if i == 4 || i == 5 {
			month = 10*month + int(r-'0')
		}
	}
	if month < 1 || month > len(months) || d == "00" {
		return false
	}
	yy, shortM, shortD := y[2:], strings.TrimPrefix(m, "0"), strings.TrimPrefix(d, "0")
	name := months[month-1]
	for _, writing := range [...]string{
		d + m + y, y + m + d, m + d + y, d + m + yy, yy + m + d,
		shortD + shortM + y, d + shortM + y, shortD + m + y,
		shortD + name + y, shortD + name + yy, // these also cover the leading zero
	} {
		if strings.Contains(text, writing) {
			return true
		}
	}
	return false
}

// shortName is the length up to which a name is looked for as a word of its
// own only: "Ali" and "Anne" are parts of "alimenter" and "année", and their
// owners would be refused good phrases that do not hold their name.
const shortName = 4

// holdsName looks for each name whole and for each of its parts of three
// letters or more ("Jean-Pierre": jean, pierre). Particles are no names.
func holdsName(typed, text string, names []string) bool {
	leet := toLetters(text)
	for _, name := range names {
		if whole := compact(name); len([]rune(whole)) > shortName && holdsLong(text, leet, whole) {
			return true
		}
		for _, part := range strings.FieldsFunc(guess.FoldString(name), notLetter) {
			switch n := len([]rune(part)); {
			case n < 3 || particle(part):
			case n > shortName && holdsLong(text, leet, part):
				return true
			case n <= shortName && holdsWord(typed, part):
				return true
			}
		}
	}
	return false
}

// holdsLong finds a folded name in the text as it is or written with leet signs.
func holdsLong(text, leet, name string) bool {
	return strings.Contains(text, name) || strings.Contains(leet, toLetters(name))
}

func toLetters(s string) string { return strings.Map(guess.Leet, s) }

func particle(part string) bool {
	switch part {
	case "des", "les", "van", "von", "del", "der", "den", "dos", "das", "ben", "ibn", "bin":
		return true
	}
	return false
}

// holdsWord reports whether the folded word stands alone in typed: a run of
// letters, or a part of one that begins with a capital ("AliMarseille").
func holdsWord(typed, word string) bool {
	for _, run := range strings.FieldsFunc(typed, notLetter) {
		if guess.FoldString(run) == word {
			return true
		}
		start, previous := 0, ' '
		for i, r := range run {
			if unicode.IsUpper(r) && unicode.IsLower(previous) {
				if guess.FoldString(run[start:i]) == word {
					return true
				}
				start = i
			}
			previous = r
		}
		if guess.FoldString(run[start:]) == word {
			return true
		}
	}
	return false
}

// notLetter separates words; combining accents belong to their letter.
func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) }
