package notifytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"moncompte/server/notify"
	"moncompte/server/portal"
)

// Outbox is an outbox in memory that keeps the contract of notify.Outbox. The zero value is ready.
type Outbox struct {
	mu    sync.Mutex
	rows  []*Row
	ended chan Row
}

// Row is a message and what became of it.
type Row struct {
	notify.Message
	State   string // "open", "sent", "dropped"
	Due     time.Time
	Leased  time.Time // until when
	Receipt string
	Reasons []string // of every failed attempt, and of the drop
}

// Add writes a message, due at its At.
func (o *Outbox) Add(_ context.Context, m notify.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if slices.ContainsFunc(o.rows, func(r *Row) bool { return r.ID == m.ID }) {
		return fmt.Errorf("message %s is there already", m.ID)
	}
	o.rows = append(o.rows, &Row{Message: m, State: "open", Due: m.At})
	return nil
}

// Ended returns a channel of the rows that were sent or dropped from now on, 1024 at most.
func (o *Outbox) Ended() <-chan Row {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended == nil {
		o.ended = make(chan Row, 1024)
	}
	return o.ended
}

// Row returns a copy of the row, and false when there is none.
func (o *Outbox) Row(id string) (Row, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.ID == id {
			copied := *r
			copied.Reasons = slices.Clone(r.Reasons)
			return copied, true
		}
	}
	return Row{}, false
}

func (o *Outbox) Claim(_ context.Context, channel portal.Channel, now time.Time, n int, lease time.Duration) ([]notify.Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	due := slices.DeleteFunc(slices.Clone(o.rows), func(r *Row) bool {
		return r.State != "open" || r.Channel != channel || r.Due.After(now) || !r.Expires.After(now) || r.Leased.After(now)
	})
	slices.SortStableFunc(due, func(a, b *Row) int { return a.At.Compare(b.At) })
	var claimed []notify.Message
	for _, r := range due[:min(n, len(due))] {
		r.Leased = now.Add(lease)
		claimed = append(claimed, r.Message)
	}
	return claimed, nil
}

func (o *Outbox) Sent(_ context.Context, id, receipt string, _ time.Time) error {
	return o.change(id, func(r *Row) {
		r.Receipt = receipt
		o.end(r, "sent")
	})
}

func (o *Outbox) Retry(_ context.Context, id string, next time.Time, reason string) error {
	return o.change(id, func(r *Row) {
		r.Attempts++
		r.Due, r.Leased = next, time.Time{}
		r.Reasons = append(r.Reasons, reason)
	})
}

func (o *Outbox) Release(_ context.Context, id string) error {
	return o.change(id, func(r *Row) { r.Leased = time.Time{} })
}

func (o *Outbox) Drop(_ context.Context, id, reason string) error {
	return o.change(id, func(r *Row) {
		r.Reasons = append(r.Reasons, reason)
		o.end(r, "dropped")
	})
}

func (o *Outbox) Expire(_ context.Context, now time.Time) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, r := range o.rows {
		if r.State == "open" && !r.Expires.After(now) {
			r.Reasons = append(r.Reasons, "expired")
			o.end(r, "dropped")
			n++
		}
	}
	return n, nil
}

// change applies f to an open row; a row that has ended stays as it is.
func (o *Outbox) change(id string, f func(*Row)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.ID == id {
			if r.State == "open" {
				f(r)
			}
			return nil
		}
	}
	return fmt.Errorf("no message %s", strings.ToValidUTF8(id, "?"))
}

func (o *Outbox) end(r *Row, state string) {
	r.State, r.Leased = state, time.Time{}
	r.To, r.Content = zero.To, zero.Content
	if o.ended != nil {
		o.ended <- *r
	}
}

var zero notify.Message
