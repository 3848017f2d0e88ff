package nir

import (
	"errors"
	"strconv"
	"strings"
)

// ParsePattern reads a pattern from the configuration. The error is one line for
// the operator. It refuses what could match the empty text, a text that begins
// with a digit (those are judged as NIR) or one of more than 64 characters; hence
// + and *, which have no limit, are refused too.
func ParsePattern(s string) (*Pattern, error) {
	if s == "" {
		return nil, errors.New("pattern: empty; the default is " + DefaultPattern)
	}
	p := &Pattern{source: s}
	for at := 0; at < len(s); {
		e, next, err := parseElement(s, at)
		if err != nil {
			return nil, err
		}
		p.elements = append(p.elements, e)
		at = next
	}
	if err := p.checkWhole(); err != nil {
		return nil, err
	}
	return p, nil
}

// checkWhole looks at what can be matched by all elements together.
func (p *Pattern) checkWhole() error {
	longest, first, begun := 0, charset(0), false
	for _, e := range p.elements {
		longest += e.max
		if longest > maxProvisional {
			return errors.New("pattern: could match more than " + strconv.Itoa(maxProvisional) + " characters")
		}
		if !begun {
			first |= e.set
			begun = e.min > 0
		}
	}
	switch {
	case !begun:
		return errors.New("pattern: could match the empty text")
	case first&digits != 0:
		return errors.New("pattern: could match a text that begins with a digit, which is judged as a NIR; begin with a letter")
	}
	return nil
}

// parseElement reads a literal or class at s[at:] and the count behind it.
func parseElement(s string, at int) (e element, next int, err error) {
	if s[at] == '[' {
		e.set, next, err = parseClass(s, at)
	} else {
		e.set, next = charBit(s[at]), at+1
		if e.set == 0 {
			err = refuse(s, at)
		}
	}
	if err != nil {
		return e, 0, err
	}
	e.min, e.max, next, err = parseCount(s, next)
	return e, next, err
}

// parseClass reads "[A-F09]"; s[at] is the opening bracket.
func parseClass(s string, at int) (charset, int, error) {
	size := strings.IndexByte(s[at:], ']')
	if size < 0 {
		return 0, 0, errorAt(at, "[ without ]")
	}
	end := at + size
	if end == at+1 {
		return 0, 0, errorAt(at, "empty class []")
	}
	var set charset
	for i := at + 1; i < end; i++ {
		low := charBit(s[i])
		if low == 0 {
			return 0, 0, refuse(s, i)
		}
		if s[i+1] != '-' {
			set |= low
			continue
		}
		high := charBit(s[i+2])
		if high < low || (low&digits == 0) != (high&digits == 0) {
			return 0, 0, errorAt(i, "a range goes from a lower to a higher letter, or digit")
		}
		set |= high<<1 - low // every bit from low to high
		i += 2
	}
	return set, end + 1, nil
}

// parseCount reads "?", "{n}" or "{n,m}" at s[at:], or nothing, which means once.
func parseCount(s string, at int) (least, most, next int, err error) {
	if at == len(s) {
		return 1, 1, at, nil
	}
	switch s[at] {
	case '?':
		return 0, 1, at + 1, nil
	case '+', '*':
		return 0, 0, 0, errorAt(at, s[at:at+1]+" has no upper limit; write {1,20}, say")
	case '{':
	default:
		return 1, 1, at, nil
	}
	inside, _, closed := strings.Cut(s[at+1:], "}")
	if !closed {
		return 0, 0, 0, errorAt(at, "{ without }")
	}
	low, high, ranged := strings.Cut(inside, ",")
	if !ranged {
		high = low
	}
	least, most = parseBound(low), parseBound(high)
	if least < 0 || most < 1 || least > most {
		return 0, 0, 0, errorAt(at, "a count is {n} or {n,m} with n not above m, and at most "+strconv.Itoa(maxProvisional))
	}
	return least, most, at + len(inside) + 2, nil
}

// parseBound reads 0 to maxProvisional, and returns -1 for anything else.
func parseBound(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || strconv.Itoa(n) != s || n < 0 || n > maxProvisional { // neither +3 nor 03
		return -1
	}
	return n
}

// refuse explains a character that is neither a letter nor a digit.
func refuse(s string, at int) error {
	switch c := s[at]; {
	case 'a' <= c && c <= 'z':
		return errorAt(at, "write letters in upper case, as identifiers are compared")
	case c == '^' || c == '$':
		return errorAt(at, "leave out ^ and $: the whole text is always compared; [^...] is not known")
	case c == '\\':
		return errorAt(at, `\ is not known; write [0-9] for a digit`)
	case c == '?' || c == '+' || c == '*' || c == '{':
		return errorAt(at, "nothing to repeat with "+s[at:at+1])
	}
	return errorAt(at, "only A-Z, 0-9, [classes], {n}, {n,m} and ? are known; separators are dropped before the comparison")
}

// errorAt counts positions from 1, as a person does.
func errorAt(at int, message string) error {
	return errors.New("pattern: position " + strconv.Itoa(at+1) + ": " + message)
}
