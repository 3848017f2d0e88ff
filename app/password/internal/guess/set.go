package guess

import "slices"

// A Tier says how early a guesser tries a word.
type Tier uint8

const (
	Unknown  Tier = iota
	Frequent      // among the first 2,048 or so
	Known         // in a dictionary of about 16,000
)

// A Set holds hashed words in two tiers. Of the words that it does not hold,
// about n/2³² are taken for known ones: 4 in a million at 17,000 words.
// The nil Set holds no word.
type Set struct {
	entries  int
	frequent section
	known    section
}

// NewSet returns the set of the given words. Entries is the number of whole
// passwords that the maker of the list checked against it.
func NewSet(entries int, frequent, known []string) *Set {
	s := &Set{entries: entries}
	s.frequent = newSection(hashes(frequent, nil))
	s.known = newSection(hashes(known, &s.frequent))
	return s
}

// Entries returns the number of whole passwords that the list stands for.
func (s *Set) Entries() int {
	if s == nil {
		return 0
	}
	return s.entries
}

// Words returns the number of words stored.
func (s *Set) Words() int {
	if s == nil {
		return 0
	}
	return len(s.frequent.hashes) + len(s.known.hashes)
}

// Tier returns the tier of a hash, Unknown when the set does not hold it.
func (s *Set) Tier(sum uint32) Tier {
	switch {
	case s == nil:
		return Unknown
	case s.frequent.holds(sum):
		return Frequent
	case s.known.holds(sum):
		return Known
	}
	return Unknown
}

// A section is a sorted list of hashes with an index on their first 12 bits,
// so that a lookup reads about four of them.
type section struct {
	hashes []uint32
	first  []uint32
}

const indexShift = 32 - 12

func newSection(sorted []uint32) section {
	s := section{hashes: sorted, first: make([]uint32, 1<<12+1)}
	next := 0
	for i := range s.first {
		for next < len(sorted) && int(sorted[next]>>indexShift) < i {
			next++
		}
		s.first[i] = uint32(next)
	}
	return s
}

func (s *section) holds(sum uint32) bool {
	i := sum >> indexShift
	for _, h := range s.hashes[s.first[i]:s.first[i+1]] {
		if h >= sum {
			return h == sum
		}
	}
	return false
}

// hashes returns the sorted hashes of the words that are not in the section held.
func hashes(words []string, held *section) []uint32 {
	var sums []uint32
	for _, w := range words {
		if sum := Hash(w); held == nil || !held.holds(sum) {
			sums = append(sums, sum)
		}
	}
	slices.Sort(sums)
	return slices.Compact(sums)
}
