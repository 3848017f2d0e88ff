package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"moncompte/server/check"
)

// Each row of the table of faults names the tests that play it, and each of them is there.
func TestEveryRowOfReliabilityNamesItsTest(t *testing.T) {
	text, err := os.ReadFile("../docs/reliability.md")
	check.OK(t, err)
	declared := testsOf(t, ".")
	rows := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| fault |") {
			continue
		}
		rows++
		names := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(line, -1)
		if len(names) == 0 {
			t.Errorf("no test plays: %s", line)
		}
		for _, name := range names {
			if !declared[name[1]] {
				t.Errorf("there is no %s", name[1])
			}
		}
	}
	if rows < 25 {
		t.Errorf("only %d rows", rows)
	}
}
