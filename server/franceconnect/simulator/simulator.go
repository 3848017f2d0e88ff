// Package simulator starts and steers the FranceConnect of the demonstration and the tests: a program of this folder on npm
// oidc-provider, the engine that FranceConnect itself runs. It needs Node 20 or later and listens on loopback only. SignIn and
// SignOut do over HTTP what a person does on its pages.
package simulator

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options says which FranceConnect to start and which service it knows.
type Options struct {
	Profile        string   // "franceconnect" (also when empty) or "franceconnect+"
	Alg            string   // ES256 (also when empty) or RS256
	Port           int      // 0 takes a free one
	ClientID       string   // required
	ClientSecret   string   // required; it is on the command line of the program, so never a real one
	RedirectURIs   []string // at least one
	PostLogoutURIs []string // at least one
	JWKSURI        string   // the service's encryption keys; required for franceconnect+
	ServiceName    string   // the service's name on the pages; empty is "Mon Compte"
	Scopes         []string // what the service is entitled to; nil is everything but idp_id
	Hints          []string // account providers that the service may name in idp_hint
	AMR            bool     // whether the service may ask for amr
	Dir            string   // folder of the program; empty finds it from the working directory
}

func (o Options) arguments() []string {
	args := []string{"index.mjs", "--end-with-stdin", "--port", strconv.Itoa(o.Port)}
	add := func(name, value string) {
		if value != "" {
			args = append(args, "--"+name+"="+value)
		}
	}
	add("profile", o.Profile)
	add("alg", o.Alg)
	add("client-id", o.ClientID)
	add("client-secret", o.ClientSecret)
	for _, uri := range o.RedirectURIs {
		add("redirect-uri", uri)
	}
	for _, uri := range o.PostLogoutURIs {
		add("post-logout-uri", uri)
	}
	add("jwks-uri", o.JWKSURI)
	add("service-name", o.ServiceName)
	add("scope", strings.Join(o.Scopes, " "))
	add("idp-hint", strings.Join(o.Hints, " "))
	if o.AMR {
		args = append(args, "--amr")
	}
	return args
}

// Simulator is a running FranceConnect.
type Simulator struct {
	// Issuer is http://127.0.0.1:PORT/api/v2.
	Issuer string

	cmd    *exec.Cmd
	stdin  io.Closer
	exited chan struct{}
	stop   sync.Once
}

// Start installs the npm packages when needed, starts the program and returns once it answers. The context bounds the start; the
// program runs until Stop, or until this process ends. When Node is not there the error says so.
func Start(ctx context.Context, o Options) (*Simulator, error) {
	node, err := program("node")
	if err != nil {
		return nil, err
	}
	if o.Dir == "" {
		if o.Dir, err = folder(); err != nil {
			return nil, err
		}
	}
	if err := install(ctx, o.Dir); err != nil {
		return nil, err
	}
	cmd := exec.Command(node, o.arguments()...)
	cmd.Dir = o.Dir
	var complaints bytes.Buffer
	cmd.Stderr = io.MultiWriter(os.Stderr, &complaints)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Simulator{cmd: cmd, stdin: stdin, exited: make(chan struct{})}
	ready := make(chan string, 1)
	go s.follow(stdout, ready)
	select {
	case s.Issuer = <-ready:
		return s, nil
	case <-s.exited:
		return nil, fmt.Errorf("simulator: ended at start: %s", bytes.TrimSpace(complaints.Bytes()))
	case <-ctx.Done():
		s.Stop()
		return nil, fmt.Errorf("simulator: not ready: %w", ctx.Err())
	}
}

// follow reads the program's output up to its end; the first line of JSON that names an issuer says that it is ready.
func (s *Simulator) follow(stdout io.Reader, ready chan<- string) {
	defer close(s.exited)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var line struct{ Issuer string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Issuer != "" {
			select {
			case ready <- line.Issuer:
			default:
			}
		}
	}
	// The scanner stops at a line too long for it; the program must not block on a full pipe.
	io.Copy(io.Discard, stdout)
	s.cmd.Wait()
}

// Stop ends the program and returns once it is gone, paused or not. Calling it again does nothing.
func (s *Simulator) Stop() {
	s.stop.Do(func() {
		s.stdin.Close()
		s.cmd.Process.Kill()
		<-s.exited
	})
}

// Pause freezes the program: it accepts connections and never answers, as a provider that hangs.
func (s *Simulator) Pause() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume lets a paused program go on.
func (s *Simulator) Resume() error { return s.cmd.Process.Signal(syscall.SIGCONT) }

// Advance moves the program's clock on, so that codes, tokens and sessions expire without waiting. There is no way back: tokens
// issued afterwards are from the future by as much.
func (s *Simulator) Advance(ctx context.Context, d time.Duration) error {
	seconds := strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Issuer+"/_simulateur/avancer?secondes="+seconds, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return errors.New("simulator: the clock did not move: " + res.Status)
	}
	return nil
}
