package search

// tries is how many typing errors a word may have to be taken for another: none in a short one, where a letter makes
// another word.
func tries(folded string) int {
	switch n := len(folded); {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// distance is the number of letters to add, take away, change or swap with their neighbour to make b of a (optimal string
// alignment). It stops counting above limit, and then returns limit+1. Letters are bytes: folded words are ASCII but for other
// scripts, where an error may count more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][maxWord + utf8Rest + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return min(above[len(b)], limit+1)
}

// utf8Rest is how many bytes the last letter of a word may go beyond maxWord.
const utf8Rest = 3
