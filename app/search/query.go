package search

import (
	"math/bits"
	"slices"
	"strings"
)

// MaxQuery is how many bytes of a question are read.
const MaxQuery = 200

// maxTerms bounds the work on a question.
const maxTerms = 12

// How well a word of the index fits one of the question, in sixteenths.
const (
	exactly       = 16
	fromBeginning = 11 // the word begins with what was typed
	oneError      = 10
	twoErrors     = 6
)

// term is a word of a question.
type term struct{ stem, folded string }

// matched is a word of the index that fits a term.
type matched struct{ word, quality int }

// Asks reports whether a question holds a word to search for.
func Asks(question string) bool { return len(terms(question)) > 0 }

// Search returns the documents for a question, best first, limit at most. It returns none for a question without words to
// search for, and for one that nothing fits.
func (x *Index) Search(question string, limit int) []Hit {
	asked := terms(question)
	if len(asked) == 0 || len(x.docs) == 0 || limit <= 0 {
		return nil
	}
	scores := make([]int, len(x.docs))  // by document
	covered := make([]int, len(x.docs)) // the rarity of the terms found in it
	fits := map[int]bool{}              // words of the index that stand for a whole term
	total := 0
	best := make([]int, len(x.docs))
	found := make([][]matched, len(asked))
	for i, t := range asked {
		clear(best)
		rarest := 0
		found[i] = x.match(t, i == len(asked)-1)
		for _, m := range found[i] {
			rarity := x.rarity(m.word)
			rarest = max(rarest, rarity)
			if m.quality != fromBeginning {
				fits[m.word] = true
			}
			for _, p := range x.words[m.word].postings {
				best[p.doc] = max(best[p.doc], m.quality*rarity*p.weight)
			}
		}
		if rarest == 0 {
			rarest = x.most()
		}
		total += rarest
		for doc, score := range best {
			if score > 0 {
				scores[doc] += score
				covered[doc] += rarest
			}
		}
	}
	var order []int
	for doc := range scores {
		if scores[doc] == 0 {
			continue
		}
		scores[doc] += x.whole(doc, fits, len(asked))
		scores[doc] = scores[doc] * covered[doc] / total
		order = append(order, doc)
	}
	slices.SortStableFunc(order, func(a, b int) int { return scores[b] - scores[a] })
	var hits []Hit
	for _, doc := range order[:min(limit, len(order))] {
		if scores[doc] < scores[order[0]]/faint {
			break
		}
		hits = append(hits, Hit{Path: x.docs[doc].Path, Title: x.docs[doc].Title, Excerpt: x.excerpt(doc, x.marked(doc, found))})
	}
	return hits
}

// A document whose score is less than this part of the best is noise.
const faint = 10

// terms are the words of a question that are searched for, without those that come twice.
func terms(question string) []term {
	var all []term
	for w := range words(question[:min(len(question), MaxQuery)]) {
		known := slices.ContainsFunc(all, func(t term) bool { return t.stem == w.stem })
		if !isStop(w.folded) && !known && len(all) < maxTerms {
			all = append(all, term{w.stem, w.folded})
		}
	}
	return all
}

// match returns the words of the index that stand for a term. Typing errors are looked for only in a term that is no word and
// begins none. The last term may not be typed to its end.
func (x *Index) match(t term, last bool) []matched {
	var all []matched
	at, exact := x.find(t.stem)
	if exact {
		all = append(all, matched{at, exactly})
		at++
	}
	if last && len(t.stem) >= 2 || len(t.stem) >= 4 {
		for ; at < len(x.words) && strings.HasPrefix(x.words[at].stem, t.stem); at++ {
			all = append(all, matched{at, fromBeginning})
		}
	}
	if limit := tries(t.folded); limit > 0 && len(all) == 0 {
		for i, e := range x.words {
			switch n := distance(t.stem, e.stem, limit); {
			case n == 1:
				all = append(all, matched{i, oneError})
			case n == 2 && limit == 2:
				all = append(all, matched{i, twoErrors})
			case last && len(t.stem) >= 5 && len(e.stem) > len(t.stem) && distance(t.stem, e.stem[:len(t.stem)], 1) == 1:
				all = append(all, matched{i, twoErrors})
			}
		}
	}
	return all
}

// marked are the words of a document to show as found: all that are a term or begin with it but, of those that an error keeps
// apart from it, the best one alone.
func (x *Index) marked(doc int, found [][]matched) map[int]bool {
	fits := map[int]bool{}
	for _, words := range found {
		guess, most := -1, 0
		for _, m := range words {
			score := m.quality * x.rarity(m.word) * x.weight(m.word, doc)
			if m.quality >= fromBeginning {
				fits[m.word] = true
			} else if score > most {
				guess, most = m.word, score
			}
		}
		if guess >= 0 {
			fits[guess] = true
		}
	}
	return fits
}

// weight is that of a word in a document, 0 when it does not stand there.
func (x *Index) weight(word, doc int) int {
	for _, p := range x.words[word].postings {
		if p.doc == doc {
			return p.weight
		}
	}
	return 0
}

// rarity is how much a word tells: more when it stands in few documents.
func (x *Index) rarity(word int) int {
	return 1 + bits.Len(uint(len(x.docs)/len(x.words[word].postings)))
}

// most is the rarity of a word that stands nowhere.
func (x *Index) most() int { return 1 + bits.Len(uint(len(x.docs))) }

// whole is what a document gains when one of its keywords, or its title, is all in the question: more when there is
// nothing else in it.
func (x *Index) whole(doc int, fits map[int]bool, asked int) int {
	gain := 0
	for _, phrase := range x.docs[doc].phrases {
		sum := 0
		for _, word := range phrase {
			if !fits[word] {
				sum = 0
				break
			}
			sum += x.rarity(word) * exactly * inKeywords
		}
		if len(phrase) < asked {
			sum /= 2
		}
		gain = max(gain, sum)
	}
	return gain
}
