//go:build unix

package keyfile_test

import (
	"os"
	"syscall"
	"testing"

	"moncompte/server/check"
	"moncompte/server/keys/keyfile"
)

// As an ordinary user this checks less: only root makes files of others.
func TestAChangeKeepsTheOwner(t *testing.T) {
	path := write(t, "old")
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		uid, gid = 12345, 54321
	}
	check.OK(t, os.Chown(path, uid, gid))
	check.OK(t, keyfile.Replace(path, add(" and new")))
	info, err := os.Stat(path)
	check.OK(t, err)
	if owner := info.Sys().(*syscall.Stat_t); int(owner.Uid) != uid || int(owner.Gid) != gid {
		t.Errorf("the file belongs to %d:%d, want %d:%d", owner.Uid, owner.Gid, uid, gid)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
}
