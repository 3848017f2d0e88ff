package portal

import (
	"sync"
	"time"
)

// everyMinute lets one alarm a minute through.
type everyMinute struct {
	mu   sync.Mutex
	last time.Time
}

func (e *everyMinute) due(now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(e.last) < time.Minute {
		return false
	}
	e.last = now
	return true
}
