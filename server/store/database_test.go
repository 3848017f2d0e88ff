package store_test

import (
	"sync"
	"time"

	"moncompte/server/keys"
	"moncompte/server/store"
)

// bench is a store with a clock that tests turn and a record of the statements.
type database struct {
	url   string
	keys  *keys.Ring
	store *store.Store

	mu         sync.Mutex
	now        time.Time
	statements []string
}

func (d *database) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *database) turn(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *database) trace(statement string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.statements = append(d.statements, statement)
}

// traced returns the statements that do runs.
func (d *database) traced(do func()) []string {
	d.mu.Lock()
	d.statements = nil
	d.mu.Unlock()
	do()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.statements
}
