package guess

import (
	"math"
	"slices"
)

// Costs, in bits, of the pieces that a guesser puts together. A word costs the
// logarithm of its dictionary; the other figures count the choices likewise.
const (
	frequentBits  = 11.0 // 2,048 words
	knownBits     = 14.0 // 16,384 words
	yearBits      = 6.5  // 90 years
	dayMonthBits  = 8.5  // 366 days
	monthYearBits = 10.0 // 12 months of 90 years
	dateBits      = 15.0 // a day of 90 years
	runBits       = 6.5  // 14 sequences, their starts, two directions
	sameBits      = 1.5  // how often one sign is struck
	repeatBits    = 1.5  // how often the piece before is repeated
	splitBits     = 1.0  // a word cut by separators
	letterBits    = 4.7  // 26
	digitBits     = 3.33 // 10
	usualSignBits = 2.0  // separators and ! ? *
	otherSignBits = 5.2  // 37
)

// maxRunes bounds the work: Bits reads no more code points than this after
// folding, which may double the 256 of the longest password.
const maxRunes = 512

// shortest and longest word looked up, separators not counted
const shortestWord, longestWord = 3, 40

// Bits returns the logarithm in base 2 of the number of guesses after which
// typed is found by somebody who combines the words of the set, years, dates,
// runs on the keyboard, repetitions and single signs, cheapest first. Upper
// case, accents and leet signs cost nothing. Above limit the work stops and
// the result is only known to be limit or more. A nil set has no word.
func Bits(set *Set, typed string, limit float64) float64 {
	var buf [maxRunes]rune
	plain := Fold(buf[:0], typed)
	if len(plain) > maxRunes {
		plain = plain[:maxRunes]
	}
	if p := period(plain); p < len(plain) {
		return repeatBits + cheapest(set, plain[:p], limit-repeatBits)
	}
	return cheapest(set, plain, limit)
}

// A walk is the table of the cheapest way to reach each place of plain.
type walk struct {
	plain []rune
	best  [maxRunes + 1]float64
}

func cheapest(set *Set, plain []rune, limit float64) float64 {
	w := walk{plain: plain}
	for i := 1; i <= len(plain); i++ {
		w.best[i] = math.Inf(1)
	}
	for i := range plain {
		// Places that cost too much lead nowhere cheaper: this keeps the work on a
		// good password as small as on a short one.
		if w.best[i] >= limit {
			continue
		}
		w.piece(i, i+1, signBits(plain[i]))
		w.runs(i)
		w.digits(i)
		w.words(i, set)
	}
	return math.Min(w.best[len(plain)], math.Max(limit, 0))
}

// piece offers plain[from:to] at a cost, and its repetitions, which may be separated.
func (w *walk) piece(from, to int, cost float64) {
	cost += w.best[from]
	w.best[to] = math.Min(w.best[to], cost)
	cost += repeatBits
	for n := to - from; n > 1; {
		if to < len(w.plain) && Separator(w.plain[to]) {
			to++
		}
		if to+n > len(w.plain) || !slices.Equal(w.plain[from:from+n], w.plain[to:to+n]) {
			return
		}
		to += n
		w.best[to] = math.Min(w.best[to], cost)
	}
}

// runs offers the sequences that start at i, whole or cut short, and the
// repeated signs, whole or but for the last one, which may begin a word. (All
// their lengths would cost the square of the length in work.)
func (w *walk) runs(i int) {
	for n := runLength(w.plain[i:]); n >= 3; n-- {
		w.piece(i, i+n, runBits)
	}
	if n := sameLength(w.plain[i:]); n >= 3 {
		w.piece(i, i+n, signBits(w.plain[i])+sameBits)
		w.piece(i, i+n-1, signBits(w.plain[i])+sameBits)
	}
}

// digits offers the years and dates that start at i.
func (w *walk) digits(i int) {
	rest := w.plain[i:]
	v, ok := number(rest, 4)
	if !ok {
		return
	}
	if isYear(v) {
		w.piece(i, i+4, yearBits)
	}
	if isDayMonth(v/100, v%100) {
		w.piece(i, i+4, dayMonthBits)
	}
	if v, ok := number(rest, 6); ok {
		if isDayMonth(1, v/10000) && isYear(v%10000) {
			w.piece(i, i+6, monthYearBits)
		}
		if isDayMonth(v/10000, v/100%100) {
			w.piece(i, i+6, dateBits)
		}
	}
	if v, ok := number(rest, 8); ok {
		if isDayMonth(v/1000000, v/10000%100) && isYear(v%10000) ||
			isYear(v/10000) && isDayMonth(v%100, v/100%100) {
			w.piece(i, i+8, dateBits)
		}
	}
}

// words offers the words of the set that start at i.
func (w *walk) words(i int, set *Set) {
	if set == nil || Separator(w.plain[i]) {
		return
	}
	h, n, split := newHash, 0, 0.0
	for j := i; j < len(w.plain) && n < longestWord; j++ {
		if Separator(w.plain[j]) {
			split = splitBits
			continue
		}
		h = h.add(Leet(w.plain[j]))
		n++
		if n < shortestWord {
			continue
		}
		switch set.Tier(h.sum()) {
		case Frequent:
			w.piece(i, j+1, frequentBits+split)
		case Known:
			w.piece(i, j+1, knownBits+split)
		}
	}
}

func signBits(r rune) float64 {
	switch {
	case 'a' <= r && r <= 'z':
		return letterBits
	case '0' <= r && r <= '9':
		return digitBits
	case Separator(r), r == '!', r == '?', r == '*':
		return usualSignBits
	}
	return otherSignBits
}
