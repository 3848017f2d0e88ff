//go:build unix

// Package storetest opens databases for tests, on each engine.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// server is the PostgreSQL server of this test binary, started when the first test asks for a database.
var server struct {
	once  sync.Once
	err   error
	port  int
	dir   string
	cmd   *exec.Cmd
	count atomic.Int64
}

// Main runs a package's tests and then stops the PostgreSQL server that they used: call it from TestMain.
func Main(m *testing.M) {
	status := m.Run()
	Stop()
	os.Exit(status)
}

// PostgresURL returns the address of a new and empty PostgreSQL database. The server is started for this test binary on
// a free loopback port and needs Debian's package postgresql.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server.once.Do(func() { server.err = startPostgres() })
	if server.err != nil {
		t.Fatalf("PostgreSQL: %v", server.err)
	}
	name := "t" + strconv.FormatInt(server.count.Add(1), 10)
	db, err := sql.Open("pgx", postgresURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return postgresURL(name)
}

func postgresURL(name string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", server.port, name)
}

func startPostgres() error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	if server.dir, err = os.MkdirTemp("", "moncompte-postgres"); err != nil {
		return err
	}
	as, err := postgresUser(server.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(server.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, server.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if server.port, err = freePort(); err != nil {
		return err
	}
	server.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(server.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200")
	server.cmd.SysProcAttr, server.cmd.Dir = as, server.dir
	var log strings.Builder
	server.cmd.Stderr = &log
	if err := server.cmd.Start(); err != nil {
		return err
	}
	db, err := sql.Open("pgx", postgresURL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			Stop()
			return fmt.Errorf("the server did not start: %w\n%s", err, log.String())
		}
	}
}

// Stop ends the PostgreSQL server, if one was started: for a TestMain that has more to do than Main.
func Stop() {
	if server.cmd != nil && server.cmd.Process != nil {
		server.cmd.Process.Signal(syscall.SIGINT) // fast shutdown
		server.cmd.Wait()
	}
	if server.dir != "" {
		os.RemoveAll(server.dir)
	}
}

// postgresBin returns the folder of initdb and postgres; Debian keeps them out of PATH.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", fmt.Errorf("initdb is missing: install the package postgresql")
	}
	return filepath.Dir(path), nil
}

// postgresUser gives the folder to the user whom the server runs as: postgres when we are root, whom it refuses.
func postgresUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("user postgres has no numeric ids")
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
