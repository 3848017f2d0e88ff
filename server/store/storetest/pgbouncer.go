//go:build unix

package storetest

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"moncompte/server/check"
)

// ThroughPgBouncer returns the address of a PgBouncer in transaction mode, of Debian's package pgbouncer and with its standard settings but
// that it tries a server that is down again after a second, in front of the database of PostgresURL.
func ThroughPgBouncer(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	check.OK(t, err)
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // not in the PATH of a user
	}
	dir, err := os.MkdirTemp("", "moncompte-pgbouncer")
	check.OK(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	as, err := postgresUser(dir)
	check.OK(t, err)
	port, err := freePort()
	check.OK(t, err)
	for name, text := range map[string]string{
		"users": `"postgres" ""` + "\n",
		"ini": fmt.Sprintf("[databases]\n* = host=%s port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\n"+
			"auth_type = trust\nauth_file = %s\npool_mode = transaction\nserver_login_retry = 1\n", u.Hostname(), u.Port(), port, filepath.Join(dir, "users")),
	} {
		check.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	cmd := exec.Command(program, filepath.Join(dir, "ini"))
	cmd.Dir, cmd.SysProcAttr = dir, as
	if err := cmd.Start(); err != nil {
		t.Fatalf("PgBouncer: %v: install the package pgbouncer", err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGINT)
		cmd.Wait()
	})
	u.Host = "127.0.0.1:" + strconv.Itoa(port)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", u.Host)
		if err == nil {
			c.Close()
			return u.String()
		}
		if time.Now().After(end) {
			t.Fatalf("PgBouncer: %v", err)
		}
	}
}
