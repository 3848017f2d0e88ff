package e2e

import (
	"bufio"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"moncompte/server/web"
)

var heard = flag.String("heard", "", "check what Orca says on each way against testdata/heard/ways, or write it")

// ear is Orca with Firefox on a screen of their own, and what Orca has sent to its voice.
type ear struct {
	t   testing.TB
	env []string
	dir string
	at  int64 // how far what was said has been read
}

// listen starts them, the browser with the settings and more. Without their programs the test is left out.
func listen(t testing.TB, prefs ...string) *ear {
	t.Helper()
	for _, name := range []string{"Xvfb", "openbox", "dbus-daemon", "xdotool", "orca", "firefox-esr"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("nobody listened: %s is missing. On Debian: apt-get install --no-install-recommends xvfb openbox dbus at-spi2-core libatk-adaptor orca gir1.2-atspi-2.0 python3-pyatspi xdotool firefox-esr firefox-esr-l10n-fr libglib2.0-bin locales, then locale-gen fr_FR.UTF-8", name)
		}
	}
	here, err := filepath.Abs("testdata/heard")
	check(t, err)
	e := &ear{t: t, dir: t.TempDir()}
	e.env = append(os.Environ(), "HOME="+e.dir, "XDG_RUNTIME_DIR="+e.dir, "XDG_CONFIG_HOME="+e.dir+"/config", "XDG_DATA_HOME="+e.dir+"/data",
		"XDG_CACHE_HOME="+e.dir+"/cache", "LANG=fr_FR.UTF-8", "LC_ALL=fr_FR.UTF-8", "LANGUAGE=fr", "GTK_MODULES=gail:atk-bridge",
		"MOZ_ENABLE_WAYLAND=0", "WAYLAND_DISPLAY=", "HEARD="+e.dir+"/heard", "PYTHONPATH="+here, "PYTHONDONTWRITEBYTECODE=1")
	for to, from := range map[string]string{"firefox/user.js": "user.js", "data/orca/user-settings.conf": "orca.conf", "heard": os.DevNull} {
		data, err := os.ReadFile(filepath.Join(here, from))
		if from == os.DevNull {
			data, err = nil, nil
		}
		check(t, err)
		if from == "user.js" {
			data = append(data, strings.Join(prefs, "\n")...)
		}
		check(t, os.MkdirAll(filepath.Dir(filepath.Join(e.dir, to)), 0o700))
		check(t, os.WriteFile(filepath.Join(e.dir, to), data, 0o600))
	}
	e.env = append(e.env, "DISPLAY=:"+e.start(true, "Xvfb", "-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"))
	e.env = append(e.env, "DBUS_SESSION_BUS_ADDRESS="+e.start(true, "dbus-daemon", "--session", "--nofork", "--print-address"))
	e.start(false, "openbox")
	e.run("gsettings", "set", "org.gnome.desktop.interface", "toolkit-accessibility", "true")
	e.run("gsettings", "set", "org.gnome.desktop.a11y.applications", "screen-reader-enabled", "true")
	e.start(false, "/usr/libexec/at-spi-bus-launcher", "--launch-immediately")
	// Orca looks for others of the same person, to end or to yield to them: it finds none, and whoever needs theirs keeps it.
	check(t, os.Symlink("/bin/false", e.dir+"/pgrep"))
	e.env = append(e.env, "PATH="+e.dir+":"+os.Getenv("PATH"))
	e.start(false, "orca")
	for begun := time.Now(); len(e.quiet(time.Second)) == 0; { // it says that it is there
		if time.Since(begun) > patience {
			t.Fatal("Orca does not start")
		}
	}
	e.start(false, "firefox-esr", "--no-remote", "--profile", e.dir+"/firefox", "about:blank")
	e.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "firefox")
	e.quiet(6 * time.Second)
	return e
}

// start starts a program that ends with the test, and returns the first line that it prints if that is asked for.
func (e *ear) start(speaks bool, name string, args ...string) string {
	e.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, name, args...)
	c.Env = e.env
	// Asked and not killed: what it has started itself, such as the bus of AT-SPI, it ends as well.
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second
	out, err := c.StdoutPipe()
	check(e.t, err)
	check(e.t, c.Start())
	e.t.Cleanup(func() { stop(); c.Wait() })
	lines := bufio.NewScanner(out)
	if speaks && !lines.Scan() {
		e.t.Fatalf("%s does not start", name)
	}
	first := lines.Text()
	go func() {
		for lines.Scan() {
		}
	}()
	return first
}

