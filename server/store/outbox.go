package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

const bodySeal = "outbox"

// post is a message to write into the outbox.
type post struct {
	state       string // open, or void when there is nobody to send it to
	flow        []byte // nil for a notice
	channel     portal.Channel
	to          keys.Secret
	content     portal.Content
	at, expires time.Time
}

// body is what is sealed of a message.
type body struct {
	To      string `json:"to"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
}

// post writes a message in the transaction that decides to send it: both happen or neither.
func (s *Store) post(ctx context.Context, q statements, p post) error {
	id := rand.Text()
	return s.insertPost(ctx, q, id, p)
}

func (s *Store) insertPost(ctx context.Context, q statements, id string, p post) error {
	plain, err := json.Marshal(body{p.to.Reveal(), p.content.Subject.Reveal(), p.content.Text.Reveal(), p.content.HTML.Reveal()})
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, `
		INSERT INTO outbox (id, channel, state, flow, body_sealed, due_at, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`,
		id, string(p.channel), p.state, p.flow, s.keys.Seal(bodySeal, id, plain), micros(p.at), micros(p.expires))
	return err
}

// Outbox is the queue of messages, for package notify. Its statuses only ever go from open to closed.
type Outbox struct{ store *Store }

// Outbox returns the queue on this database.
func (s *Store) Outbox() *Outbox { return &Outbox{s} }

// Add writes a message that belongs to no flow.
func (o *Outbox) Add(ctx context.Context, m notify.Message) error {
	return o.store.write(ctx, func(q statements) error {
		return o.store.insertPost(ctx, q, m.ID, post{state: "open", channel: m.Channel, to: m.To, content: m.Content, at: m.At, expires: m.Expires})
	})
}

// Claim implements notify.Outbox. PostgreSQL skips the rows that another instance is claiming; SQLite has one writer. A
// message that cannot be read, for want of its key, is dropped: it must not stop those of everybody else.
func (o *Outbox) Claim(ctx context.Context, channel portal.Channel, now time.Time, n int, lease time.Duration) ([]notify.Message, error) {
	skip := ""
	if o.store.postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var claimed []notify.Message
	err := o.store.write(ctx, func(q statements) error {
		claimed = nil
		var unreadable []string
		err := q.each(ctx, func(rows *sql.Rows) error {
			m := notify.Message{Channel: channel}
			var sealed []byte
			var at, expires int64
			if err := rows.Scan(&m.ID, &sealed, &m.Attempts, &at, &expires); err != nil {
				return err
			}
			m.At, m.Expires = fromMicros(at), fromMicros(expires)
			if err := o.store.openBody(&m, sealed); err != nil {
				o.store.log.ErrorContext(ctx, "message dropped: it cannot be read", "message", m.ID, "reason", err)
				unreadable = append(unreadable, m.ID)
				return nil
			}
			claimed = append(claimed, m)
			return nil
		}, `
			UPDATE outbox SET lease_until = $3
			WHERE id IN (
				SELECT id FROM outbox
				WHERE state = 'open' AND channel = $1 AND due_at <= $2 AND lease_until <= $2 AND expires_at > $2
				ORDER BY created_at
				LIMIT $4`+skip+`)
			RETURNING id, body_sealed, attempts, created_at, expires_at`,
			string(channel), micros(now), micros(now.Add(lease)), n)
		for _, id := range unreadable {
			if err == nil {
				_, err = q.exec(ctx, dropMessage, id, "unreadable", micros(now))
			}
		}
		return err
	})
	return oldestFirst(claimed), err
}

// openBody unseals the address and the content of m. Its errors hold neither.
func (s *reads) openBody(m *notify.Message, sealed []byte) error {
	plain, err := s.keys.Open(bodySeal, m.ID, sealed)
	if err != nil {
		return err
	}
	var b body
	if json.Unmarshal(plain, &b) != nil {
		return errors.New("its body is not JSON")
	}
	m.To = keys.NewSecret(b.To)
	m.Content = portal.Content{Subject: keys.NewSecret(b.Subject), Text: keys.NewSecret(b.Text), HTML: keys.NewSecret(b.HTML)}
	return nil
}

const dropMessage = `
	UPDATE outbox SET state = 'dropped', body_sealed = NULL, reason = $2, closed_at = $3 WHERE id = $1 AND state = 'open'`

// Sent implements notify.Outbox.
func (o *Outbox) Sent(ctx context.Context, id, receipt string, at time.Time) error {
	return o.change(ctx, `UPDATE outbox SET state = 'sent', body_sealed = NULL, receipt = $2, closed_at = $3 WHERE id = $1 AND state = 'open'`,
		id, receipt, micros(at))
}

// Retry implements notify.Outbox.
func (o *Outbox) Retry(ctx context.Context, id string, next time.Time, reason string) error {
	return o.change(ctx, `UPDATE outbox SET attempts = attempts + 1, lease_until = 0, due_at = $2, reason = $3 WHERE id = $1 AND state = 'open'`,
		id, micros(next), reason)
}

// Release implements notify.Outbox.
func (o *Outbox) Release(ctx context.Context, id string) error {
	return o.change(ctx, `UPDATE outbox SET lease_until = 0 WHERE id = $1 AND state = 'open'`, id)
}

// Drop implements notify.Outbox.
func (o *Outbox) Drop(ctx context.Context, id, reason string) error {
	return o.change(ctx, dropMessage, id, reason, micros(o.store.now()))
}

// Expire implements notify.Outbox. Messages to nobody are closed with the others.
func (o *Outbox) Expire(ctx context.Context, now time.Time) (int, error) {
	var n int64
	err := o.store.write(ctx, func(q statements) error {
		if _, err := q.exec(ctx, `DELETE FROM outbox WHERE state = 'void' AND expires_at <= $1`, micros(now)); err != nil {
			return err
		}
		var err error
		n, err = q.exec(ctx, `UPDATE outbox SET state = 'dropped', body_sealed = NULL, reason = 'expired', closed_at = $1 WHERE state = 'open' AND expires_at <= $1`,
			micros(now))
		return err
	})
	return int(n), err
}

func (o *Outbox) change(ctx context.Context, query string, args ...any) error {
	return o.store.write(ctx, func(q statements) error {
		_, err := q.exec(ctx, query, args...)
		return err
	})
}

// oldestFirst puts messages in the order in which they were written, which RETURNING does not keep.
func oldestFirst(messages []notify.Message) []notify.Message {
	slices.SortStableFunc(messages, func(a, b notify.Message) int { return a.At.Compare(b.At) })
	return messages
}
