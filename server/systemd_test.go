package main

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
)

// booted is a bare root whose first process is systemd.
type booted struct {
	bareRoot
	pid string // of unshare, which waits for it
}

// boot gives systemd a control group and namespaces of its own, which end with the test.
func (r bareRoot) boot() booted {
	r.t.Helper()
	err := exec.Command("unshare", "--mount", "--pid", "--fork", "--cgroup", "true").Run()
	var group string
	if err == nil {
		group, err = controlGroup()
	}
	if err != nil {
		r.t.Skipf("this machine lets nobody boot a system within it: %v", err)
	}
	cmd := exec.Command("sh", "-ec", `echo $$ >"$1/cgroup.procs"
		exec unshare --mount --pid --fork --uts --ipc --cgroup sh -ec '
			mount --bind "$1" "$1"
			cd "$1"
			mount -t proc proc proc
			mount -t sysfs -o ro sysfs sys
			mount -t cgroup2 cgroup2 sys/fs/cgroup
			for at in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs $at; done
			mkdir dev/pts dev/shm
			mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
			mount -t tmpfs tmpfs dev/shm
			ln -s pts/ptmx dev
			for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
			exec chroot . env -i container=other /lib/systemd/systemd' sh "$2"`, "sh", group, r.dir)
	cmd.Stdout, cmd.Stderr = &logged, &logged
	check.OK(r.t, cmd.Start())
	r.t.Cleanup(func() {
		if err := os.WriteFile(filepath.Join(group, "cgroup.kill"), []byte("1"), 0); err != nil {
			r.t.Error(err)
		}
		cmd.Wait()
		for began := time.Now(); removeGroup(group) != nil; time.Sleep(10 * time.Millisecond) {
			if time.Since(began) > time.Minute {
				r.t.Fatalf("processes of %s are left", group)
			}
		}
	})
	b := booted{r, fmt.Sprint(cmd.Process.Pid)}
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		said, _ := b.command("systemctl", "is-system-running", "--wait").Output()
		if state := strings.TrimSpace(string(said)); state == "running" || state == "degraded" {
			r.t.Cleanup(func() {
				if said, err := b.command("journalctl", "--no-pager", "--unit=moncompte").Output(); r.t.Failed() {
					r.t.Logf("%s%v", said, err)
				}
			})
			return b
		} else if time.Since(began) > time.Minute {
			r.t.Fatalf("systemd is %q\n%s", state, logged.String())
		}
	}
}

// controlGroup makes a group within the one of the tests.
func controlGroup() (string, error) {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return "", err
	}
	ours, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	_, at, _ := strings.Cut(string(ours), "0::")
	at, _, _ = strings.Cut(at, "\n")
	for line := range strings.Lines(string(mounts)) {
		if field := strings.Fields(line); field[2] == "cgroup2" {
			return os.MkdirTemp(filepath.Join(field[1], at), "moncompte-test-")
		}
	}
	return "", fs.ErrNotExist
}

// removeGroup removes a group and those within it, which no process may be in any more.
func removeGroup(group string) error {
	var all []string
	err := filepath.WalkDir(group, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			all = append(all, path)
		}
		return err
	})
	for _, path := range slices.Backward(all) {
		if err == nil {
			err = os.Remove(path)
		}
	}
	return err
}

// command is one that root runs in there.
func (b booted) command(args ...string) *exec.Cmd {
	cmd := exec.Command("nsenter", append([]string{"--target", b.pid, "--mount", "--uts", "--ipc", "--cgroup",
		"--pid=/proc/" + b.pid + "/ns/pid_for_children", "chroot", b.dir}, args...)...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive"}
	return cmd
}

func (b booted) run(args ...string) string {
	b.t.Helper()
	out, err := b.command(args...).CombinedOutput()
	logged.Write(out)
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// firstStart are the commands of docs/deployment.md, from the first of the operator's to the one that starts the service.
func firstStart(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/deployment.md")
	check.OK(t, err)
	const first, last = "    moncompte() {", "    systemctl enable --now moncompte.socket moncompte\n"
	_, text, begins := strings.Cut(string(page), first)
	text, _, ends := strings.Cut(first+text, last)
	if !begins || !ends {
		t.Fatal("docs/deployment.md: the commands of the first start are not found")
	}
	script := "set -e\n"
	for line := range strings.Lines(text + last) {
		if command, is := strings.CutPrefix(line, "    "); is {
			script += command
		}
	}
	return script
}

// The commands of docs/deployment.md, as they stand there, start the service under systemd, with all that its unit takes away from it; and
// nobody is refused while it starts anew.
func TestTheServiceStartsAsTheDocsSayAndRefusesNobodyMeanwhile(t *testing.T) {
	root := newBareRoot(t, "systemd", "dbus")
	deb := packages(t, "1.0.0")[0]
	b := root.boot()
	b.run("dpkg", "--install", b.take(deb))

	free, err := net.Listen("tcp", "127.0.0.1:0")
	check.OK(t, err)
	check.OK(t, free.Close())
	site := "http://" + free.Addr().String()
	all := people(1)
	accounts, err := os.ReadFile(importFile(t, all, cheap))
	check.OK(t, err)
	check.OK(t, os.MkdirAll(b.path("etc/systemd/system/moncompte.socket.d"), 0o755))
	for name, text := range map[string]string{
		"etc/systemd/system/moncompte.socket.d/override.conf": "[Socket]\nListenStream=\nListenStream=" + free.Addr().String() + "\n",
		"etc/moncompte.env": "MONCOMPTE_BASE_URL=" + site + "\nMONCOMPTE_DATABASE_URL=file:/var/lib/moncompte/moncompte.db\n" +
			"MONCOMPTE_KEYS_FILE=/etc/moncompte/moncompte.keys\nMONCOMPTE_SMTP_URL=smtp://127.0.0.1:1\nMONCOMPTE_SECOND_STEP=off\n",
		"root/accounts.csv": string(accounts),
	} {
		check.OK(t, os.WriteFile(b.path(name), []byte(text), 0o644))
	}
	if out := b.run("sh", "-c", "cd /root; "+firstStart(t)); !strings.Contains(out, "1 created") || !strings.Contains(out, `"operator":"root as moncompte"`) {
		t.Errorf("the first start says %s", out)
	}

	jar, _ := cookiejar.New(nil)
	person := &http.Client{Jar: jar, Timeout: time.Minute}
	page := func(answer *http.Response, err error) error {
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err == nil && !strings.Contains(string(text), "Bonjour") {
			err = fmt.Errorf("status %d: %s", answer.StatusCode, text)
		}
		return err
	}
	check.OK(t, page(person.PostForm(site+"/connexion", url.Values{"identifiant": {all[0].identifier}, "mot_de_passe": {all[0].password}})))
	for _, how := range []string{"restart", "stop"} { // whoever comes after the stop starts it
		enough, failed := make(chan struct{}), make(chan error, 1)
		go func() {
			defer close(failed)
			for {
				if err := page(person.Get(site + "/mon-compte")); err != nil {
					failed <- err
					return
				}
				select {
				case <-enough:
					return
				default:
				}
			}
		}()
		b.run("systemctl", how, "moncompte")
		close(enough)
		if err := <-failed; err != nil {
			t.Errorf("during systemctl %s: %v", how, err)
		}
	}
	b.run("systemctl", "kill", "--signal=KILL", "moncompte")
	if err := page(person.Get(site + "/mon-compte")); err != nil {
		t.Errorf("after a kill: %v", err)
	}
}
