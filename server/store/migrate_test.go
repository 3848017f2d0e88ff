package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
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
		check.OK(t, err)
		text, err := os.ReadFile(file)
		check.OK(t, err)
		if unsafe := besideTheReleaseBefore(string(text)); number > lastFree && len(unsafe) > 0 {
			t.Errorf("%s: %q", file, unsafe)
		}
	}
}

// undo takes migrations back until one that changes a table, and returns its file and the table.
func undo(t *testing.T, db *sql.DB) (file, table string) {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	check.OK(t, err)
	for {
		file = files[len(files)-1]
		files = files[:len(files)-1]
		text, err := os.ReadFile(file)
		check.OK(t, err)
		up, down, _ := strings.Cut(string(text), "-- +goose Down\n")
		number, err := strconv.Atoi(filepath.Base(file)[:5])
		check.OK(t, err)
		check.OK(t, check.ErrOf(db.ExecContext(t.Context(), down)))
		check.OK(t, check.ErrOf(db.ExecContext(t.Context(), `DELETE FROM goose_db_version WHERE version_id = $1`, number)))
		if changed := regexp.MustCompile(`(?m)^ALTER TABLE (\w+)`).FindStringSubmatch(up); changed != nil {
			return file, changed[1]
		}
	}
}

// A migration that has to wait for somebody holds nobody up meanwhile, and is done once they have left.
func TestAMigrationGivesWayToPeople(t *testing.T) {
	address := storetest.PostgresURL(t)
	s := storetest.Open(t, store.Options{URL: address})
	db, err := sql.Open("pgx", address)
	check.OK(t, err)
	t.Cleanup(func() { db.Close() })
	file, table := undo(t, db)
	somebody, err := db.BeginTx(t.Context(), nil)
	check.OK(t, err)
	defer somebody.Rollback()
	check.OK(t, check.ErrOf(somebody.ExecContext(t.Context(), `LOCK TABLE `+table+` IN ACCESS SHARE MODE`)))
	var applied []string
	migrated := make(chan error, 1)
	go func() {
		var err error
		applied, err = s.Migrate(t.Context())
		migrated <- err
	}()
	// It waits, and comes again; whoever comes meanwhile waits for a try at most.
	for tries, waits := 0, false; tries < 3; time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-migrated:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
		var now bool
		check.OK(t, db.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = $1::regclass AND NOT granted)`, table).Scan(&now))
		if now && !waits {
			tries++
			began := time.Now()
			check.OK(t, check.ErrOf(db.ExecContext(t.Context(), `SELECT 1 FROM `+table)))
			if took := time.Since(began); took > 1500*time.Millisecond { // the patience of a connection is 2 s
				t.Errorf("somebody waited %s", took)
			}
		}
		waits = now
	}
	somebody.Rollback()
	if err := <-migrated; err != nil || len(applied) == 0 || filepath.Base(applied[0]) != filepath.Base(file) {
		t.Errorf("applied %v: %v", applied, err)
	}
}
