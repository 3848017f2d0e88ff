//go:build unix

package keys

import (
	"os"
	"syscall"
	"testing"
)

// As an ordinary user this checks less: only root makes files of others.
func TestARotationKeepsTheOwner(t *testing.T) {
	path := write(t, "1 2026-11-22 "+keyText(1)+"\n")
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		uid, gid = 12345, 54321
	}
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
	if _, err := Add(path, nil, day); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t); int(owner.Uid) != uid || int(owner.Gid) != gid {
		t.Errorf("the file belongs to %d:%d, want %d:%d", owner.Uid, owner.Gid, uid, gid)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
}
