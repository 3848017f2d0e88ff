package main

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"moncompte/server/check"
)

// disk is where a database is, on a file system of its own that can be filled to the last byte and emptied again.
type disk struct {
	path     string
	fill     func(t *testing.T, s *server)
	free     func(t *testing.T, s *server)
	commands bool // are refused too
}

// smallDisk is a file system of a few megabytes. Only root of the machine, and not of every container, may have one.
func smallDisk(t *testing.T) disk {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("a file system of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(dir, "ballast")
	return disk{dir, func(t *testing.T, _ *server) {
		t.Helper()
		f, err := os.Create(ballast)
		check.OK(t, err)
		defer f.Close()
		for size := 1 << 20; size > 0; size /= 2 {
			for err = nil; err == nil; {
				_, err = f.Write(make([]byte, size))
			}
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}, func(t *testing.T, _ *server) {
		t.Helper()
		check.OK(t, os.Remove(ballast))
	}, true}
}

// boundDisk is any file system, with a server that is allowed no larger files: what every user may do to a process of theirs.
func boundDisk(t *testing.T) disk {
	limit := func(t *testing.T, s *server, most uint64) {
		t.Helper()
		var limit unix.Rlimit
		check.OK(t, unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, nil, &limit))
		limit.Cur = min(most, limit.Max)
		check.OK(t, unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil))
	}
	return disk{t.TempDir(), func(t *testing.T, s *server) { t.Helper(); limit(t, s, 1) },
		func(t *testing.T, s *server) { t.Helper(); limit(t, s, unix.RLIM_INFINITY) }, false}
}

// A full disk is no fault of the person's and passes: it is told in time, and nobody is signed in, or out, by half.
func TestAFullDiskIsToldInTimeAndPasses(t *testing.T) {
	for name, newDisk := range map[string]func(*testing.T) disk{"a full file system": smallDisk, "files that may not grow": boundDisk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where, all := newDisk(t), people(3)
			d := deploy(t, "file:"+filepath.Join(where.path, "moncompte.db"), all, cheap)
			d.moveKeys(t, where.path)
			s := d.serve(t)
			signedIn, leaves := newBrowser(t), newBrowser(t)
			signedIn.signIn(t, s.site, all[1])
			leaves.signIn(t, s.site, all[2])
			if !signedIn.signedIn(t, s.site) || !leaves.signedIn(t, s.site) {
				t.Fatal("not signed in")
			}
			where.fill(t, s)
			for what, ask := range map[string]func(*browser) answer{
				"a sign-in": func(b *browser) answer { return b.signIn(t, s.site, all[0]) },
				"a guess":   func(b *browser) answer { return b.guess(t, s.site, all[0]) },
				"a recovery": func(b *browser) answer {
					return b.post(t, s.site+"/mot-de-passe-oublie", url.Values{"identifiant": {all[0].identifier}, "canal": {"email"}})
				},
				"a sign-out": func(*browser) answer { return leaves.post(t, s.site+"/deconnexion", url.Values{}) },
			} {
				b := newBrowser(t)
				began := time.Now()
				a := ask(b)
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("%s: told after %s", what, took)
				}
				if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") != "5" || strings.Contains(a.body, "disk") {
					t.Errorf("%s: status %d, Retry-After %q", what, a.status, a.header.Get("Retry-After"))
				}
				if b.signedIn(t, s.site) {
					t.Errorf("%s: signed in", what)
				}
			}
			if a := newBrowser(t).get(t, s.site+"/connexion"); a.status != http.StatusOK {
				t.Errorf("the sign-in page: status %d", a.status)
			}
			s.until(t, "/readyz", http.StatusServiceUnavailable)
			if leaves.signedIn(t, s.site) {
				t.Error("the browser still holds the cookie of the session that it wanted to end")
			}
			if where.commands {
				refusedOnAFullDisk(t, d, where.path)
			}
			where.free(t, s)
			if a := newBrowser(t).get(t, s.site+"/readyz"); a.status != http.StatusOK {
				t.Errorf("/readyz with room again: %d", a.status)
			}
			if !signedIn.signedIn(t, s.site) {
				t.Error("signed out by a full disk")
			}
			b := newBrowser(t)
			if a := b.signIn(t, s.site, all[0]); a.status != http.StatusSeeOther || !b.signedIn(t, s.site) {
				t.Errorf("with room again: status %d", a.status)
			}
			if out := d.run(t, "", "db", "check"); strings.Contains(out, "not sound") {
				t.Error(out)
			}
		})
	}
}

// refusedOnAFullDisk runs the commands that write: each says so in one line, and leaves nothing that is half done.
func refusedOnAFullDisk(t *testing.T, d *deployment, dir string) {
	t.Helper()
	ring := filepath.Join(dir, "moncompte.keys")
	before, err := os.ReadFile(ring)
	check.OK(t, err)
	for _, words := range [][]string{{"db", "backup", filepath.Join(dir, "copy.db")}, {"accounts", "import", importFile(t, people(4)[3:], cheap)},
		{"keys", "rotate"}} {
		said := d.tried(t, words...)
		if line, whole := strings.CutSuffix(said, "\n"); !whole || !strings.HasPrefix(line, "moncompte: ") || strings.Contains(line, "\n") || !strings.Contains(line, "full") {
			t.Errorf("%s: %q", strings.Join(words, " "), said)
		}
	}
	if after, err := os.ReadFile(ring); err != nil || string(after) != string(before) {
		t.Errorf("the keys file is another one: %v", err)
	}
	for _, left := range []string{filepath.Join(dir, "copy.db"), ring + ".new"} {
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", filepath.Base(left), err)
		}
	}
}

// moveKeys has the deployment find its keys in that folder.
func (d *deployment) moveKeys(t *testing.T, dir string) {
	t.Helper()
	for i, setting := range d.env {
		if path, is := strings.CutPrefix(setting, "MONCOMPTE_KEYS_FILE="); is {
			there := filepath.Join(dir, filepath.Base(path))
			content, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(there, content, 0o600)
			}
			check.OK(t, err)
			d.env[i] = "MONCOMPTE_KEYS_FILE=" + there
		}
	}
}

// until waits for the answer of that status.
func (s *server) until(t *testing.T, path string, status int) {
	t.Helper()
	b := newBrowser(t)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		a := b.get(t, s.site+path)
		if a.status == status {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s still answers %d", path, a.status)
		}
	}
}
