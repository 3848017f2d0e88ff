package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// webKit is WebKitGTK's driver (WebDriver, W3C) on a screen of its own. It has one session at a time.
type webKit struct {
	url     string
	browser string
}

func startWebKit(t *testing.T) *webKit {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/webkit2gtk-4*/MiniBrowser")
	for _, name := range []string{"WebKitWebDriver", "Xvfb"} {
		if _, err := exec.LookPath(name); err != nil || len(found) == 0 {
			t.Skip("nothing was tried in WebKit: it is missing. On Debian: apt-get install --no-install-recommends webkit2gtk-driver xvfb")
		}
	}
	// A screen that begins anew after its last window refuses the next one that comes meanwhile.
	screen := exec.Command("Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp")
	out, err := screen.StdoutPipe()
	check(t, err)
	run(t, screen)
	display, err := bufio.NewReader(out).ReadString('\n')
	check(t, err)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	driver := exec.Command("WebKitWebDriver", "--host=127.0.0.1", fmt.Sprintf("--port=%d", port))
	home := t.TempDir()
	// With an accelerated screen that is none its pictures never end.
	driver.Env = append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(display), "LIBGL_ALWAYS_SOFTWARE=1", "GDK_BACKEND=x11", "HOME="+home,
		"MESA_SHADER_CACHE_DISABLE=true", "XDG_RUNTIME_DIR="+home, "XDG_CACHE_HOME="+home+"/cache", "XDG_DATA_HOME="+home+"/data", "LANG=C.UTF-8", "LANGUAGE=fr")
	driver.Stderr = os.Stderr
	run(t, driver)
	w := &webKit{fmt.Sprintf("http://127.0.0.1:%d", port), found[len(found)-1]}
	p := &tab{t: t}
	p.wait("the driver of WebKit answers", func() bool {
		answer, err := http.Get(w.url + "/status")
		if err == nil {
			answer.Body.Close()
		}
		return err == nil
	})
	return w
}

// run starts a program that ends with the test.
func run(t *testing.T, c *exec.Cmd) {
	t.Helper()
	check(t, c.Start())
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
}

// open opens a window without cookies or cache.
func (w *webKit) open(t *testing.T, _ *console) hands {
	t.Helper()
	// Its page cache leaves out what may not be stored over https alone, as the portal is served elsewhere.
	options := map[string]any{"binary": w.browser, "args": []string{"--automation", "--enable-page-cache=false"}}
	var session struct{ SessionID string }
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	check(t, command(ctx, http.MethodPost, w.url+"/session", map[string]any{"capabilities": map[string]any{
		"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options, "pageLoadStrategy": "none"}}}, &session))
	h := webKitWindow{t, w.url + "/session/" + session.SessionID}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		command(ctx, http.MethodDelete, h.session, nil, nil)
	})
	check(t, h.post(ctx, "/window/rect", map[string]any{"width": desktop.width, "height": desktop.height}))
	return h
}

// command sends a command of WebDriver and reads the value of its answer.
func command(ctx context.Context, method, address string, body, into any) error {
	var sent []byte
	if method == http.MethodPost {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var value struct{ Value json.RawMessage }
	if err := json.NewDecoder(answer.Body).Decode(&value); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", value.Value)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(value.Value, into)
}

// webKitWindow is a session of WebDriver.
type webKitWindow struct {
	t       *testing.T
	session string // its address
}

func (h webKitWindow) post(ctx context.Context, path string, body any) error {
	return command(ctx, http.MethodPost, h.session+path, body, nil)
}

func (h webKitWindow) evaluate(ctx context.Context, expression string) ([]byte, error) {
	var value json.RawMessage
	err := command(ctx, http.MethodPost, h.session+"/execute/sync",
		map[string]any{"script": "return (" + expression + "\n)", "args": []string{}}, &value)
	// WebKitGTK's process of a page falls over now and then on a busy machine, in the middle of a script first. A page of ours that always
	// did this to it would be a way that is always skipped.
	if err != nil {
		gone := h.post(ctx, "/execute/sync", map[string]any{"script": "", "args": []string{}})
		if gone != nil && strings.Contains(gone.Error(), "page crash or hang") {
			h.t.Skip("WebKit fell over: this way was not gone to its end in it")
		}
	}
	return value, err
}

func (h webKitWindow) goTo(ctx context.Context, address string) error {
	return h.post(ctx, "/url", map[string]any{"url": address})
}

func (h webKitWindow) goBack(ctx context.Context) error { return h.post(ctx, "/back", struct{}{}) }

func (h webKitWindow) click(ctx context.Context, at point) error {
	return h.act(ctx, "pointer", map[string]any{"type": "pointerMove", "x": int(at.X), "y": int(at.Y), "duration": 0},
		map[string]any{"type": "pointerDown", "button": 0}, map[string]any{"type": "pointerUp", "button": 0})
}

func (h webKitWindow) insert(ctx context.Context, text string) error {
	for _, key := range text {
		if err := h.pressKey(ctx, string(key)); err != nil {
			return err
		}
	}
	return nil
}

func (h webKitWindow) pressKey(ctx context.Context, key string) error {
	key = strings.NewReplacer("\t", "\ue004", "\r", "\ue006").Replace(key)
	return h.act(ctx, "key", map[string]any{"type": "keyDown", "value": key}, map[string]any{"type": "keyUp", "value": key})
}

func (h webKitWindow) act(ctx context.Context, device string, steps ...map[string]any) error {
	return h.post(ctx, "/actions", map[string]any{"actions": []any{map[string]any{"type": device, "id": device, "actions": steps}}})
}
