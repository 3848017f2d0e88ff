package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/passhash"
	"moncompte/server/store"
)

// deployment is a database and a keys file, as an operator sets them up: outside dev mode.
type deployment struct {
	url     string
	ring    *keys.Ring
	env     []string
	program string // "" = this test binary
}

// deploy makes the keys, the schema and the accounts with the operator's commands.
func deploy(t testing.TB, url string, all []person, costs passhash.Params) *deployment {
	t.Helper()
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	ring, err := keys.Create(path, nil, time.Now())
	check.OK(t, err)
	d := &deployment{url: url, ring: ring, env: []string{
		"PATH=" + os.Getenv("PATH"),
		"MONCOMPTE_LISTEN=127.0.0.1:0",
		"MONCOMPTE_DATABASE_URL=" + url,
		"MONCOMPTE_KEYS_FILE=" + path,
		"MONCOMPTE_SMTP_URL=smtp://127.0.0.1:1", // nothing is sent there
		"MONCOMPTE_TRUSTED_PROXIES=127.0.0.1",
		"MONCOMPTE_SECOND_STEP=off", // what is asked after the pair has tests of its own
	}}
	d.run(t, "", "db", "migrate")
	d.run(t, "", "accounts", "import", importFile(t, all, costs))
	return d
}

// run carries out one operator's command that must succeed, and returns what it printed.
func (d *deployment) run(t testing.TB, input string, args ...string) string {
	t.Helper()
	out := d.printed(t, input, args...)
	logged.Write([]byte(out))
	return out
}

// printed is run for a command whose answer is personal: only what it logs must not be.
func (d *deployment) printed(t testing.TB, input string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), cmp.Or(d.program, "moncompte"), args...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = d.env, strings.NewReader(input), &out, io.MultiWriter(&errs, &logged)
	if err := cmd.Run(); err != nil {
		t.Fatalf("moncompte %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return out.String()
}

// tried carries out a command, and returns why it was refused, "" when it was not.
func (d *deployment) tried(t testing.TB, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), cmp.Or(d.program, "moncompte"), args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = d.env, &logged, io.MultiWriter(&errs, &logged)
	if err := cmd.Run(); err == nil {
		return ""
	}
	return errs.String()
}

// open opens the deployment's database beside its servers, until the end of the test.
func (d *deployment) open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: d.url, Keys: d.ring})
	check.OK(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// server is a process that serves.
type server struct {
	cmd     *exec.Cmd
	site    string // http://HOST:PORT
	metrics string // the same of the metrics, "http://" when off
	ended   sync.Once
	err     error
	read    chan struct{} // closed when stderr has been read to its end

	mu    sync.Mutex
	lines []string
}

// serve starts a server and returns once it listens. What still runs at the end of the test is stopped, and must stop well.
func (d *deployment) serve(t testing.TB, settings ...string) *server {
	t.Helper()
	cmd := exec.Command(cmp.Or(d.program, "moncompte"), "serve")
	cmd.Env, cmd.Stdout = append(d.env[:len(d.env):len(d.env)], settings...), &logged
	return started(t, cmd)
}

// started is serve for a command of any kind.
func started(t testing.TB, cmd *exec.Cmd) *server {
	t.Helper()
	s := &server{cmd: cmd, read: make(chan struct{})}
	errs, err := s.cmd.StderrPipe()
	check.OK(t, err)
	check.OK(t, s.cmd.Start())
	listening := make(chan struct{})
	go s.follow(errs, listening)
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("the server did not stop well: %v\n%s", err, strings.Join(s.log(), "\n"))
		}
	})
	select {
	case <-listening:
	case <-s.read:
		t.Fatalf("the server did not start:\n%s", strings.Join(s.log(), "\n"))
	}
	return s
}

// follow reads the log until the process ends.
func (s *server) follow(errs io.Reader, listening chan<- struct{}) {
	defer close(s.read)
	for lines := bufio.NewScanner(errs); lines.Scan(); {
		logged.Write(append(lines.Bytes(), '\n'))
		s.mu.Lock()
		s.lines = append(s.lines, lines.Text())
		s.mu.Unlock()
		var line struct{ Msg, Listen, Metrics string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			s.site, s.metrics = "http://"+line.Listen, "http://"+line.Metrics
			close(listening)
		}
	}
}

// log returns the lines logged so far; all of them once the process has ended.
func (s *server) log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.lines...)
}

// stop asks the process to end and waits for it. It returns nil when it ended with status 0.
func (s *server) stop() error { return s.end(syscall.SIGTERM) }

// kill ends the process as a power cut would.
func (s *server) kill() { s.end(syscall.SIGKILL) }

func (s *server) end(how syscall.Signal) error {
	s.ended.Do(func() {
		s.cmd.Process.Signal(how)
		<-s.read
		s.err = s.cmd.Wait()
		if how == syscall.SIGKILL {
			s.err = nil
		}
	})
	return s.err
}
