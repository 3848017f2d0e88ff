package keys

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
)

func created(t *testing.T) (string, *Ring) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "moncompte.keys")
	ring, err := Create(path, nil, day)
	check.OK(t, err)
	return path, ring
}

func TestARingLearnsANewVersionAndUsesItWhenItIsTold(t *testing.T) {
	path, ring := created(t)
	snapshot := ring.Snapshot()
	old := ring.Index("p", "v")
	added, err := Add(path, nil, day)
	check.OK(t, err)
	if got := ring.Versions(); !slices.Equal(got, []int{1}) {
		t.Fatalf("versions %v before the file is read again", got)
	}
	if changed, err := ring.Reload(); err != nil || !changed {
		t.Fatalf("reload: %v, %v", changed, err)
	}
	if changed, err := ring.Reload(); err != nil || changed {
		t.Errorf("reload of the same file: %v, %v", changed, err)
	}
	if ring.Current() != 1 || ring.Newest() != 2 || !bytes.Equal(ring.Index("p", "v"), old) {
		t.Errorf("current %d, newest %d: the new version is used before Use", ring.Current(), ring.Newest())
	}
	if got := ring.Indexes("p", "v"); len(got) != 2 || !bytes.Equal(got[0], old) || !bytes.Equal(got[1], added.Index("p", "v")) {
		t.Error("rows under the new version are not found")
	}
	if ring.Use(3) || !ring.Use(2) || ring.Current() != 2 || !bytes.Equal(ring.Index("p", "v"), added.Index("p", "v")) {
		t.Errorf("current %d, want 2", ring.Current())
	}
	if snapshot.Current() != 1 || len(snapshot.Versions()) != 1 {
		t.Error("the snapshot changed")
	}
}

func TestAnUnknownVersionIsLookedForInTheFileBeforeItIsAnError(t *testing.T) {
	path, ring := created(t)
	added, err := Add(path, nil, day)
	check.OK(t, err)
	if got, err := ring.Open("p", "a", added.Seal("p", "a", []byte("x"))); err != nil || string(got) != "x" {
		t.Errorf("opened %q, %v", got, err)
	}
	if _, err := ring.Snapshot().Open("p", "a", ringOf(t, 7).Seal("p", "a", nil)); err != ErrSealed {
		t.Errorf("a version that nobody has: %v", err)
	}
}

func TestAMistakeInTheFileLosesNoKey(t *testing.T) {
	path, ring := created(t)
	good, _ := os.ReadFile(path)
	for name, text := range map[string]string{
		"empty":                       "",
		"cut short":                   string(good[:len(good)-20]),
		"another key of that version": "1 2026-11-22 " + keyText(9) + "\n",
	} {
		check.OK(t, os.WriteFile(path, []byte(text), 0o600))
		if changed, err := ring.Reload(); err == nil || changed || strings.Contains(err.Error(), keyText(9)) {
			t.Errorf("%s: changed %v, %v", name, changed, err)
		}
		if !bytes.Equal(ring.Index("p", "v"), ring.Snapshot().Index("p", "v")) || ring.Current() != 1 {
			t.Errorf("%s: the key is lost", name)
		}
	}
	check.OK(t, os.WriteFile(path, good, 0o600))
	if _, err := ring.Reload(); err != nil {
		t.Errorf("the file as it was: %v", err)
	}
	check.OK(t, os.Remove(path))
	if _, err := ring.Reload(); err == nil || ring.Current() != 1 {
		t.Errorf("a file that is gone: %v", err)
	}
}

func TestOnlyTheVersionThatIsKeptStaysInTheFile(t *testing.T) {
	path, ring := created(t)
	for range 2 {
		check.OK(t, check.ErrOf(Add(path, nil, day)))
	}
	if err := Keep(path, 4); err == nil {
		t.Error("a file without a key was accepted")
	}
	check.OK(t, Keep(path, 3))
	kept, err := Load(path)
	if err != nil || !slices.Equal(kept.Versions(), []int{3}) {
		t.Fatalf("versions %v, %v", kept.Versions(), err)
	}
	if text, _ := os.ReadFile(path); !strings.HasPrefix(string(text), fileHeader) {
		t.Error("the comments are gone")
	}
	if _, err := ring.Reload(); err != nil || ring.Current() != 3 {
		t.Errorf("a ring that slept goes on with %d, %v", ring.Current(), err)
	}
	next, err := Add(path, nil, time.Time{})
	if err != nil || next.Current() != 4 {
		t.Errorf("the next version is %d, %v", next.Current(), err)
	}
}

func TestARingWritesWithAVersionOrKnowsItAlone(t *testing.T) {
	ring := ringOf(t, 1, 2)
	at, ok := ring.At(1)
	if !ok || at.Current() != 1 || len(at.Versions()) != 2 || ring.Current() != 2 {
		t.Errorf("At(1): current %d of %v", at.Current(), at.Versions())
	}
	only, ok := ring.Only(2)
	if !ok || !slices.Equal(only.Versions(), []int{2}) {
		t.Errorf("Only(2): %v", only.Versions())
	}
	if _, err := only.Open("p", "a", at.Seal("p", "a", nil)); err != ErrSealed {
		t.Errorf("Only(2) opens what version 1 sealed: %v", err)
	}
	one, _ := ring.Mark(1)
	two, _ := ring.Mark(2)
	other, _ := otherKey(t).Mark(2)
	if _, ok := ring.Mark(3); ok || bytes.Equal(one, two) || bytes.Equal(two, other) {
		t.Error("marks do not tell keys apart")
	}
	if _, ok := ring.At(3); ok {
		t.Error("At(3) is known")
	}
	if _, ok := ring.Only(3); ok {
		t.Error("Only(3) is known")
	}
}