func (e *ear) run(name string, args ...string) {
	e.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, name, args...)
	c.Env = e.env
	if out, err := c.CombinedOutput(); err != nil {
		e.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// browsers are words of the browser and the screen reader themselves, which are there or not as the machine is fast or slow. A key of
// xdotool that locks is pressed and let go in the same moment, and said twice.
var browsers = regexp.MustCompile(`^(Rechercher avec Google|127\.0\.0\.1|Chargement en cours|Chargement terminé\.|document web\.$|La sélection a été supprimée|Texte désélectionné|verr\. maj\.)`)

// moments are what is another at each run.
var moments = regexp.MustCompile(`\p{L}+ \d+(er)? \p{L}+ \d{4} à \d+ h( \d+)?|\d+ h( \d+)?\b`)

// left is how long there is to wait.
var left = regexp.MustCompile(`attente : \d+`)

// quiet waits until nothing was said for a while, and returns what was said since the last time. There is no event for silence.
func (e *ear) quiet(rest time.Duration) (said []string) {
	e.t.Helper()
	last := time.Now()
	for time.Since(last) < rest {
		time.Sleep(50 * time.Millisecond)
		log, err := os.Open(e.dir + "/heard")
		check(e.t, err)
		_, err = log.Seek(e.at, 0)
		check(e.t, err)
		lines := bufio.NewReader(log)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				break
			}
			e.at, last = e.at+int64(len(line)), time.Now()
			line = strings.Join(strings.Fields(line), " ")
			line = strings.Replace(line, "lien visité", "lien", 1)
			if !browsers.MatchString(line) && strings.ContainsFunc(line, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				said = append(said, left.ReplaceAllString(moments.ReplaceAllString(line, "(un moment)"), "attente : (un moment)"))
			}
		}
		log.Close()
	}
	return said
}

// goTo opens an address of the site by the bar of the browser, whose own words do not count.
func (e *ear) goTo(url string) {
	e.t.Helper()
	e.run("xdotool", "key", "--clearmodifiers", "ctrl+l")
	e.quiet(500 * time.Millisecond)
	e.run("xdotool", "type", "--delay", "25", url)
	e.quiet(500 * time.Millisecond)
	e.run("xdotool", "key", "Return")
}

func TestWhatOrcaSays(t *testing.T) {
	if *heard == "" {
		t.Skip("nobody listened: it takes minutes and a machine to itself; -heard=check does, as the task audit")
	}
	for _, place := range heardPlaces {
		t.Run(place.name, func(t *testing.T) {
			t.Parallel()
			h := &hearing{}
			h.site, h.gateways = newReachableSite(t, func(s *site, o *web.Options) {
				o.Dev = false // without the ribbon of a demonstration
				if place.change != nil {
					place.change(s, o)
				}
			})
			h.ear = listen(t, place.prefs...)
			for _, w := range place.ways {
				t.Run(w.name, func(t *testing.T) {
					text := h.walk(t, w)
					file := filepath.Join("testdata/heard/ways", w.name+".txt")
					if *heard == "write" {
						check(t, os.WriteFile(file, []byte(text), 0o644))
						return
					}
					want, err := os.ReadFile(file)
					check(t, err)
					// On a machine that is busy a focus is lost to the ear now and then.
					for again := 0; text != string(want) && w.repeats() && again < 2; again++ {
						text = h.walk(t, w)
					}
					if text != string(want) {
						t.Errorf("%s says something else:\n%s", file, text)
					}
				})
			}
		})
	}
}

// Every text was heard on a way, and every way has its text.
func TestEveryWayThatIsHeardHasItsText(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	files, err := filepath.Glob("testdata/heard/ways/*.txt")
	check(t, err)
	for _, file := range files {
		texts[strings.TrimSuffix(filepath.Base(file), ".txt")] = true
	}
	for _, place := range heardPlaces {
		for _, w := range place.ways {
			if !texts[w.name] {
				t.Errorf("%s was not written", w.name)
			}
			delete(texts, w.name)
		}
	}
	for name := range texts {
		t.Errorf("nobody walks the way of %s", name)
	}
}
