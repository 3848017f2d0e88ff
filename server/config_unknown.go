package main

import (
	"fmt"
	"strings"
)

const settingPrefix = "MONCOMPTE_"

// unknown refuses the first name of the environment that looks like a setting and is none, with the setting that was probably meant: a
// misspelt name would leave its standard in place without a word. Its value is not looked at.
func (s *settings) unknown(environment []string) error {
	known := map[string]bool{}
	for _, name := range s.names {
		known[settingPrefix+name], known[settingPrefix+name+"_FILE"] = true, true
	}
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if known[name] || len(name) < len(settingPrefix) || !strings.EqualFold(name[:len(settingPrefix)], settingPrefix) {
			continue
		}
		nearest, best := "", len(name)*2
		for candidate := range known {
			d := distance(strings.ToUpper(name), candidate)
			if strings.HasPrefix(candidate, name) {
				d = 1 // its end was left out
			}
			if d < best || d == best && candidate < nearest {
				nearest, best = candidate, d
			}
		}
		return fmt.Errorf("%s: there is no such setting; the nearest is %s", name, nearest)
	}
	return nil
}

// distance is how many letters have to be added, taken away or changed to get from one word to another (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
