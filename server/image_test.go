package main

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"moncompte/server/check"
)

// image is one of the program, laid out as a container would see it. Nothing of this machine is in it.
type image struct {
	t    *testing.T
	root string
	uid  uint32
	is   imageConfig
}

// imageConfig is what the image says of itself.
type imageConfig struct {
	User, WorkingDir     string
	Env, Entrypoint, Cmd []string
	Volumes              map[string]struct{}
}

// newImage builds one as the task does.
func newImage(t *testing.T) *image {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root works as another user")
	}
	if _, err := exec.LookPath("buildah"); err != nil {
		t.Skip("this test needs buildah, on Debian `apt-get install --no-install-recommends buildah`")
	}
	dir := t.TempDir()
	env := append(os.Environ(), "BUILDAH_ISOLATION=chroot", "TMPDIR="+dir)
	buildah := []string{"buildah", "--root", filepath.Join(dir, "storage"), "--runroot", filepath.Join(dir, "run"), "--storage-driver", "vfs"}
	with := func(args ...string) string {
		t.Helper()
		all := append(buildah[:len(buildah):len(buildah)], args...)
		return command(t, env, all[0], all[1:]...)
	}
	program := filepath.Join(dir, "moncompte")
	build(t, program, "1.0.0")
	command(t, env, "packaging/image.sh", append([]string{program, "moncompte"}, buildah...)...)
	var about struct{ OCIv1 struct{ Config imageConfig } }
	check.OK(t, json.Unmarshal([]byte(with("inspect", "--type=image", "localhost/moncompte")), &about))
	i := &image{t: t, is: about.OCIv1.Config}
	user, _, _ := strings.Cut(i.is.User, ":")
	uid, err := strconv.ParseUint(user, 10, 32)
	if err != nil || uid == 0 {
		t.Fatalf("the image is for the user %q", i.is.User)
	}
	i.uid = uint32(uid)
	i.root = strings.TrimSpace(with("mount", strings.TrimSpace(with("from", "--name=once", "--pull-never", "localhost/moncompte"))))
	return i
}

// command is one of the image, as its user and in its folder, with its settings and more. Without arguments it is what the image does.
func (i *image) command(settings []string, args ...string) *exec.Cmd {
	all := append(i.is.Entrypoint[:len(i.is.Entrypoint):len(i.is.Entrypoint)], args...)
	if len(args) == 0 {
		all = append(all, i.is.Cmd...)
	}
	return &exec.Cmd{Path: all[0], Args: all, Dir: i.is.WorkingDir, Env: append(i.is.Env[:len(i.is.Env):len(i.is.Env)], settings...),
		SysProcAttr: &syscall.SysProcAttr{Chroot: i.root, Credential: &syscall.Credential{Uid: i.uid, Gid: i.uid}}}
}

func (i *image) run(settings []string, args ...string) {
	i.t.Helper()
	out, err := i.command(settings, args...).CombinedOutput()
	logged.Write(out)
	if err != nil {
		i.t.Fatalf("moncompte %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestTheImageServesWithoutRoot(t *testing.T) {
	i := newImage(t)
	all := people(1)
	var files []string
	err := filepath.WalkDir(i.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, i.root)
		own := info.Sys().(*syscall.Stat_t).Uid == i.uid
		if _, volume := i.is.Volumes[name]; own != volume || info.Mode().Perm()&0o022 != 0 {
			t.Errorf("%s is of user %d, mode %v", name, info.Sys().(*syscall.Stat_t).Uid, info.Mode())
		}
		if !entry.IsDir() {
			files = append(files, name)
		}
		return nil
	})
	if err != nil || strings.Join(files, " ") != "/etc/ssl/certs/ca-certificates.crt /moncompte" {
		t.Errorf("the image holds %q (%v)", files, err)
	}

	settings := []string{"MONCOMPTE_LISTEN=127.0.0.1:0", "MONCOMPTE_SMTP_URL=smtp://127.0.0.1:1", "MONCOMPTE_SECOND_STEP=off"}
	accounts, err := os.ReadFile(importFile(t, all, cheap))
	check.OK(t, err)
	check.OK(t, os.WriteFile(filepath.Join(i.root, "accounts.csv"), accounts, 0o644))
	i.run(settings, "keys", "create")
	i.run(settings, "db", "migrate")
	i.run(settings, "accounts", "import", "/accounts.csv")
	cmd := i.command(settings)
	cmd.Stdout = io.Discard
	s := started(t, cmd)
	b := newBrowser(t)
	if a := b.get(t, s.site+"/readyz"); a.status != http.StatusOK {
		t.Errorf("/readyz: status %d", a.status)
	}
	b.signIn(t, s.site, all[0])
	if !b.signedIn(t, s.site) {
		t.Error("nobody is signed in")
	}
}
