package notifytest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"moncompte/server/check"
)

// node is a script of this folder, run by Node: one JSON object a line each way. It ends when its stdin does, so that it does not
// outlive the test process even when that is killed.
type node struct {
	t      testing.TB
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	done   chan map[string]any // answers to commands, in order
	exited chan struct{}
	mu     sync.Mutex // one command at a time
}

// startNode runs a script; onEvent gets each line that is not the answer to a command, in order.
func startNode(t testing.TB, script string, onEvent func(kind string, line []byte)) *node {
	t.Helper()
	dir := install(t)
	n := &node{t: t, done: make(chan map[string]any, 1), exited: make(chan struct{})}
	n.cmd = exec.Command("node", script)
	n.cmd.Dir = dir
	var complaints bytes.Buffer
	n.cmd.Stderr = &complaints
	stdin, err := n.cmd.StdinPipe()
	check.OK(t, err)
	n.stdin = stdin
	stdout, err := n.cmd.StdoutPipe()
	check.OK(t, err)
	if err := n.cmd.Start(); err != nil {
		t.Fatalf("node is needed: %v", err)
	}
	go func() {
		defer close(n.exited)
		lines := bufio.NewScanner(stdout)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			var answer map[string]any
			if json.Unmarshal(lines.Bytes(), &answer) != nil {
				continue
			}
			if kind, _ := answer["event"].(string); kind != "done" {
				onEvent(kind, bytes.Clone(lines.Bytes()))
			} else {
				n.done <- answer
			}
		}
		n.cmd.Wait()
		if complaints.Len() > 0 {
			os.Stderr.Write(complaints.Bytes())
		}
	}()
	return n
}

// call sends a command and returns its answer.
func (n *node) call(name string, arguments map[string]any) map[string]any {
	n.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	command := map[string]any{"name": name}
	for k, v := range arguments {
		command[k] = v
	}
	line, err := json.Marshal(command)
	check.OK(n.t, err)
	if _, err := n.stdin.Write(append(line, '\n')); err != nil {
		n.t.Fatalf("%s: %v", name, err)
	}
	answer := next(n.t, "answer to "+name, n.done)
	if failed, ok := answer["error"]; ok {
		n.t.Fatalf("%s: %v", name, failed)
	}
	return answer
}

// kill ends the process at once, as a crash would, and waits for its end.
func (n *node) kill() {
	n.stdin.Close()
	n.cmd.Process.Kill()
	<-n.exited
}

var installed = sync.OnceValues(func() (string, error) {
	dir, err := folder()
	if err != nil {
		return "", err
	}
	// Test binaries of several packages start together: one installs, the others wait.
	lock, err := os.OpenFile(filepath.Join(dir, ".npm.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	wanted, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return "", err
	}
	if have, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err == nil && !have.ModTime().Before(wanted.ModTime()) {
		return dir, nil
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--loglevel=error")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return "", errors.New("npm ci: " + err.Error() + "\n" + string(out))
	}
	return dir, nil
})

// install makes the npm packages of this folder present and up to date, and returns the folder.
func install(t testing.TB) string {
	t.Helper()
	dir, err := installed()
	check.OK(t, err)
	return dir
}

// folder finds this folder from the working directory of the test, which lies in the module: the path of the source file is not
// known in a binary built with -trimpath.
func folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		candidate := filepath.Join(dir, "server", "notify", "notifytest")
		if _, err := os.Stat(filepath.Join(candidate, "package-lock.json")); err == nil {
			return candidate, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("notifytest: not run inside the module")
		}
		dir = up
	}
}
