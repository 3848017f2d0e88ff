package nir

// DefaultPattern is used where no pattern is configured. No source publishes the
// shape of provisional identifiers, so it is wide.
const DefaultPattern = "[A-Z][0-9A-Z]{7,14}"

// maxProvisional is the greatest length of a provisional identifier.
const maxProvisional = 64

// Pattern is the shape of provisional identifiers, a small subset of regular
// expressions that always applies to the whole text:
//
//	A 7        a literal upper-case letter or digit
//	[A-F0-9]   one of these characters
//	{n} {n,m}  the element before it n times, or n to m times
//	?          the element before it once or not at all
//
// A nil or zero Pattern means [DefaultPattern]. A Pattern may be used by several
// goroutines.
type Pattern struct {
	source   string
	elements []element
}

// element is a set of characters, at least min and at most max times.
type element struct {
	set      charset
	min, max int
}

// charset has bit 0-9 for the digits, 10-35 for the letters.
type charset uint64

const digits charset = 1<<10 - 1

// charBit returns 0 for what is no digit and no upper-case letter.
func charBit(c byte) charset {
	switch {
	case '0' <= c && c <= '9':
		return 1 << (c - '0')
	case 'A' <= c && c <= 'Z':
		return 1 << (c - 'A' + 10)
	}
	return 0
}

var defaultPattern = mustParsePattern(DefaultPattern)

func mustParsePattern(source string) *Pattern {
	p, err := ParsePattern(source)
	if err != nil {
		panic(err)
	}
	return p
}

func (p *Pattern) orDefault() *Pattern {
	if p == nil || len(p.elements) == 0 {
		return defaultPattern
	}
	return p
}

// String is the source, from which ParsePattern makes an equal Pattern.
func (p *Pattern) String() string { return p.orDefault().source }

// Match says whether the whole of s, in upper case and without separators, has the
// shape. Its time is bounded by the lengths, whatever the pattern.
func (p *Pattern) Match(s string) bool {
	if len(s) > maxProvisional {
		return false
	}
	// reached[i]: the elements so far can match the first i characters.
	var reached [maxProvisional + 1]bool
	reached[0] = true
	for _, e := range p.orDefault().elements {
		var next [maxProvisional + 1]bool
		for start := 0; start <= len(s); start++ {
			if !reached[start] {
				continue
			}
			for n := 0; n <= e.max; n++ {
				if n >= e.min {
					next[start+n] = true
				}
				if start+n == len(s) || charBit(s[start+n])&e.set == 0 {
					break
				}
			}
		}
		reached = next
	}
	return reached[len(s)]
}
