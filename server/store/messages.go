package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

// What becomes of an operator's wish.
var (
	ErrNoMessage     = errors.New("no such message")
	ErrMessageClosed = errors.New("the message is closed: its address and its text are erased")
	ErrMessageLeased = errors.New("the message is being sent at this moment")
)

const messageColumns = `id, channel, purpose, state, fate, copies, tries, reason, receipt, report, created_at, due_at, expires_at`

// Messages returns the newest messages, n at most, with those to nobody left out.
func (o *Outbox) Messages(ctx context.Context, n int) ([]notify.Record, error) {
	var records []notify.Record
	err := o.store.each(ctx, func(rows *sql.Rows) error {
		r, err := scanMessage(rows.Scan)
		records = append(records, r)
		return err
	}, `SELECT `+messageColumns+` FROM outbox WHERE state <> 'void' ORDER BY created_at DESC LIMIT $1`, n)
	return records, err
}

// Message returns one message, or ErrNoMessage.
func (o *Outbox) Message(ctx context.Context, id string) (notify.Record, error) {
	return scanMessage(o.store.row(ctx, `SELECT `+messageColumns+` FROM outbox WHERE state <> 'void' AND id = $1`, id).Scan)
}

// Waiting is what has not left by a channel.
type Waiting struct {
	Channel portal.Channel
	Count   int
	Oldest  time.Time // when the one that waits longest was written
}

// Waiting returns the queues that are not empty.
func (o *Outbox) Waiting(ctx context.Context) ([]Waiting, error) {
	var queues []Waiting
	err := o.store.each(ctx, func(rows *sql.Rows) error {
		var w Waiting
		var oldest int64
		err := rows.Scan(&w.Channel, &w.Count, &oldest)
		w.Oldest = fromMicros(oldest)
		queues = append(queues, w)
		return err
	}, `SELECT channel, count(*), min(created_at) FROM outbox WHERE state = 'open' GROUP BY channel`)
	return queues, err
}

func scanMessage(scan func(...any) error) (r notify.Record, err error) {
	var state, fate, report string
	var copies int
	var created, due, expires int64
	err = scan(&r.ID, &r.Channel, &r.Purpose, &state, &fate, &copies, &r.Attempts, &r.Reason, &r.Receipt, &report, &created, &due, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNoMessage
	}
	if report != "" {
		r.Receipt += " " + report
	}
	r.Open = state == "open"
	switch {
	case state == "sent":
		r.State = notify.IsSent
	case r.Open && copies > 0:
		r.State = notify.IsUncertain
	case r.Open:
		r.State = notify.IsWaiting
	default:
		r.State = notify.State(fate)
	}
	r.Created, r.Due, r.Expires = fromMicros(created), fromMicros(due), fromMicros(expires)
	return r, err
}

// Address returns whom an open message is for, or ErrMessageClosed.
func (o *Outbox) Address(ctx context.Context, id string) (keys.Secret, error) {
	var sealed []byte
	err := o.store.row(ctx, `SELECT body_sealed FROM outbox WHERE state <> 'void' AND id = $1`, id).Scan(&sealed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return keys.Secret{}, ErrNoMessage
	case err != nil:
		return keys.Secret{}, err
	case sealed == nil:
		return keys.Secret{}, ErrMessageClosed
	}
	m := notify.Message{ID: id}
	err = o.store.openBody(&m, sealed)
	return m.To, err
}

// Hurry makes an open message due at once. It goes with the next look of a server, if it has a copy and life left.
func (o *Outbox) Hurry(ctx context.Context, id string, now time.Time) error {
	return o.onOpen(ctx, id, now, `UPDATE outbox SET due_at = $2, handed = 0 WHERE id = $1 AND state = 'open' AND lease_until <= $2`, id, micros(now))
}

// GiveUp closes an open message for good, and erases its address and content.
func (o *Outbox) GiveUp(ctx context.Context, id, reason string, now time.Time) error {
	return o.onOpen(ctx, id, now, `
		UPDATE outbox SET state = 'dropped', body_sealed = NULL, fate = 'dropped', reason = $3, closed_at = $2
		WHERE id = $1 AND state = 'open' AND lease_until <= $2`, id, micros(now), reason)
}

// onOpen changes an open message that nobody is sending, or says why not.
func (o *Outbox) onOpen(ctx context.Context, id string, now time.Time, query string, args ...any) error {
	var changed int64
	err := o.store.write(ctx, func(tx *Tx) (err error) {
		changed, err = tx.exec(ctx, query, args...)
		return err
	})
	if err != nil || changed > 0 {
		return err
	}
	switch r, err := o.Message(ctx, id); {
	case err != nil:
		return err
	case r.Open:
		return ErrMessageLeased
	}
	return ErrMessageClosed
}
