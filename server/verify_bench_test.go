package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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

// BenchmarkVerify is what a proxy asks for each request to a service: 16 connections at once, against a bare handler asked in turn.
func BenchmarkVerify(b *testing.B) {
	somebody := people(1)[0]
	d := deploy(b, storetest.SQLiteURL(b), []person{somebody}, cheap)
	s := d.serve(b)
	browser := newBrowser(b)
	if a := browser.signIn(b, s.site, somebody); a.status != http.StatusSeeOther {
		b.Fatalf("sign-in: %d", a.status)
	}
	site, _ := url.Parse(s.site)
	cookies := browser.client.Jar.Cookies(site)

	other := exec.Command("bare")
	out, err := other.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := other.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		other.Process.Kill()
		other.Wait()
	})
	address, err := io.ReadAll(out)
	if err != nil {
		b.Fatal(err)
	}
	bareSite := "http://" + string(address[:len(address)-1])

	var took [2]time.Duration
	var waits []time.Duration
	n := max(b.N, 4000)
	for round := range 4 { // in turn, so that what else the machine does weighs on both
		target, of := s.site+"/auth/verify", 0
		if round%2 == 1 {
			target, of = bareSite+"/", 1
		}
		began := time.Now()
		lasted := ask16(b, target, cookies, n)
		took[of] += time.Since(began)
		if of == 0 {
			waits = append(waits, lasted...)
		}
	}
	slices.Sort(waits)
	b.ReportMetric(float64(took[1])/float64(took[0]), "of-bare")
	b.ReportMetric(float64(2*n)/took[0].Seconds(), "verify/s")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// ask16 sends n requests over 16 connections and returns how long each took.
func ask16(b *testing.B, address string, cookies []*http.Cookie, n int) (took []time.Duration) {
	const connections = 16
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	var left atomic.Int64
	left.Store(int64(n))
	var all sync.WaitGroup
	var mu sync.Mutex
	for range connections {
		all.Go(func() {
			var mine []time.Duration
			for left.Add(-1) >= 0 {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
				if err != nil {
					b.Error(err)
					return
				}
				for _, c := range cookies {
					r.AddCookie(c)
				}
				began := time.Now()
				res, err := transport.RoundTrip(r)
				if err != nil {
					b.Error(err)
					return
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				mine = append(mine, time.Since(began))
				if res.StatusCode != http.StatusOK || res.Header.Get("Remote-User") == "" {
					b.Errorf("%s", res.Status)
					return
				}
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	all.Wait()
	return took
}
