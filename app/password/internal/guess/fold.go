// Package guess estimates how many tries a person who knows the habits of
// others needs to find a password. It holds what the password policy and the
// generator of its word list must do alike: folding, hashing and the set's
// binary form.
package guess

import "unicode"

// Fold appends to dst the code points of s in lower case and without accents.
// Ligatures become two letters and combining marks disappear, so that the
// composed and decomposed writings of a letter are equal.
func Fold(dst []rune, s string) []rune {
	for _, r := range s {
		switch {
		case r < 0x80:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			dst = append(dst, r)
		case unicode.Is(unicode.Mn, r):
		default:
			r = unicode.ToLower(r)
			switch r {
			case 'œ':
				dst = append(dst, 'o', 'e')
			case 'æ':
				dst = append(dst, 'a', 'e')
			case 'ß':
				dst = append(dst, 's', 's')
			default:
				if plain, ok := unaccented[r]; ok {
					r = plain
				}
				dst = append(dst, r)
			}
		}
	}
	return dst
}

// FoldString is Fold for a string.
func FoldString(s string) string { return string(Fold(nil, s)) }

// unaccented covers the letters of the languages written in Latin script in
// Europe; a full Unicode table would cost the browser more than the list.
var unaccented = func() map[rune]rune {
	m := make(map[rune]rune)
	for plain, accented := range map[rune]string{
		'a': "àáâãäåāăą", 'c': "çćĉċč", 'd': "ďđð", 'e': "èéêëēĕėęě", 'g': "ĝğġģ",
		'h': "ĥħ", 'i': "ìíîïĩīĭįı", 'j': "ĵ", 'k': "ķ", 'l': "ĺļľŀł", 'n': "ñńņňŉ",
		'o': "òóôõöøōŏő", 'r': "ŕŗř", 's': "śŝşšș", 't': "ţťŧț", 'u': "ùúûüũūŭůűų",
		'w': "ŵ", 'y': "ýÿŷ", 'z': "źżž",
	} {
		for _, r := range accented {
			m[r] = plain
		}
	}
	return m
}()

// Leet maps a folded code point to the letter that it usually stands for.
// The letters i and l share one class because the digit 1 replaces both.
func Leet(r rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', 'l':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	}
	return r
}

// Separator reports whether r is one of the signs that people put between words.
func Separator(r rune) bool {
	switch r {
	case ' ', '-', '_', '.', ',', '/', '+', '\'', '’', '\u00a0':
		return true
	}
	return false
}

// hash is a running FNV-1a of code points.
type hash uint64

const newHash hash = 14695981039346656037

func (h hash) add(r rune) hash { return (h ^ hash(r)) * 1099511628211 }

// sum mixes the state into 32 bits, so that words with one ending spread well.
func (h hash) sum() uint32 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return uint32(h)
}

// Hash returns the hash under which a word is stored: folded, without
// separators, leet signs turned into letters.
func Hash(word string) uint32 {
	h := newHash
	for _, r := range Fold(nil, word) {
		if !Separator(r) {
			h = h.add(Leet(r))
		}
	}
	return h.sum()
}
