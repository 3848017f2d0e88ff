// Package check is what every package's tests are in need of: it ends a test at an error that it did not come to see, where going on would
// only hide it, and keeps a log to look through.
package check

import (
	"bytes"
	"sync"
	"testing"
)

// OK ends the test when there is an error.
func OK(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ErrOf is the error of a call whose value does not matter.
func ErrOf[T any](_ T, err error) error { return err }

// Log keeps what is written to it, by many goroutines at once.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
