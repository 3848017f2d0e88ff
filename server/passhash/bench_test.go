package passhash

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
)

// clients is how many people sign in at once, without pause, in BenchmarkPool.
const clients = 64

func bare() {
	p := DefaultParams
	argon2.IDKey([]byte("mot de passe"), []byte("sixteen byte sal"), p.Time, p.MemoryKiB, p.Threads, newKeyLen)
}

// spread does n pieces of work with so many workers and returns the time it took.
func spread(workers, n int, work func()) time.Duration {
	pieces := make(chan struct{}, n)
	for range n {
		pieces <- struct{}{}
	}
	close(pieces)
	start := time.Now()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range pieces {
				work()
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// BenchmarkBareArgon2id is the ceiling: argon2id with the default costs on every core, and nothing else.
func BenchmarkBareArgon2id(b *testing.B) {
	took := spread(runtime.GOMAXPROCS(0), b.N, bare)
	b.ReportMetric(float64(b.N)/took.Seconds(), "hash/s")
}

// BenchmarkPool verifies through a Pool for 64 clients, and reports its rate as a part of the bare rate in the same run.
func BenchmarkPool(b *testing.B) {
	phc, err := New("mot de passe", Params{}, nil)
	if err != nil {
		b.Fatal(err)
	}
	h := mustParse(b, phc)
	p := NewPool(PoolOptions{MaxWait: time.Hour})
	through := func() {
		ticket, err := p.Admit()
		if err != nil {
			b.Error(err)
			return
		}
		defer ticket.Release()
		matched := false
		if err := ticket.Run(context.Background(), func() { matched = h.Verify("mot de passe") }); err != nil || !matched {
			b.Errorf("matched %v, error %v", matched, err)
		}
	}
	// In turns, so that a slow moment of the machine falls on both.
	var bareTook, poolTook time.Duration
	for left := b.N; left > 0; {
		n := min(left, clients)
		left -= n
		bareTook += spread(runtime.GOMAXPROCS(0), n, bare)
		poolTook += spread(clients, n, through)
	}
	b.ReportMetric(float64(poolTook.Nanoseconds())/float64(b.N), "ns/op")
	b.ReportMetric(float64(b.N)/poolTook.Seconds(), "hash/s")
	b.ReportMetric(bareTook.Seconds()/poolTook.Seconds(), "of-bare")
}
