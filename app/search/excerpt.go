package search

import "strings"

// maxExcerpt is the length of an excerpt in bytes, without the signs that say where it was cut.
const maxExcerpt = 180

// excerpt is the line of the text that holds most of the words, those marked; failing that, the description.
func (x *Index) excerpt(doc int, fits map[int]bool) []Piece {
	d := x.docs[doc]
	line, most := d.Description, 0
	for candidate := range strings.SplitSeq(d.Text, "\n") {
		if score := x.score(candidate, fits); score > most {
			line, most = candidate, score
		}
	}
	if line == "" {
		line, _, _ = strings.Cut(d.Text, "\n")
	}
	return x.mark(line, fits)
}

// score is the rarity of the words of a line that fit. A sentence is worth more than a heading, which people see as a title.
func (x *Index) score(line string, fits map[int]bool) int {
	seen := map[int]bool{}
	sum, all := 0, 0
	for w := range words(line) {
		all++
		if at, found := x.find(w.stem); found && fits[at] && !seen[at] && shown(w) {
			seen[at] = true
			sum += 2 * x.rarity(at)
		}
	}
	if sum > 0 && all >= 5 {
		sum++
	}
	return sum
}

// shown reports a word that may be marked.
func shown(w word) bool { return !isStop(w.folded) && !isQuiet(w.folded) }

// mark cuts a line to its length, around the first word that fits, and marks those.
func (x *Index) mark(line string, fits map[int]bool) []Piece {
	var spans [][2]int
	for w := range words(line) {
		if at, found := x.find(w.stem); found && fits[at] && shown(w) {
			spans = append(spans, [2]int{w.start, w.end})
		}
	}
	from, to := 0, len(line)
	if len(line) > maxExcerpt {
		if len(spans) > 0 && spans[0][1] > maxExcerpt {
			from = spans[0][0] - maxExcerpt/3
			from += strings.IndexByte(line[from:], ' ') + 1
		}
		if len(line)-from > maxExcerpt {
			to = from + strings.LastIndexByte(line[from:from+maxExcerpt], ' ')
			if to <= from {
				to = len(line) // a word longer than an excerpt stays whole
			}
		}
	}
	var all []Piece
	add := func(text string, match bool) {
		if text != "" {
			all = append(all, Piece{text, match})
		}
	}
	if from > 0 {
		add("… ", false)
	}
	at := from
	for _, s := range spans {
		if s[0] < at || s[1] > to {
			continue
		}
		add(line[at:s[0]], false)
		add(line[s[0]:s[1]], true)
		at = s[1]
	}
	add(line[at:to], false)
	if to < len(line) {
		add(" …", false)
	}
	return all
}
