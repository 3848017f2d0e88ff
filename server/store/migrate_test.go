package store_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// lastFree is the last migration that was not held to this. With it and those before it all servers are stopped.
const lastFree = 102

var (
	comment    = regexp.MustCompile(`--[^\n]*`)
	newTable   = regexp.MustCompile(`^CREATE TABLE (\w+)`)
	newIndex   = regexp.MustCompile(`^CREATE (UNIQUE )?INDEX \w+ ON (\w+)`)
	newColumn  = regexp.MustCompile(`^ALTER TABLE \w+ ADD COLUMN \w+ `)
	filledBy   = regexp.MustCompile(`^INSERT INTO (\w+)`)
	mustBeTold = regexp.MustCompile(` NOT NULL| PRIMARY KEY| UNIQUE`)
)

// besideTheReleaseBefore returns the statements of a migration under which a server of the release before could not go on: what it reads has to
// stay as it is, and what it writes has to be taken.
func besideTheReleaseBefore(migration string) (unsafe []string) {
	_, up, _ := strings.Cut(migration, "-- +goose Up\n")
	up, _, _ = strings.Cut(up, "-- +goose Down")
	made := map[string]bool{}
	for statement := range strings.SplitSeq(comment.ReplaceAllString(up, ""), ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		safe := statement == ""
		if table := newTable.FindStringSubmatch(statement); table != nil {
			made[table[1]], safe = true, true
		}
		if index := newIndex.FindStringSubmatch(statement); index != nil {
			safe = index[1] == "" || made[index[2]]
		}
		if newColumn.MatchString(statement) {
			safe = !mustBeTold.MatchString(statement) || strings.Contains(statement, " DEFAULT ")
		}
		if table := filledBy.FindStringSubmatch(statement); table != nil {
			safe = made[table[1]]
		}
		if !safe {
			unsafe = append(unsafe, statement)
		}
	}
	return unsafe
}

// Machines get the next release one by one: what this one no longer needs goes with the release after the next, when nobody reads it.
func TestMigrationsLetTheReleaseBeforeGoOn(t *testing.T) {
	for statement, safe := range map[string]bool{
		"CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY) STRICT; CREATE UNIQUE INDEX i ON a (id); INSERT INTO a VALUES ('x');": true,
		"ALTER TABLE flows ADD COLUMN a INTEGER; -- DROP TABLE flows;\nCREATE INDEX i ON flows (a);":                         true,
		"ALTER TABLE flows ADD COLUMN a INTEGER NOT NULL DEFAULT 0;":                                                         true,
		"ALTER TABLE flows ADD COLUMN a INTEGER NOT NULL;":                                                                   false,
		"CREATE UNIQUE INDEX i ON flows (a);":                                                                                false,
		"ALTER TABLE flows DROP COLUMN a;":                                                                                   false,
		"ALTER TABLE flows RENAME TO a;":                                                                                     false,
		"DROP TABLE flows;":                                                                                                  false,
		"DELETE FROM flows;":                                                                                                 false,
		"UPDATE flows SET a = 1;":                                                                                            false,
	} {
		if unsafe := besideTheReleaseBefore("-- +goose Up\n" + statement + "\n-- +goose Down\nDROP TABLE a;"); (len(unsafe) == 0) != safe {
			t.Errorf("%s: %v", statement, unsafe)
		}
	}
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		number, err := strconv.Atoi(filepath.Base(file)[:5])
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if unsafe := besideTheReleaseBefore(string(text)); number > lastFree && len(unsafe) > 0 {
			t.Errorf("%s: %q", file, unsafe)
		}
	}
}
