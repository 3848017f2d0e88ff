package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"moncompte/server/check"
)

// evidence is what servers and commands logged, and the secrets that must not be there.
type evidence struct {
	check.Log
	mu      sync.Mutex
	secrets map[string]string // text -> what it is
}

// logged is that of the whole test run.
var logged evidence

// secret says that the text must not be in the logs.
func (e *evidence) secret(what, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.secrets == nil {
		e.secrets = map[string]string{}
	}
	e.secrets[text] = what
}

// leaks returns a line for each secret that is in the logs as it is, or as a URL or a Go string would write it.
func (e *evidence) leaks() (found []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	logs := e.String()
	for text, what := range e.secrets {
		quoted := fmt.Sprintf("%+q", text)
		// Most are the same in every form, and the logs are long.
		for _, form := range slices.Compact([]string{text, url.QueryEscape(text), url.PathEscape(text), quoted[1 : len(quoted)-1]}) {
			if at := strings.Index(logs, form); at >= 0 {
				line, _, _ := strings.Cut(logs[strings.LastIndexByte(logs[:at], '\n')+1:], "\n")
				found = append(found, fmt.Sprintf("%s, in %s", what, line))
				break
			}
		}
	}
	return found
}

func TestASecretInTheLogsIsFound(t *testing.T) {
	for _, line := range []string{
		`{"msg":"wrong pair","typed":"Évreux 42"}`,
		"GET /connexion?mot_de_passe=%C3%89vreux+42",
		"GET /connexion/%C3%89vreux%2042",
		`panic: "\u00c9vreux 42"`,
	} {
		var e evidence
		e.secret("password", "Évreux 42")
		fmt.Fprintln(&e, `{"msg":"request"}`)
		if found := e.leaks(); len(found) != 0 {
			t.Fatalf("found too early: %s", found)
		}
		fmt.Fprintln(&e, line)
		if found := e.leaks(); len(found) != 1 || found[0] != "password, in "+line {
			t.Errorf("in %s: found %q", line, found)
		}
	}
}
