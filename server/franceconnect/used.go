package franceconnect

import (
	"sync"
	"time"
)

// usedStates remembers the states that were finished here, for PendingFor at least: two callbacks at once may both read the
// browser's session before either writes it, and only one may go on. The zero value is ready.
type usedStates struct {
	mu           sync.Mutex
	recent, past map[string]struct{}
	turned       time.Time
}

// seen tells whether take had this state.
func (u *usedStates) seen(state string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.has(state)
}

// take returns false when the state was taken before.
func (u *usedStates) take(state string, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.has(state) {
		return false
	}
	// Two halves, the older dropped whole: each state stays for once to twice the time that it could be used.
	if now.Sub(u.turned) >= PendingFor || u.recent == nil {
		u.recent, u.past, u.turned = map[string]struct{}{}, u.recent, now
	}
	u.recent[state] = struct{}{}
	return true
}

func (u *usedStates) has(state string) bool {
	_, recent := u.recent[state]
	_, past := u.past[state]
	return recent || past
}
