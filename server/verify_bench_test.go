package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/portal"
	"moncompte/server/store/storetest"
)

// bare is a program of its own beside the server: net/http, and an answer of the same length.
func bare() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	os.Stdout.Close()
	http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Remote-User", "r6prcqftqxdub4q77kjxkdafdu")
		w.Header().Set("Remote-Method", "password")
		w.WriteHeader(http.StatusOK)
	}))
}

// BenchmarkVerify is what a proxy asks for each request to a service: 16 connections at once, against a bare handler asked in turn. OnePerson
// asks for all that a page is made of; AnotherEachTime never asks twice, so that nothing is known of a moment before.
func BenchmarkVerify(b *testing.B) {
	const rounds, each = 20, 1000
	somebody := people(1)[0]
	d := deploy(b, storetest.SQLiteURL(b), []person{somebody}, cheap)
	s, other := d.serve(b), startBare(b)
	browser := newBrowser(b)
	if a := browser.signIn(b, s.site, somebody); a.status != http.StatusSeeOther {
		b.Fatalf("sign-in: %d", a.status)
	}
	one := browser.client.Jar.Cookies(mustURL(b, s.site))
	same := func() []*http.Cookie { return one }
	var opened, asked atomic.Int64
	for name, cookies := range map[string]func() []*http.Cookie{
		"OnePerson": same,
		"AnotherEachTime": func() []*http.Cookie {
			return []*http.Cookie{{Name: "session", Value: sessionToken(asked.Add(1))}}
		},
	} {
		b.Run(name, func(b *testing.B) {
			if name == "AnotherEachTime" {
				openMany(b, d, somebody, &opened, rounds*each)
			}
			ours, bares := newLoad(b, s.site+"/auth/verify"), newLoad(b, other)
			ratios := make([]float64, rounds)
			for round := range rounds { // in turn, so that what else the machine does weighs on both
				bare := bares.ask(b, each, same)
				ratios[round] = bare.Seconds() / ours.ask(b, each, cookies).Seconds()
			}
			slices.Sort(ratios)
			slices.Sort(ours.waits)
			slices.Sort(bares.waits)
			p99 := func(waits []time.Duration) float64 { return float64(waits[len(waits)*99/100].Microseconds()) / 1000 }
			b.ReportMetric(ratios[rounds/2], "of-bare")
			b.ReportMetric(float64(rounds*each)/ours.took.Seconds(), "verify/s")
			b.ReportMetric(p99(ours.waits), "p99-ms")
			b.ReportMetric(p99(bares.waits), "p99-ms-bare")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// startBare starts the bare handler and returns its address.
func startBare(b *testing.B) string {
	cmd := exec.Command("bare")
	out, err := cmd.StdoutPipe()
	check.OK(b, err)
	check.OK(b, cmd.Start())
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	address, err := io.ReadAll(out)
	check.OK(b, err)
	return "http://" + string(bytes.TrimSpace(address))
}

func sessionToken(i int64) string { return fmt.Sprintf("%043d", i) }

// openMany opens n more sessions of that person under the next tokens, beside the server.
func openMany(b *testing.B, d *deployment, somebody person, opened *atomic.Int64, n int64) {
	s := d.open(b)
	c, err := s.Credential(b.Context(), somebody.number(b))
	check.OK(b, err)
	data, err := portal.SessionCodec{}.Encode(time.Now().Add(8*time.Hour), map[string]any{portal.SessionAccount: string(c.Account),
		portal.SessionEpoch: strconv.FormatInt(c.Epoch, 10), portal.SessionID: "of a benchmark", portal.SessionMethod: "password"})
	check.OK(b, err)
	var all sync.WaitGroup
	last := opened.Load() + n
	for range 64 { // which share a commit
		all.Go(func() {
			for i := opened.Add(1); i <= last; i = opened.Add(1) {
				hash := sha256.Sum256([]byte(sessionToken(i)))
				row, err := portal.NewSessionRow(base64.RawURLEncoding.EncodeToString(hash[:]), data, time.Now().Add(portal.SessionIdle))
				row.New = true
				if err := errors.Join(err, s.SaveSession(b.Context(), row)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	opened.Store(last)
}

// load asks over 16 connections.
type load struct {
	address   string
	transport *http.Transport
	took      time.Duration
	waits     []time.Duration
}

const connections = 16

func newLoad(b *testing.B, address string) *load {
	l := &load{address: address, transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	b.Cleanup(l.transport.CloseIdleConnections)
	return l
}

// ask sends n requests and returns how long all of them took.
func (l *load) ask(b *testing.B, n int, cookies func() []*http.Cookie) time.Duration {
	var left atomic.Int64
	left.Store(int64(n))
	var all sync.WaitGroup
	var mu sync.Mutex
	began := time.Now()
	for range connections {
		all.Go(func() {
			var mine []time.Duration
			for left.Add(-1) >= 0 {
				wait, err := l.one(b, cookies())
				if err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, wait)
			}
			mu.Lock()
			defer mu.Unlock()
			l.waits = append(l.waits, mine...)
		})
	}
	all.Wait()
	took := time.Since(began)
	l.took += took
	return took
}

func (l *load) one(b *testing.B, cookies []*http.Cookie) (time.Duration, error) {
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, l.address, nil)
	if err != nil {
		return 0, err
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	began := time.Now()
	res, err := l.transport.RoundTrip(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Remote-User") == "" {
		return 0, errors.New(res.Status)
	}
	return time.Since(began), nil
}
