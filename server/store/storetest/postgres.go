//go:build unix

// Package storetest opens databases for tests, on each engine.
package storetest

import (
	"cmp"
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

	"moncompte/server/check"
)

// shared is the PostgreSQL server of this test binary, started when the first test asks for a database.
var shared struct {
	once   sync.Once
	err    error
	server Postgres
}

// Main runs a package's tests and then stops the PostgreSQL server that they used: call it from TestMain.
func Main(m *testing.M) {
	status := m.Run()
	Stop()
	os.Exit(status)
}

// PostgresURL returns the address of a new PostgreSQL database that holds today's schema and nothing else. The server is started for this
// test binary on a free loopback port and needs Debian's package postgresql.
func PostgresURL(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		if shared.err = shared.server.create(); shared.err == nil {
			template := shared.server.URL(t)
			shared.err = migrate(template)
			shared.server.template = template[strings.LastIndexByte(template, '/')+1 : strings.IndexByte(template, '?')]
		}
	})
	if shared.err != nil {
		t.Fatalf("PostgreSQL: %v", shared.err)
	}
	return shared.server.URL(t)
}

// Stop ends the PostgreSQL server, if one was started: for a TestMain that has more to do than Main.
func Stop() { shared.server.remove() }

// Postgres is a server of its own, for tests that end it.
type Postgres struct {
	port  int
	bin   string
	dir   string
	as    *syscall.SysProcAttr
	cmd   *exec.Cmd
	more  []string // settings of its own
	count atomic.Int64

	template string // the database that new ones are copies of; "" = they are empty
}

// NewPostgres starts a server on a free loopback port, until the end of the test. Settings such as fsync=on come after those of every test.
func NewPostgres(t testing.TB, settings ...string) *Postgres {
	t.Helper()
	p := &Postgres{more: settings}
	t.Cleanup(p.remove)
	if err := p.create(); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	return p
}

// URL returns the address of a new database.
func (p *Postgres) URL(t testing.TB) string {
	t.Helper()
	name := "t" + strconv.FormatInt(p.count.Add(1), 10)
	db, err := sql.Open("pgx", p.url("postgres"))
	check.OK(t, err)
	defer db.Close()
	check.OK(t, check.ErrOf(db.ExecContext(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+cmp.Or(p.template, "template1"))))
	return p.url(name)
}

// Crash ends the server in the middle of what it does; what it has acknowledged is with the system, which goes on.
func (p *Postgres) Crash() {
	p.cmd.Process.Signal(syscall.SIGQUIT) // immediate shutdown
	p.cmd.Wait()
}

// Start starts it again, on the same port.
func (p *Postgres) Start(t testing.TB) {
	t.Helper()
	if err := p.start(); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
}

// Program is the path of one that belongs to the server, such as pg_dump.
func (p *Postgres) Program(name string) string { return filepath.Join(p.bin, name) }

// Processor is the time that the processors have worked for the server and its processes (Linux, proc(5): stat). One that has ended counts
// with the server.
func (p *Postgres) Processor(t testing.TB) (total time.Duration) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	server := strconv.Itoa(p.cmd.Process.Pid)
	for _, path := range all {
		text, err := os.ReadFile(path)
		_, rest, found := strings.Cut(string(text), ") ") // behind the name; the third field is first
		fields := strings.Fields(rest)
		if err != nil || !found || len(fields) < 15 {
			continue // it has ended meanwhile
		}
		own := strings.HasPrefix(path, "/proc/"+server+"/")
		if fields[1] != server && !own {
			continue
		}
		ticks := fields[11:13]
		if own {
			ticks = fields[11:15]
		}
		for _, n := range ticks {
			hundredths, err := strconv.ParseInt(n, 10, 64) // USER_HZ, on every Linux
			if err != nil {
				t.Fatal(err)
			}
			total += time.Duration(hundredths) * 10 * time.Millisecond
		}
	}
	return total
}

func (p *Postgres) url(name string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", p.port, name)
}

func (p *Postgres) create() (err error) {
	if p.bin, err = postgresBin(); err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "moncompte-postgres"); err != nil {
		return err
	}
	if p.as, err = postgresUser(p.dir); err != nil {
		return err
	}
	initdb := exec.Command(p.Program("initdb"), "-D", p.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = p.as, p.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if p.port, err = freePort(); err != nil {
		return err
	}
	return p.start()
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *Postgres) start() error {
	p.cmd = exec.Command(p.Program("postgres"), "-D", p.data(), "-p", strconv.Itoa(p.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200")
	for _, setting := range p.more {
		p.cmd.Args = append(p.cmd.Args, "-c", setting)
	}
	p.cmd.SysProcAttr, p.cmd.Dir = p.as, p.dir
	var log strings.Builder
	p.cmd.Stderr = &log
	if err := p.cmd.Start(); err != nil {
		return err
	}
	db, err := sql.Open("pgx", p.url("postgres"))
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
			p.stop()
			return fmt.Errorf("the server did not start: %w\n%s", err, log.String())
		}
	}
}

func (p *Postgres) stop() {
	if p.cmd != nil && p.cmd.Process != nil {
		p.cmd.Process.Signal(syscall.SIGINT) // fast shutdown
		p.cmd.Wait()
	}
}

func (p *Postgres) remove() {
	p.stop()
	if p.dir != "" {
		os.RemoveAll(p.dir)
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
