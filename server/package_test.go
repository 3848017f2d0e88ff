package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"moncompte/server/check"
)

// bareRoot is a Debian with nothing but what is essential, and a few packages.
type bareRoot struct {
	t   *testing.T
	dir string
}

func newBareRoot(t *testing.T, with ...string) bareRoot {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("a package is installed by root alone")
	}
	if _, err := exec.LookPath("mmdebstrap"); err != nil {
		t.Skip("this test needs mmdebstrap, on Debian `apt-get install mmdebstrap`")
	}
	release, err := os.ReadFile("/etc/os-release")
	check.OK(t, err)
	_, suite, _ := strings.Cut(string(release), "VERSION_CODENAME=")
	suite, _, _ = strings.Cut(suite, "\n")
	r := bareRoot{t, filepath.Join(t.TempDir(), "root")}
	command(t, nil, "mmdebstrap", "--quiet", "--variant=essential", "--include="+strings.Join(with, ","), suite, r.dir)
	return r
}

// path is where a file of the root is on this machine.
func (r bareRoot) path(name string) string { return filepath.Join(r.dir, name) }

// take copies a package into the root and returns where it is in there.
func (r bareRoot) take(deb string) string {
	r.t.Helper()
	file, err := os.ReadFile(deb)
	check.OK(r.t, err)
	check.OK(r.t, os.WriteFile(r.path("moncompte.deb"), file, 0o600))
	return "/moncompte.deb"
}

// run runs a command inside as that user, with its settings, and returns what it printed.
func (r bareRoot) run(user string, args ...string) string {
	r.t.Helper()
	return command(r.t, []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive"},
		"chroot", append([]string{"--userspec=" + user, r.dir, "sh", "-c", `set -a; [ ! -f /etc/moncompte.env ] || . /etc/moncompte.env; exec "$@"`, "sh"}, args...)...)
}

// mode is what a file of the root may be done with, and by whom.
func (r bareRoot) mode(name string) string {
	r.t.Helper()
	return strings.TrimSpace(r.run("root", "stat", "-c", "%A %U", name))
}

func command(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	logged.Write(out)
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// build builds the program as the task build does, and with more flags.
func build(t *testing.T, program, version string, more ...string) {
	t.Helper()
	command(t, append(os.Environ(), "CGO_ENABLED=0"), "go", append([]string{"build", "-trimpath", "-buildvcs=false",
		"-gcflags=moncompte/components/...=-l", "-gcflags=moncompte/server/web=-l", "-ldflags=-s -w -X main.version=" + version, "-o", program},
		append(more, ".")...)...)
}

// packages builds the program and a Debian package of it for each version.
func packages(t *testing.T, versions ...string) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "moncompte")
	for _, version := range versions {
		build(t, program, version)
		if info, err := os.Stat(program); err != nil || info.Size() > 35_000_000 {
			t.Fatalf("the program is of more than 35 MB: %v (%v)", info, err)
		}
		command(t, nil, program, "help-files", dir)
		nfpm := exec.CommandContext(t.Context(), "go", "tool", "-modfile=tools.mod", "nfpm", "package", "--config=server/packaging/nfpm.yaml", "--packager=deb", "--target="+dir)
		nfpm.Dir = ".."
		nfpm.Env = append(os.Environ(), "BIN="+program, "FILES="+dir, "ARCH="+runtime.GOARCH, "VERSION="+version)
		if out, err := nfpm.CombinedOutput(); err != nil {
			t.Fatalf("no package: %v\n%s", err, out)
		}
		paths = append(paths, filepath.Join(dir, "moncompte_"+version+"_"+runtime.GOARCH+".deb"))
	}
	return paths
}

// activated is the service as systemd runs it: the port is open before it starts, and it says when it is ready.
type activated struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

// start starts the service on the port and waits until it says that it is ready.
func (r bareRoot) start(port *os.File) *activated {
	r.t.Helper()
	path := r.path("run/notify")
	os.Remove(path)
	notify, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	check.OK(r.t, err)
	defer notify.Close()
	check.OK(r.t, os.Chmod(path, 0o666))
	a := &activated{}
	a.cmd = exec.Command("chroot", "--userspec=moncompte", r.dir, "sh", "-c",
		"set -a; . /etc/moncompte.env; LISTEN_PID=$$ LISTEN_FDS=1 NOTIFY_SOCKET=/run/notify; exec /usr/bin/moncompte serve")
	a.cmd.Env, a.cmd.ExtraFiles, a.cmd.Stderr = []string{"PATH=/usr/bin:/bin"}, []*os.File{port}, io.MultiWriter(&a.stderr, &logged)
	check.OK(r.t, a.cmd.Start())
	r.t.Cleanup(func() { a.cmd.Process.Kill() })
	said := make([]byte, 64)
	notify.SetReadDeadline(time.Now().Add(time.Minute))
	if n, err := notify.Read(said); err != nil || string(said[:n]) != "READY=1" {
		a.cmd.Process.Kill()
		a.cmd.Wait()
		r.t.Fatalf("the service is not ready: %q, %v\n%s", said[:n], err, a.stderr.Bytes())
	}
	return a
}

func (a *activated) stop(t *testing.T) {
	t.Helper()
	a.cmd.Process.Signal(syscall.SIGTERM)
	if err := a.cmd.Wait(); err != nil {
		t.Fatalf("the service stops with %v\n%s", err, a.stderr.Bytes())
	}
}

