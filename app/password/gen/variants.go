package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"moncompte/app/password"
)

// variedWords is how many of the frequent words are varied: enough for a hundred
// thousand passwords, few enough for a check of each in seconds.
const variedWords = 800

// wholePasswords returns what the list must refuse, of valid length only: the
// published passwords and the usual variants of the frequent words.
func wholePasswords(published, frequent []string) map[string]bool {
	all := make(map[string]bool)
	put := func(s string) {
		if utf8.RuneCountInString(s) >= password.MinLength {
			all[s] = true
		}
	}
	for _, s := range published {
		put(s)
	}
	ends := usualEnds()
	for _, word := range frequent[:variedWords] {
		_, first := utf8.DecodeRuneInString(word)
		capital := strings.ToUpper(word[:first]) + word[first:]
		put(word)
		put(word + word)
		put(word + word + "1")
		put(word + "-" + word + "1")
		put(leet(word) + "1234")
		for _, end := range ends {
			put(word + end)
			put(capital + end)
			put(capital + end + "!")
		}
	}
	return all
}

// usualEnds are the years, counts, keyboard runs and months that follow a word.
func usualEnds() []string {
	ends := []string{"1", "12", "123", "1234", "12345", "123456", "1234567", "123456789", "01", "007", "69",
		"000", "111", "1!", "!", "!!", "123!", "1234!", ".", "*", "azerty", "azerty123", "qwerty1", "321", "@123"}
	for year := 1940; year <= 2027; year++ {
		ends = append(ends, strconv.Itoa(year))
	}
	for month := 1; month <= 12; month++ {
		m := strconv.Itoa(100 + month)[1:]
		ends = append(ends, m+"2026", m+"1985")
	}
	return ends
}

func leet(word string) string {
	return strings.NewReplacer("a", "4", "e", "3", "o", "0", "s", "5", "i", "1", "t", "7").Replace(word)
}
