package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"moncompte/server/check"
	"moncompte/server/passhash"
	"moncompte/server/store/storetest"
)

const (
	benchClients = 64
	benchRound   = 4 * benchClients // sign-ins between two measures of bare argon2id
)

// BenchmarkSignIn measures whole sign-ins over HTTP: 64 clients at once, right passwords, hashes of the default cost, a
// SQLite file with synchronous(FULL). It reports of-bare, the rate of sign-ins as a share of the rate at which as many
// goroutines as there are cores compute bare argon2id of the same cost; the two take turns, so that other work of the
// machine weighs on both. cpu-of-bare compares the processor time that they take, the clients' included: it hardly moves
// when the machine is busy with something else.
func BenchmarkSignIn(b *testing.B) {
	all := people(benchClients)
	d := deploy(b, storetest.SQLiteURL(b), all, passhash.DefaultParams)
	site := d.serveInside(b)
	signIns(b, site, all, benchClients) // connections, caches and decoys are ready
	var signing, bare cost
	done := 0
	for done < b.N {
		signing.add(b, func() { signIns(b, site, all, benchRound) })
		bare.add(b, func() { bareArgon2id(benchRound) })
		done += benchRound
	}
	b.ReportMetric(bare.wall.Seconds()/signing.wall.Seconds(), "of-bare")
	b.ReportMetric(bare.cpu.Seconds()/signing.cpu.Seconds(), "cpu-of-bare")
	b.ReportMetric(float64(done)/signing.wall.Seconds(), "sign-ins/s")
	b.ReportMetric(0, "ns/op") // rounds are whole: b.N is not what was done
}

// BenchmarkSignInMemory reports peak-MB, the most resident memory that a server of its own process ever had, while 64
// clients kept signing in without a pause and so 62 of them were waiting on two cores.
func BenchmarkSignInMemory(b *testing.B) {
	all := people(benchClients)
	s := deploy(b, storetest.SQLiteURL(b), all, passhash.DefaultParams).serve(b)
	for done := 0; done < b.N; done += benchRound {
		signIns(b, s.site, all, benchRound)
	}
	b.ReportMetric(peakMemory(b, s.cmd.Process.Pid)/1e6, "peak-MB")
	b.ReportMetric(0, "ns/op")
}

// cost is what work takes: time on the clock, and time of the processors of this process.
type cost struct{ wall, cpu time.Duration }

func (c *cost) add(b *testing.B, work func()) {
	b.Helper()
	began, cpu := time.Now(), processorTime(b)
	work()
	c.wall += time.Since(began)
	c.cpu += processorTime(b) - cpu
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	check.OK(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// signIns lets each of the people sign in, at once and again and again with a browser that is not known, until there
// were n sign-ins. The clients share the cores with the server, so they do no more than send bytes that are ready and read
// the head of the answer.
func signIns(b *testing.B, site string, all []person, n int64) {
	host := strings.TrimPrefix(site, "http://")
	var taken atomic.Int64
	var clients sync.WaitGroup
	for _, p := range all {
		form := pair(p).Encode()
		request := fmt.Appendf(nil, "POST /connexion HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
			"Content-Length: %d\r\n\r\n%s", host, len(form), form)
		clients.Go(func() {
			conn, err := net.Dial("tcp", host)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			for taken.Add(1) <= n {
				status, err := exchange(conn, answers, request)
				switch {
				case err != nil:
					b.Error(err)
					return
				case status == http.StatusServiceUnavailable:
					taken.Add(-1) // the machine is busy with something else: the person tries again
				case status != http.StatusSeeOther:
					b.Errorf("status %d", status)
					return
				}
			}
		})
	}
	clients.Wait()
}

// exchange sends a request and reads the answer, of which it returns the status.
func exchange(conn net.Conn, answers *bufio.Reader, request []byte) (status int, err error) {
	if _, err := conn.Write(request); err != nil {
		return 0, err
	}
	length := int64(0)
	for {
		line, err := answers.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if protocol, rest, found := bytes.Cut(line, []byte(" ")); status == 0 && found && bytes.HasPrefix(protocol, []byte("HTTP/1.1")) {
			code, _, _ := bytes.Cut(rest, []byte(" "))
			status, err = strconv.Atoi(string(code))
		} else if name, value, _ := bytes.Cut(line, []byte(": ")); bytes.EqualFold(name, []byte("Content-Length")) {
			length, err = strconv.ParseInt(string(value), 10, 64)
		}
		if err != nil {
			return 0, err
		}
	}
	_, err = io.CopyN(io.Discard, answers, length)
	return status, err
}

// bareArgon2id computes n hashes with a goroutine for each core.
func bareArgon2id(n int64) {
	p := passhash.DefaultParams
	var taken atomic.Int64
	var cores sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		cores.Go(func() {
			salt := make([]byte, 16)
			rand.Read(salt)
			for taken.Add(1) <= n {
				argon2.IDKey([]byte("cinq pommes d’été"), salt, p.Time, p.MemoryKiB, p.Threads, 32)
			}
		})
	}
	cores.Wait()
}

// serveInside runs the command serve in this process, so that a profile shows it, until the end of the benchmark.
func (d *deployment) serveInside(b *testing.B) (site string) {
	b.Helper()
	settings := map[string]string{}
	for _, setting := range d.env {
		name, value, _ := strings.Cut(setting, "=")
		settings[name] = value
	}
	lookup := func(name string) (string, bool) { v, ok := settings[name]; return v, ok }
	collectAt := debug.SetGCPercent(100)
	ctx, stop := context.WithCancel(b.Context())
	read, write := io.Pipe()
	ended := make(chan int)
	go func() {
		status := run(program{ctx: ctx, lookup: lookup, environ: func() []string { return nil }, in: strings.NewReader(""), out: io.Discard, err: write}, []string{"serve"})
		write.Close()
		ended <- status
	}()
	lines := json.NewDecoder(io.TeeReader(read, &logged))
	for site == "" {
		var line struct{ Msg, Listen string }
		if err := lines.Decode(&line); err != nil {
			b.Fatalf("the server did not start: %v", err)
		}
		if line.Msg == "serving" {
			site = "http://" + line.Listen
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		io.Copy(&logged, io.MultiReader(lines.Buffered(), read))
	}()
	b.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 {
			b.Errorf("the server ended with status %d", status)
		}
		<-drained
		debug.SetGCPercent(collectAt)
	})
	return site
}

// peakMemory returns the most resident memory that the process ever had, in bytes (Linux, proc(5): VmHWM).
func peakMemory(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	check.OK(b, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) < 2 || fields[1] != "kB" {
		b.Fatal("no VmHWM in /proc/PID/status")
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	check.OK(b, err)
	return kib * 1024
}
