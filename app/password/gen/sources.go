package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// sources are the lists of the npm packages, most frequent first where ranked.
type sources struct {
	passwords    []string // 49,233 leaked passwords, ranked
	frenchWords  []string // 28,095, ranked
	frenchNames  []string // 2,525 given names, not ranked
	englishWords []string // 55,830, ranked
}

func readSources(modules string) (sources, error) {
	var s sources
	for _, f := range []struct {
		to   *[]string
		path string
	}{
		{&s.passwords, "language-common/src/passwords.json"},
		{&s.frenchWords, "language-fr/src/commonWords.json"},
		// The package keeps given names under "lastnames" and family names under "firstnames".
		{&s.frenchNames, "language-fr/src/lastnames.json"},
		{&s.englishWords, "language-en/src/commonWords.json"},
	} {
		b, err := os.ReadFile(filepath.Join(modules, "@zxcvbn-ts", filepath.FromSlash(f.path)))
		if err != nil {
			return sources{}, err
		}
		if err := json.Unmarshal(b, f.to); err != nil {
			return sources{}, fmt.Errorf("%s: %w", f.path, err)
		}
		if len(*f.to) < 1000 {
			return sources{}, fmt.Errorf("%s: %d words, a thousand or more expected", f.path, len(*f.to))
		}
	}
	return s, nil
}
