package store_test

import (
	"net"
	"net/url"
	"sync"
	"testing"

	"moncompte/server/check"
)

// line is a way to a PostgreSQL server that can be cut, as by a server that stops.
type line struct {
	listener net.Listener
	server   string
	mu       sync.Mutex
	open     []net.Conn
	cut      bool
	still    sync.RWMutex // locked while nothing is carried
}

// newLine returns a line to the server of the URL, and the URL that leads over it.
func newLine(t *testing.T, raw string) (*line, string) {
	t.Helper()
	u, err := url.Parse(raw)
	check.OK(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check.OK(t, err)
	t.Cleanup(func() { l.Close() })
	w := &line{listener: l, server: u.Host}
	go w.carry()
	u.Host = l.Addr().String()
	return w, u.String()
}

func (l *line) carry() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", l.server)
		l.mu.Lock()
		if err != nil || l.cut {
			near.Close()
			l.mu.Unlock()
			continue
		}
		l.open = append(l.open, near, far)
		l.mu.Unlock()
		go l.copy(near, far)
		go l.copy(far, near)
	}
}

func (l *line) copy(to, from net.Conn) {
	chunk := make([]byte, 32<<10)
	for {
		n, err := from.Read(chunk)
		if err != nil {
			to.Close()
			return
		}
		l.still.RLock()
		_, err = to.Write(chunk[:n])
		l.still.RUnlock()
		if err != nil {
			return
		}
	}
}

// end closes every connection; those that come are closed at once while it is cut.
func (l *line) end(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	for _, c := range l.open {
		c.Close()
	}
	l.open = nil
}
