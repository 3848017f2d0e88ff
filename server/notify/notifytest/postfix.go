//go:build linux

package notifytest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"moncompte/server/check"
)

// Postfix is a relay by Debian's packages postfix and postgrey, with folders of its own: the machine's mail is left alone.
type Postfix struct {
	Addr string

	t   testing.TB
	dir string
}

// PostfixOptions says what a Postfix does with mail that it takes or does not take.
type PostfixOptions struct {
	Next  string        // the SMTP server that gets what is taken
	Grey  time.Duration // how long postgrey wants strangers to wait; 0 = there is no postgrey
	Stops bool          // it relays for nobody, until Relay
}

// NewPostfix starts a relay on a free port; it ends with the test. Postfix starts as root only: for anybody else the test is left out.
func NewPostfix(t testing.TB, o PostfixOptions) *Postfix {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("Postfix starts as root only")
	}
	for _, program := range []string{"/usr/sbin/postfix", "/usr/sbin/postgrey"} {
		if _, err := os.Stat(program); err != nil {
			t.Fatalf("needs Debian's packages postfix and postgrey: %v", err)
		}
	}
	// Not the folder of the test: the daemons, which are other users, may not enter that.
	dir, err := os.MkdirTemp("/var/tmp", "moncompte-postfix")
	check.OK(t, err)
	p := &Postfix{t: t, dir: dir, Addr: "127.0.0.1:" + strconv.Itoa(freePort(t))}
	t.Cleanup(func() { os.RemoveAll(dir) })
	check.OK(t, os.Chmod(dir, 0o755))
	for name, owner := range map[string]string{"conf": "root", "queue": "root", "data": "postfix", "grey": "postgrey"} {
		p.folder(name, owner)
	}
	restrictions := "permit"
	if o.Grey > 0 {
		restrictions = "check_policy_service inet:" + p.postgrey(o.Grey)
	}
	host, port, err := net.SplitHostPort(o.Next)
	check.OK(t, err)
	p.write("main.cf", fmt.Sprintf(postfixMain, dir, host, port, restrictions))
	p.write("master.cf", p.Addr+postfixMaster)
	if !o.Stops {
		p.setting("mynetworks", "127.0.0.0/8")
	}
	p.command("check") // makes what is missing of the queue
	p.start("/usr/lib/postfix/sbin/master", "-c", filepath.Join(dir, "conf"), "-d")
	p.listens(p.Addr)
	return p
}

const postfixMain = `compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/data/log
maillog_file_prefixes = %[1]s
myhostname = relay.example.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks =
local_recipient_maps =
alias_maps =
alias_database =
relayhost = [%[2]s]:%[3]s
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = %[4]s
`

const postfixMaster = ` inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`

// Relay makes it relay for this machine from now on, as an operator does who has been told.
func (p *Postfix) Relay() {
	p.t.Helper()
	p.setting("mynetworks", "127.0.0.0/8")
	p.command("reload")
}

func (p *Postfix) setting(name, value string) {
	p.t.Helper()
	if out, err := exec.Command("/usr/sbin/postconf", "-c", filepath.Join(p.dir, "conf"), name+"="+value).CombinedOutput(); err != nil {
		p.t.Fatalf("postconf: %v\n%s", err, out)
	}
}

func (p *Postfix) command(name string) {
	p.t.Helper()
	if out, err := exec.Command("/usr/sbin/postfix", "-c", filepath.Join(p.dir, "conf"), name).CombinedOutput(); err != nil {
		p.t.Fatalf("postfix %s: %v\n%s", name, err, out)
	}
}

// postgrey starts one and returns its address.
func (p *Postfix) postgrey(delay time.Duration) string {
	p.t.Helper()
	address := "127.0.0.1:" + strconv.Itoa(freePort(p.t))
	p.start("/usr/sbin/postgrey", "--inet="+address, "--dbdir="+filepath.Join(p.dir, "grey"), "--delay="+strconv.Itoa(int(delay.Seconds())),
		"--user=postgrey", "--group=postgrey", "--auto-whitelist-clients=0")
	p.listens(address)
	return address
}

// start runs a daemon in the foreground; it ends with the test.
func (p *Postfix) start(program string, arguments ...string) {
	p.t.Helper()
	cmd := exec.Command(program, arguments...)
	cmd.Env, cmd.Dir = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	check.OK(p.t, cmd.Start())
	p.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(2*time.Second, func() { cmd.Process.Kill() }) // postgrey misses one that comes as it begins to wait
		cmd.Wait()
		late.Stop()
		if p.t.Failed() {
			log, _ := os.ReadFile(filepath.Join(p.dir, "data", "log"))
			p.t.Logf("%s: %s%s", filepath.Base(program), said.String(), log)
		}
	})
}

func (p *Postfix) listens(address string) {
	p.t.Helper()
	for end := time.Now().Add(Patience); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			p.t.Fatal(err)
		}
	}
}

func (p *Postfix) folder(name, owner string) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	u, err := user.Lookup(owner)
	if err == nil {
		err = os.Mkdir(path, 0o755)
	}
	if err == nil {
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		err = os.Chown(path, uid, gid)
	}
	check.OK(p.t, err)
}

func (p *Postfix) write(name, text string) {
	p.t.Helper()
	check.OK(p.t, os.WriteFile(filepath.Join(p.dir, "conf", name), []byte(text), 0o644))
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check.OK(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
