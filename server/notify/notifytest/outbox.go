package notifytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"moncompte/server/notify"
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
	Fate    notify.Fate
	Due     time.Time
	Leased  time.Time // until when
	Receipt string
	Report  string
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

func (o *Outbox) Claim(_ context.Context, c notify.Claim) ([]notify.Message, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	due := slices.DeleteFunc(slices.Clone(o.rows), func(r *Row) bool {
		return r.State != "open" || r.Channel != c.Channel || r.Due.After(c.Now) || !r.Expires.After(c.Now) || r.Leased.After(c.Now) ||
			!r.Notice && r.Expires.Before(c.Least()) || r.Copies >= notify.MostCopies(r.Notice) || c.Probe && !c.MayProbe(r.Message)
	})
	var claimed []notify.Message
	for _, r := range due {
		claimed = append(claimed, r.Message)
	}
	claimed = c.Sort(claimed)
	if c.Probe {
		slices.SortStableFunc(claimed, func(a, b notify.Message) int { return o.released(a.ID).Compare(o.released(b.ID)) })
	}
	claimed = claimed[:min(c.N, len(claimed))]
	for _, r := range due {
		if slices.ContainsFunc(claimed, func(m notify.Message) bool { return m.ID == r.ID }) {
			r.Leased = c.Now.Add(c.Lease)
			r.Copies++
			r.Tries++
		}
	}
	return claimed, nil
}

// released is when a message was given back last, zero for never.
func (o *Outbox) released(id string) time.Time {
	for _, r := range o.rows {
		if r.ID == id && !r.Due.Equal(r.At) {
			return r.Due
		}
	}
	return time.Time{}
}

func (o *Outbox) Hold(_ context.Context, ids []string, until time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.State == "open" && !r.Leased.IsZero() && slices.Contains(ids, r.ID) {
			r.Leased = until
		}
	}
	return nil
}

func (o *Outbox) Sent(_ context.Context, id, receipt string, _ time.Time) error {
	return o.change(id, func(r *Row) {
		r.Receipt = receipt
		o.end(r, "sent")
	})
}

func (o *Outbox) Report(_ context.Context, receipts []string, report string) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, receipt := range receipts {
		for _, r := range o.rows {
			if r.State == "sent" && receipt != "" && r.Receipt == receipt {
				r.Report = report
				return true, nil
			}
		}
	}
	return false, nil
}

func (o *Outbox) Retry(_ context.Context, id string, next time.Time, reason string, h notify.Handover) error {
	return o.change(id, func(r *Row) {
		r.Attempts++
		r.undo(h)
		r.Due = next
		r.Reasons = append(r.Reasons, reason)
	})
}

func (o *Outbox) Release(_ context.Context, id string, now time.Time, reason string, h notify.Handover) error {
	return o.change(id, func(r *Row) {
		r.undo(h)
		if reason == "" {
			r.Tries--
			return
		}
		r.Due, r.Reasons = now, append(r.Reasons, reason)
	})
}

func (r *Row) undo(h notify.Handover) {
	r.Leased = time.Time{}
	if h != notify.Copied {
		r.Copies--
	}
	if h == notify.Handed {
		r.Handed++
	}
}

func (o *Outbox) Drop(_ context.Context, id string, fate notify.Fate, reason string) error {
	return o.change(id, func(r *Row) {
		r.Fate, r.Reasons = fate, append(r.Reasons, reason)
		o.end(r, "dropped")
	})
}

func (o *Outbox) Expire(_ context.Context, now time.Time) ([]notify.Expired, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var ended []notify.Expired
	for _, r := range o.rows {
		idle := r.State == "open" && !r.Leased.After(now)
		over := idle && (!r.Notice && r.Expires.Before(notify.LastMinute(now)) || r.Copies >= notify.MostCopies(r.Notice))
		if r.State != "open" || r.Expires.After(now) && !over {
			continue
		}
		r.Fate, r.Reasons = notify.Dropped, append(r.Reasons, "expired")
		if r.Copies > 0 {
			r.Fate = notify.Uncertain
		}
		o.end(r, "dropped")
		i := slices.IndexFunc(ended, func(e notify.Expired) bool { return e.Channel == r.Channel && e.Fate == r.Fate })
		if i < 0 {
			i, ended = len(ended), append(ended, notify.Expired{Channel: r.Channel, Fate: r.Fate})
		}
		ended[i].Count++
	}
	return ended, nil
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
