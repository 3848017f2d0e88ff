package notify

import (
	"context"
	"slices"
	"sync"
	"time"

	"moncompte/server/portal"
)

// Memory is the gateway of dev mode, for both channels: it keeps messages for /_dev/messages instead of sending them. The zero
// value is ready.
type Memory struct {
	mu   sync.Mutex
	kept []Shown // oldest first
}

// memoryKeeps bounds what a long demonstration holds.
const memoryKeeps = 200

// Shown is a message as the dev pages show it, in clear.
type Shown struct {
	Channel portal.Channel `json:"channel"`
	To      string         `json:"to"`
	Subject string         `json:"subject"`
	Body    string         `json:"body"`
	At      time.Time      `json:"at"`
}

// Send keeps m; it never fails. A message that comes twice is kept twice, as a phone would show it.
func (g *Memory) Send(_ context.Context, m Message) (receipt string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kept = append(g.kept, Shown{m.Channel, m.To.Reveal(), m.Subject.Reveal(), m.Text.Reveal(), m.At})
	if extra := len(g.kept) - memoryKeeps; extra > 0 {
		g.kept = slices.Delete(g.kept, 0, extra)
	}
	return "memory", nil
}

// Messages returns the last 200 messages, newest first; never nil.
func (g *Memory) Messages() []Shown {
	g.mu.Lock()
	defer g.mu.Unlock()
	shown := append([]Shown{}, g.kept...)
	slices.Reverse(shown)
	return shown
}
