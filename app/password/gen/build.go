package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"moncompte/app/password"
	"moncompte/app/password/internal/guess"
)

// Sizes of the two tiers: their logarithms are the costs of package guess.
const (
	frequentWords = 2048
	knownWords    = 16384
)

type result struct {
	bytes          []byte
	words, entries int
}

// A picker gathers words, each once under its hash.
type picker struct {
	seen            map[uint32]bool
	frequent, known []string
}

// build chooses the words, checks every whole password against the list that
// they make, and returns its bytes.
func build(src sources) (result, error) {
	p := picker{seen: make(map[uint32]bool)}
	for _, words := range ownWords {
		p.add(&p.frequent, words, 3, len(words))
	}
	p.add(&p.frequent, src.frenchWords[:1000], 5, 300)
	p.add(&p.frequent, src.passwords, 4, frequentWords-len(p.frequent))

	// Twelve characters come from a long word and a short end far more often than
	// from a short word and a long end, so short words are only taken from passwords.
	p.add(&p.known, src.frenchNames, 4, len(src.frenchNames))
	p.add(&p.known, src.passwords[:12000], 4, 4500)
	p.add(&p.known, src.frenchWords, 7, 5000)
	p.add(&p.known, src.frenchWords, 11, len(src.frenchWords)) // one digit makes them long enough
	p.add(&p.known, src.englishWords[:15000], 8, 1600)
	if err := p.addWhole(src.passwords); err != nil {
		return result{}, err
	}
	if len(p.frequent) > frequentWords || len(p.known) > knownWords {
		return result{}, fmt.Errorf("%d and %d words, at most %d and %d wanted",
			len(p.frequent), len(p.known), frequentWords, knownWords)
	}

	list, err := p.list(0)
	if err != nil {
		return result{}, err
	}
	entries := wholePasswords(src.passwords, p.frequent)
	for entry := range entries {
		if !list.Contains(entry) {
			return result{}, fmt.Errorf("the list lets %q in", entry)
		}
	}
	set := guess.NewSet(len(entries), p.frequent, p.known)
	return result{bytes: set.Encode(), words: set.Words(), entries: len(entries)}, nil
}

// add takes at most most new words with at least shortest signs in their core.
func (p *picker) add(to *[]string, words []string, shortest, most int) {
	for _, w := range words {
		if most <= 0 {
			return
		}
		w = core(w)
		if utf8.RuneCountInString(w) < shortest || !p.take(w) {
			continue
		}
		*to = append(*to, w)
		most--
	}
}

// take reports whether a word is new and not found by the rules alone.
func (p *picker) take(word string) bool {
	// The sign before the word asks for its cost inside a longer password.
	const before, foundAnyway = "#", 5.2 + 14
	sum := guess.Hash(word)
	if p.seen[sum] || guess.Bits(nil, before+word, foundAnyway) < foundAnyway {
		return false
	}
	p.seen[sum] = true
	return true
}

// addWhole adds the published passwords of valid length that the words so far
// do not cover.
func (p *picker) addWhole(passwords []string) error {
	list, err := p.list(0)
	if err != nil {
		return err
	}
	for _, w := range passwords {
		if utf8.RuneCountInString(w) >= password.MinLength && !list.Contains(w) && p.take(w) {
			p.known = append(p.known, w)
		}
	}
	return nil
}

func (p *picker) list(entries int) (*password.List, error) {
	return password.ParseList(guess.NewSet(entries, p.frequent, p.known).Encode())
}

// core drops the separators in a word and the digits and signs around it, which
// package guess adds again; what has under three letters stays whole.
func core(word string) string {
	word = strings.Map(func(r rune) rune {
		if guess.Separator(r) {
			return -1
		}
		return r
	}, guess.FoldString(word))
	c := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
	if utf8.RuneCountInString(c) < 3 {
		return word
	}
	return c
}
