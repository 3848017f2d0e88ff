package web_test

import (
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"moncompte/server/check"
	"moncompte/server/web"
)

// record is all that the servers of this test run have logged, and every secret that was used with them.
type record struct {
	check.Log
	mu      sync.Mutex
	secrets map[string]string // by text: what it is
}

var run = record{secrets: map[string]string{}}

// secret remembers a text that no log may hold and returns it. Texts under 8 characters could be found by chance.
func (r *record) secret(what, text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(text) >= 8 {
		r.secrets[text] = what
	}
	return text
}

// leaked says what the log holds and where, without repeating it.
func (r *record) leaked() (found []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for line := range strings.Lines(r.String()) {
		for secret, what := range r.secrets {
			if strings.Contains(line, secret) || strings.Contains(line, escaped(secret)) {
				found = append(found, fmt.Sprintf("%s in: %s", what, strings.ReplaceAll(line, secret, "[…]")))
			}
		}
	}
	return found
}

// escaped is the text as the log writes it when it holds quotes or backslashes.
func escaped(text string) string {
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// logger is what production has, at its most talkative.
func logger() *slog.Logger {
	return slog.New(web.LogHandler(slog.NewJSONHandler(&run, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

// keysDir is a directory for keys that are made once, because RSA keys take their time.
var keysDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "moncompte-web-")
	if err != nil {
		panic(err)
	}
	return dir
})

// TestMain runs the tests and then searches the whole log of their servers for every identifier, password and token.
func TestMain(m *testing.M) {
	status := m.Run()
	os.RemoveAll(keysDir())
	for _, leak := range run.leaked() {
		fmt.Fprintln(os.Stderr, "--- FAIL: secret in the log:", leak)
		status = 1
	}
	os.Exit(status)
}

func TestTheSearchForSecretsFindsOne(t *testing.T) {
	r := record{secrets: map[string]string{}}
	log := slog.New(slog.NewJSONHandler(&r, nil))
	log.Info("request", "identifier", r.secret("identifier", "2690549588157"))
	log.Info("request", "password", r.secret("password", `a "quoted" <password>`))
	log.Info("request", "short", r.secret("too short to search", "short"))
	r.secret("token", "never logged, never found")
	if found := r.leaked(); len(found) != 2 || strings.Contains(strings.Join(found, " "), "2690549588157") {
		t.Errorf("found %d of 2 secrets: %v", len(found), found)
	}
}
