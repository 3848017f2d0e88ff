package store_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"moncompte/server/check"
)

// Instances and databases have clocks of their own: what is compared is always an instance's, which is the one that tests turn.
func TestNoStatementAsksTheDatabaseForTheTime(t *testing.T) {
	clock := regexp.MustCompile(`(?i)\b(now\(\)|current_(time|date|timestamp)\b|localtime|(clock|statement|transaction)_timestamp\(|(strftime|unixepoch|julianday|datetime)\()`)
	read := 0
	for _, pattern := range []string{"*.go", "migrations/*.sql"} {
		files, err := filepath.Glob(pattern)
		check.OK(t, err)
		for _, name := range files {
			text, err := os.ReadFile(name)
			check.OK(t, err)
			// In Go a clock is a method, as in s.now().
			for _, at := range clock.FindAllIndex(text, -1) {
				if at[0] == 0 || text[at[0]-1] != '.' && name != "clock_test.go" {
					t.Errorf("%s: %s", name, text[at[0]:at[1]])
				}
			}
			read++
		}
	}
	if read < 50 {
		t.Errorf("only %d files were read", read)
	}
}
