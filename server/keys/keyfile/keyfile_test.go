package keyfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys/keyfile"
)

// write puts text in a file of its own and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.keys")
	check.OK(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func add(text string) func([]byte) ([]byte, error) {
	return func(old []byte) ([]byte, error) { return append(old, text...), nil }
}

func expect(t *testing.T, path, want string) {
	t.Helper()
	if got, err := keyfile.Read(path); err != nil || string(got) != want {
		t.Errorf("the file reads %q, %v, want %q", got, err, want)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAMissingFileIsErrNotExist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	if _, err := keyfile.Read(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read: %v", err)
	}
	if err := keyfile.Replace(path, add("x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Replace: %v", err)
	}
}

func TestACreatedFileIsPrivateAndNeverReplacesAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.keys")
	check.OK(t, keyfile.Create(path, []byte("precious")))
	info, err := os.Stat(path)
	check.OK(t, err)
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
	if err := keyfile.Create(path, []byte("other")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want fs.ErrExist", err)
	}
	expect(t, path, "precious")
}

func TestAFileThatOthersCanReadIsRefused(t *testing.T) {
	path := write(t, "x")
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o601} {
		check.OK(t, os.Chmod(path, mode))
		_, err := keyfile.Read(path)
		if refused := err != nil; refused != (runtime.GOOS != "windows") { // which has no such bits: Read must not look at them
			t.Errorf("mode %04o: error %v", mode, err)
		}
		if refused := keyfile.Replace(path, add("x")) != nil; refused != (runtime.GOOS != "windows") {
			t.Errorf("mode %04o: changed", mode)
		}
	}
	check.OK(t, os.Chmod(path, 0o400))
	if _, err := keyfile.Read(path); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
}

func TestAChangeFollowsALink(t *testing.T) {
	path := write(t, "old")
	link := filepath.Join(t.TempDir(), "link")
	check.OK(t, os.Symlink(path, link))
	check.OK(t, keyfile.Replace(link, add(" new")))
	expect(t, path, "old new")
}

func TestAChangeThatFailsLeavesTheFileAndBlocksNothing(t *testing.T) {
	path := write(t, "old")
	broken := errors.New("broken")
	if err := keyfile.Replace(path, func([]byte) ([]byte, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	expect(t, path, "old")
	if err := keyfile.Replace(path, add(" new")); err != nil {
		t.Errorf("the next change: %v", err)
	}
	expect(t, path, "old new")
}

func TestAChangeThatWasCutShortIsReported(t *testing.T) {
	path := write(t, "old")
	check.OK(t, os.WriteFile(path+".new", nil, 0o600))
	if err := keyfile.Replace(path, add(" new")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "old" {
		t.Errorf("the file changed to %q", text)
	}
}

func TestChangesAtOnceLoseNothing(t *testing.T) {
	path := write(t, "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 16 {
		wg.Go(func() {
			if err := keyfile.Replace(path, add("x")); err == nil {
				mu.Lock()
				defer mu.Unlock()
				done++
			}
		})
	}
	wg.Wait()
	if done == 0 {
		t.Error("none succeeded")
	}
	expect(t, path, strings.Repeat("x", done))
}

func TestAHugeFileIsRefused(t *testing.T) {
	if _, err := keyfile.Read(write(t, strings.Repeat("#\n", 1<<20))); err == nil {
		t.Error("accepted")
	}
}
