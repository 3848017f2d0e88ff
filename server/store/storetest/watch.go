package storetest

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Watch is the clock of a test, which stands still until it is turned, and the record of the statements that a store has run:
// give its Clock and Trace to store.Options. It may be used from many goroutines.
type Watch struct {
	mu         sync.Mutex
	now        time.Time
	statements []string
}

// NewWatch is a clock at that time.
func NewWatch(at time.Time) *Watch { return &Watch{now: at} }

// Clock is the time.
func (w *Watch) Clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Turn moves the clock on.
func (w *Watch) Turn(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(by)
}

// Trace notes a statement, on one line.
func (w *Watch) Trace(statement string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.statements = append(w.statements, strings.Join(strings.Fields(statement), " "))
}

// Traced returns the statements that do runs.
func (w *Watch) Traced(do func()) []string {
	w.mu.Lock()
	w.statements = nil
	w.mu.Unlock()
	do()
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.statements)
}
