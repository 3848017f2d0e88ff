package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"moncompte/server/store/storetest"
)

// TestMain makes this test binary the command moncompte as well: scripts and tests find it in PATH and run it as a
// process of its own.
func TestMain(m *testing.M) {
	testscript.Main(suite{m}, map[string]func(){"moncompte": main, "bare": bare})
}

// suite runs the tests, stops what they shared and looks for secrets in all that their servers and commands logged.
type suite struct{ *testing.M }

func (s suite) Run() int {
	status := s.M.Run()
	storetest.Stop()
	for _, leak := range logged.leaks() {
		fmt.Fprintln(os.Stderr, "a secret is in the logs of the test run:", leak)
		status = 1
	}
	return status
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"refused":     refused,
			"account":     account,
			"gone":        gone,
			"told":        told,
			"spreadsheet": spreadsheet,
		},
	})
}

// refused WORD… checks that the last command wrote nothing but one line on stderr, and that it holds every word.
func refused(ts *testscript.TestScript, neg bool, words []string) {
	if neg || len(words) == 0 {
		ts.Fatalf("usage: refused WORD...")
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("it also printed %q", out)
	}
	line, end := strings.CutSuffix(ts.ReadFile("stderr"), "\n")
	if !end || strings.Contains(line, "\n") || !strings.HasPrefix(line, "moncompte: ") {
		ts.Fatalf("not one line: %q", line)
	}
	for _, word := range words {
		if !strings.Contains(line, word) {
			ts.Fatalf("%q is not in %q", word, line)
		}
	}
}

// told FILE checks that the last command printed these lines to stderr, besides what it logged, and names files as they were given.
func told(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: told FILE")
	}
	var lines string
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		if !strings.HasPrefix(line, "{") {
			lines += strings.TrimPrefix(line, ts.Getenv("WORK")+"/")
		}
	}
	if want := ts.ReadFile(args[0]); lines != want {
		ts.Fatalf("told:\n%swant:\n%s", lines, want)
	}
}

// account NAME puts the account id that the last command printed into the variable.
func account(ts *testscript.TestScript, neg bool, args []string) {
	found := regexp.MustCompile(`\b[a-z2-7]{26}\b`).FindString(ts.ReadFile("stdout"))
	if neg || len(args) != 1 || found == "" {
		ts.Fatalf("no account id in %q", ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found)
}

// gone WORD… checks that none of the words is in what the last command printed, in whatever case.
func gone(ts *testscript.TestScript, neg bool, words []string) {
	if neg || len(words) == 0 {
		ts.Fatalf("usage: gone WORD...")
	}
	printed := strings.ToLower(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	for _, word := range words {
		if strings.Contains(printed, strings.ToLower(word)) {
			ts.Fatalf("%q is printed:\n%s", word, printed)
		}
	}
}

// spreadsheet FILE puts a byte order mark in front of a CSV file and makes its line ends CRLF, as spreadsheets do. Git would
// undo that in a script.
func spreadsheet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spreadsheet FILE")
	}
	text := "\ufeff" + strings.ReplaceAll(ts.ReadFile(args[0]), "\n", "\r\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
