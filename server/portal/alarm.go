package portal

import (
	"sync"
	"time"
)

// EveryMinute lets one alarm, or one line of the log, a minute through.
type EveryMinute struct {
	mu   sync.Mutex
	last time.Time
}

// Due reports whether a minute has passed since the last one.
func (e *EveryMinute) Due(now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(e.last) < time.Minute {
		return false
	}
	e.last = now
	return true
}
