package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"moncompte/server/check"
)

var day = time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)

// write puts text in a keys file of its own and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	check.OK(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestACreatedFileIsPrivateAndLoads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	made, err := Create(path, nil, day)
	check.OK(t, err)
	info, err := os.Stat(path)
	check.OK(t, err)
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
	text, _ := os.ReadFile(path)
	if !regexp.MustCompile(`(?m)^1 2026-11-22 [A-Za-z0-9+/]{43}=$`).Match(text) {
		t.Error("the file has no line of version 1")
	}
	loaded, err := Load(path)
	check.OK(t, err)
	if got := loaded.Versions(); !slices.Equal(got, []int{1}) || loaded.Current() != 1 {
		t.Errorf("versions %v, current %d", got, loaded.Current())
	}
	if !bytes.Equal(made.Index("p", "v"), loaded.Index("p", "v")) {
		t.Error("the ring made and the ring loaded have different keys")
	}
}

func TestNoRandomnessMakesNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	if _, err := Create(path, strings.NewReader("short"), day); err == nil {
		t.Error("Create took 5 bytes for a key")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was left: %v", err)
	}
	check.OK(t, check.ErrOf(Create(path, nil, day)))
	before, _ := os.ReadFile(path)
	if _, err := Add(path, iotest.ErrReader(errors.New("broken")), day); err == nil {
		t.Error("Add made a key of nothing")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file changed")
	}
	if _, err := Add(path, nil, day); err != nil {
		t.Errorf("the failed rotation blocks the next one: %v", err)
	}
}

func TestARotationKeepsCommentsAndOldVersions(t *testing.T) {
	text := "# by hand\r\n3 2025-01-02 " + keyText(1) + "  \n\n   # last line without an end\n7 2025-03-04\t" + keyText(2)
	path := write(t, text)
	old, err := Load(path)
	check.OK(t, err)
	ring, err := Add(path, bytes.NewReader(bytes.Repeat([]byte{9}, keySize)), day)
	check.OK(t, err)
	if got := ring.Versions(); !slices.Equal(got, []int{8, 7, 3}) || ring.Current() != 8 {
		t.Errorf("versions %v, current %d", got, ring.Current())
	}
	after, _ := os.ReadFile(path)
	if want := text + "\n8 2026-11-22 " + keyText(9) + "\n"; string(after) != want {
		t.Error("the file is not the old text and one more line")
	}
	loaded, err := Load(path) // also checks the mode
	check.OK(t, err)
	sealed := old.Seal("p", "a", []byte("kept"))
	if got, err := loaded.Open("p", "a", sealed); err != nil || string(got) != "kept" {
		t.Errorf("opened %q, %v", got, err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRotationsAtOnceLoseNoVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	check.OK(t, check.ErrOf(Create(path, nil, day)))
	var wg sync.WaitGroup
	made := make([]int, 16)
	for i := range made {
		wg.Go(func() {
			if ring, err := Add(path, nil, day); err == nil {
				made[i] = ring.Current()
			}
		})
	}
	wg.Wait()
	ring, err := Load(path)
	check.OK(t, err)
	made = slices.DeleteFunc(made, func(v int) bool { return v == 0 })
	slices.Sort(made)
	var want []int // each success has its own version, in the file
	for _, v := range slices.Backward(ring.Versions()) {
		if v > 1 {
			want = append(want, v)
		}
	}
	if len(made) == 0 || !slices.Equal(made, want) {
		t.Errorf("rotations made %v, the file has %v", made, want)
	}
}

func TestThereIsNoVersionAfterTheLast(t *testing.T) {
	path := write(t, fmt.Sprintf("%d 2026-11-22 %s\n", math.MaxInt32, keyText(1)))
	if _, err := Add(path, nil, day); err == nil {
		t.Error("accepted")
	}
}
