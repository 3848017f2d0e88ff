package notifytest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

// Patience is how long a test waits for what must happen: it bounds a failing run and decides nothing in a green one.
const Patience = 20 * time.Second

// Dial connects to the port of address on loopback, whatever its host is.
func Dial(ctx context.Context, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
}

// Hung is a port that accepts connections and never says a word.
type Hung struct {
	Addr     string
	Accepted <-chan struct{} // one element a connection, 16 at most
}

// NewHung starts one; it ends with the test.
func NewHung(t testing.TB) *Hung {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan struct{}, 16)
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		conns []net.Conn
	)
	wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			select {
			case accepted <- struct{}{}:
			default:
			}
		}
	})
	t.Cleanup(func() {
		listener.Close()
		wait.Wait()
		mu.Lock()
		defer mu.Unlock()
		for _, conn := range conns {
			conn.Close()
		}
	})
	return &Hung{Addr: listener.Addr().String(), Accepted: accepted}
}

// next takes one element, or fails the test after Patience.
func next[T any](t testing.TB, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(Patience):
		t.Fatalf("no %s in time", what)
		panic("unreachable")
	}
}
