package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// firefox is one browser process, steered over WebDriver BiDi by puppeteer (node/firefox.mjs).
type firefox struct {
	in      io.Writer
	mu      sync.Mutex // of all below, and of what is written
	last    int
	waiting map[int]chan fromFirefox
	tabs    map[int]*console
}

// fromFirefox is the answer to a command, or a complaint of a tab.
type fromFirefox struct {
	ID        int
	Value     string
	Error     string
	Tab       int
	Complaint string
}

func startFirefox(t *testing.T) *firefox {
	t.Helper()
	path, err := exec.LookPath("firefox-esr")
	if err != nil {
		t.Skip("nothing was tried in Firefox: it is missing. On Debian: apt-get install --no-install-recommends firefox-esr")
	}
	c := exec.Command("node", "node/firefox.mjs", path)
	c.Env = append(os.Environ(), "HOME="+t.TempDir())
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	check(t, err)
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	f := &firefox{in: in, waiting: map[int]chan fromFirefox{}, tabs: map[int]*console{}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			f.hear(line)
		}
	}()
	t.Cleanup(func() {
		in.Close()
		<-ended
		c.Wait()
	})
	return f
}

func (f *firefox) hear(line []byte) {
	var l fromFirefox
	if json.Unmarshal(line, &l) != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.tabs[l.Tab]; l.Complaint != "" && c != nil {
		c.complain(l.Complaint)
	}
	if answer := f.waiting[l.ID]; answer != nil {
		delete(f.waiting, l.ID)
		answer <- l
	}
}

// tell sends a command and waits for its answer.
func (f *firefox) tell(ctx context.Context, tab int, act string, args ...any) (string, error) {
	f.mu.Lock()
	f.last++
	id, answer := f.last, make(chan fromFirefox, 1)
	f.waiting[id] = answer
	if args == nil {
		args = []any{}
	}
	line, err := json.Marshal(map[string]any{"id": id, "tab": tab, "act": act, "args": args})
	if err == nil {
		_, err = f.in.Write(append(line, '\n'))
	}
	f.mu.Unlock()
	if err != nil {
		return "", err
	}
	select {
	case a := <-answer:
		if a.Error != "" {
			return "", errors.New(a.Error)
		}
		return a.Value, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// open opens a tab without cookies or cache.
func (f *firefox) open(t *testing.T, c *console) hands {
	t.Helper()
	f.mu.Lock()
	tab := len(f.tabs) + 1
	f.tabs[tab] = c
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := f.tell(ctx, tab, "open", desktop.width, desktop.height)
	check(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		f.tell(ctx, tab, "close")
	})
	return firefoxTab{f, tab}
}

type firefoxTab struct {
	*firefox
	tab int
}

func (h firefoxTab) do(ctx context.Context, act string, args ...any) error {
	_, err := h.tell(ctx, h.tab, act, args...)
	return err
}

func (h firefoxTab) evaluate(ctx context.Context, expression string) ([]byte, error) {
	value, err := h.tell(ctx, h.tab, "evaluate", expression)
	return []byte(value), err
}

func (h firefoxTab) goTo(ctx context.Context, address string) error { return h.do(ctx, "go", address) }
func (h firefoxTab) goBack(ctx context.Context) error               { return h.do(ctx, "back") }
func (h firefoxTab) click(ctx context.Context, at point) error {
	return h.do(ctx, "click", at.X, at.Y)
}
func (h firefoxTab) insert(ctx context.Context, text string) error { return h.do(ctx, "insert", text) }
func (h firefoxTab) pressKey(ctx context.Context, key string) error {
	return h.do(ctx, "key", key)
}