// The package is installed in a bare root, started, updated while people use it, and removed.
func TestThePackageIsInstalledUpgradedAndRemoved(t *testing.T) {
	r := newBareRoot(t, "systemd-standalone-sysusers")
	debs := packages(t, "1.0.0", "1.1.0")
	install := func(deb string) string {
		t.Helper()
		return r.run("root", "dpkg", "--install", r.take(deb))
	}
	if out := install(debs[0]); !strings.Contains(out, "write /etc/moncompte.env") {
		t.Errorf("after the installation: %s", out)
	}
	for name, want := range map[string]string{"/etc/moncompte": "drwx------ moncompte", "/var/lib/moncompte": "drwx------ moncompte",
		"/etc/moncompte.env": "-rw-r--r-- root", "/usr/bin/moncompte": "-rwxr-xr-x root", "/usr/share/man/man1/moncompte.1.gz": "-rw-r--r-- root"} {
		if got := r.mode(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}

	// The port, as moncompte.socket opens it.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check.OK(t, err)
	defer l.Close()
	port, err := l.(*net.TCPListener).File()
	check.OK(t, err)
	defer port.Close()
	site := "http://" + l.Addr().String()
	settings, err := os.OpenFile(r.path("etc/moncompte.env"), os.O_APPEND|os.O_WRONLY, 0)
	check.OK(t, err)
	_, err = io.WriteString(settings, "MONCOMPTE_BASE_URL="+site+"\nMONCOMPTE_SMTP_URL=smtp://127.0.0.1:1\nMONCOMPTE_SECOND_STEP=off\n")
	check.OK(t, settings.Close())
	check.OK(t, err)
	all := people(1)
	accounts, err := os.ReadFile(importFile(t, all, cheap))
	check.OK(t, err)
	check.OK(t, os.WriteFile(r.path("tmp/accounts.csv"), accounts, 0o644))
	r.run("moncompte", "moncompte", "keys", "create")
	r.run("moncompte", "moncompte", "db", "migrate")
	r.run("moncompte", "moncompte", "accounts", "import", "/tmp/accounts.csv")

	service := r.start(port)
	jar, _ := cookiejar.New(nil)
	person := &http.Client{Jar: jar, Timeout: time.Minute}
	page := func(answer *http.Response, err error) string {
		t.Helper()
		check.OK(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("status %d, %v", answer.StatusCode, err)
		}
		return string(body)
	}
	form := url.Values{"identifiant": {all[0].identifier}, "mot_de_passe": {all[0].password}}
	if text := page(person.PostForm(site+"/connexion", form)); !strings.Contains(text, "Bonjour") {
		t.Fatalf("the person is not signed in: %s", text)
	}

	// The new program is put in place while the old one runs on; whoever comes between the two waits.
	before := r.run("root", "cat", "/etc/moncompte.env")
	if out := install(debs[1]); !strings.Contains(out, "moncompte db migrate") {
		t.Errorf("after the upgrade: %s", out)
	}
	if after := r.run("root", "cat", "/etc/moncompte.env"); after != before {
		t.Error("the upgrade changed the settings")
	}
	page(person.Get(site + "/mon-compte"))
	service.stop(t)
	between := make(chan string, 1)
	go func() {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, site+"/mon-compte", nil)
		answer, err := person.Do(request)
		if err != nil {
			between <- err.Error()
			return
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		between <- string(text)
	}()
	r.run("moncompte", "moncompte", "db", "migrate")
	service = r.start(port)
	if text := <-between; !strings.Contains(text, "Bonjour") {
		t.Errorf("between the two programs: %s", text)
	}
	if version := r.run("root", "moncompte", "version"); !strings.Contains(version, "1.1.0") {
		t.Errorf("after the upgrade: %s", version)
	}
	service.stop(t)

	r.run("root", "dpkg", "--remove", "moncompte")
	if _, err := os.Stat(r.path("usr/bin/moncompte")); !os.IsNotExist(err) {
		t.Errorf("the program is there after its removal: %v", err)
	}
	r.run("root", "dpkg", "--purge", "moncompte")
	if _, err := os.Stat(r.path("etc/moncompte.env")); !os.IsNotExist(err) {
		t.Errorf("the settings are there after the purge: %v", err)
	}
	for _, name := range []string{"/var/lib/moncompte/moncompte.db", "/etc/moncompte/moncompte.keys"} {
		if got := r.mode(name); !strings.HasPrefix(got, "-rw-------") {
			t.Errorf("%s after the purge: %s", name, got)
		}
	}
}

// Without a tag the version is the time of the commit: apt takes the package of a later one for newer, whatever its hash is.
func TestAPackageOfALaterCommitIsNewer(t *testing.T) {
	tasks, err := os.ReadFile("../Taskfile.yml")
	check.OK(t, err)
	_, task, _ := strings.Cut(string(tasks), "\n  package:\n")
	_, version, _ := strings.Cut(task, "VERSION:\n        sh: ")
	version, _, _ = strings.Cut(version, "\n")
	dir := t.TempDir()
	sh := func(date, script string) string {
		cmd := exec.CommandContext(t.Context(), "sh", "-ec", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date, "GIT_CONFIG_GLOBAL=/dev/null",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	sh("", "git init -q")
	last := "0.0.0+fffffff" // what it was before: the hash alone
	// Three commits within two hours, by clocks of three places.
	for _, date := range []string{"2026-01-02T00:30:00+0200", "2026-01-01T23:00:00+0000", "2026-01-02T01:00:00+0100"} {
		got := sh(date, "git commit -q --allow-empty -m "+date+" && "+version)
		command(t, nil, "dpkg", "--compare-versions", got, "gt", last)
		last = got
	}
	if got := sh("2026-01-03T00:00:00+0000", "git tag -a -m 1 v1.2.0 && "+version); got != "1.2.0" {
		t.Error(got)
	}
}
