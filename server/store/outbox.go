package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

const bodySeal = "outbox"

// body is what is sealed of a message.
type body struct {
	To      string `json:"to"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
}

// AddMessage implements portal.Tx.
func (tx *Tx) AddMessage(ctx context.Context, m portal.Message) error {
	return tx.addMessage(ctx, rand.Text(), m.Flow == nil, m)
}

func (tx *Tx) addMessage(ctx context.Context, id string, notice bool, m portal.Message) error {
	plain, err := json.Marshal(body{m.To.Reveal(), m.Content.Subject.Reveal(), m.Content.Text.Reveal(), m.Content.HTML.Reveal()})
	if err != nil {
		return err
	}
	state := "open"
	if m.Void {
		state = "void"
	}
	_, err = tx.exec(ctx, `
		INSERT INTO outbox (id, channel, state, flow, notice, others, purpose, body_sealed, due_at, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $9, coalesce((SELECT CASE WHEN contact_sealed IS NOT NULL THEN 'contact' WHEN session IS NOT NULL THEN 'confirm' ELSE purpose END
				FROM flows WHERE token_index = $4), 'notice'), $6, $7, $7, $8)`,
		id, string(m.Channel), state, []byte(m.Flow), flag(notice), tx.keys.Seal(bodySeal, id, plain), micros(m.At), micros(m.Expires), flag(m.Others))
	return err
}

// Outbox is the queue of messages, for package notify. Its statuses only ever go from open to closed.
type Outbox struct{ store *Store }

// Outbox returns the queue on this database.
func (s *Store) Outbox() *Outbox { return &Outbox{s} }

// Add writes a message that belongs to no flow.
func (o *Outbox) Add(ctx context.Context, m notify.Message) error {
	return o.store.write(ctx, func(tx *Tx) error {
		return tx.addMessage(ctx, m.ID, m.Notice, portal.Message{Channel: m.Channel, To: m.To, Content: m.Content, At: m.At, Expires: m.Expires})
	})
}

// Claim implements notify.Outbox. PostgreSQL skips the rows that another instance is claiming; SQLite has one writer. A
// message that cannot be read is dropped: it must not stop those of everybody else. One whose key is not here is left for the length
// of the lease to an instance that has the key.
func (o *Outbox) Claim(ctx context.Context, c notify.Claim) ([]notify.Message, error) {
	skip := ""
	if o.store.postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var claimed []notify.Message
	err := o.store.write(ctx, func(tx *Tx) error {
		var unreadable, left []string
		err := tx.each(ctx, func(rows *sql.Rows) error {
			m := notify.Message{Channel: c.Channel}
			var sealed []byte
			var at, expires int64
			if err := rows.Scan(&m.ID, &sealed, &m.Notice, &m.Tries, &m.Attempts, &m.Copies, &m.Handed, &at, &expires); err != nil {
				return err
			}
			m.At, m.Expires = fromMicros(at), fromMicros(expires)
			if number, sound := keys.SealedVersion(sealed); sound && !o.store.keys.Knows(number) {
				o.store.log.ErrorContext(ctx, "message left: its key is missing", "message", m.ID, "version", number)
				left = append(left, m.ID)
				return nil
			}
			if err := tx.openBody(&m, sealed); err != nil {
				o.store.log.ErrorContext(ctx, "message dropped: it cannot be read", "message", m.ID, "reason", err)
				unreadable = append(unreadable, m.ID)
				return nil
			}
			claimed = append(claimed, m)
			return nil
		}, `
			UPDATE outbox SET lease_until = $3, copies = copies + 1, tries = tries + 1
			WHERE id IN (
				SELECT id FROM outbox
				WHERE state = 'open' AND channel = $1 AND (due_at <= $2 OR tries = 0 AND created_at > $12) AND lease_until <= $2
					AND (notice = 0 AND expires_at >= $5 AND copies < $7 OR notice = 1 AND expires_at > $2 AND copies < $8)
					AND ($9 = 0 OR CASE WHEN notice = 1 THEN handed * handed * $11 ELSE handed * handed * $10 END <= $2 - created_at)
				ORDER BY CASE WHEN $9 = 1 AND due_at <> created_at THEN due_at ELSE 0 END, CASE WHEN notice = 1 THEN 2 WHEN expires_at < $6 THEN 1 ELSE 0 END,
					CASE WHEN notice = 0 AND expires_at < $6 THEN -expires_at ELSE expires_at END
				LIMIT $4`+skip+`)
			RETURNING id, body_sealed, notice, tries - 1, attempts, copies - 1, handed, created_at, expires_at`,
			string(c.Channel), micros(c.Now), micros(c.Now.Add(c.Lease)), c.N, micros(c.Least()), micros(c.Useful()),
			notify.MostCopies(false), notify.MostCopies(true), flag(c.Probe), notify.ProbeStep(false).Microseconds(), notify.ProbeStep(true).Microseconds(), micros(c.Now.Add(portal.ClockSkew)))
		for _, id := range left {
			if err == nil {
				_, err = tx.exec(ctx, `UPDATE outbox SET copies = copies - 1, tries = tries - 1 WHERE id = $1`, id) // nobody was sent it
			}
		}
		for _, id := range unreadable {
			if err == nil {
				_, err = tx.exec(ctx, dropMessage, id, string(notify.Dropped), "unreadable", micros(c.Now))
			}
		}
		return err
	})
	return c.Sort(claimed), err
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
	UPDATE outbox SET state = 'dropped', body_sealed = NULL, fate = $2, reason = $3, closed_at = $4 WHERE id = $1 AND state = 'open'`

// Hold implements notify.Outbox.
func (o *Outbox) Hold(ctx context.Context, ids []string, until time.Time) error {
	return o.store.write(ctx, func(tx *Tx) error {
		for _, id := range ids {
			if _, err := tx.exec(ctx, `UPDATE outbox SET lease_until = $2 WHERE id = $1 AND state = 'open' AND lease_until > 0`,
				id, micros(until)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sent implements notify.Outbox.
func (o *Outbox) Sent(ctx context.Context, id, receipt string, at time.Time) error {
	return o.change(ctx, `UPDATE outbox SET state = 'sent', body_sealed = NULL, receipt = $2, closed_at = $3 WHERE id = $1 AND state = 'open'`,
		id, receipt, micros(at))
}

// Report implements notify.Outbox.
func (o *Outbox) Report(ctx context.Context, receipts []string, report string) (found bool, err error) {
	err = o.store.write(ctx, func(tx *Tx) error {
		for _, receipt := range receipts {
			changed, err := tx.exec(ctx, `UPDATE outbox SET report = $2 WHERE receipt = $1 AND receipt <> '' AND state = 'sent'`, receipt, report)
			if found = changed > 0; found || err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// Retry implements notify.Outbox.
func (o *Outbox) Retry(ctx context.Context, id string, next time.Time, reason string, h notify.Handover) error {
	return o.change(ctx, `
		UPDATE outbox SET attempts = attempts + 1, copies = copies - $4, handed = handed + $5, lease_until = 0, due_at = $2, reason = $3
		WHERE id = $1 AND state = 'open'`,
		id, micros(next), reason, flag(h != notify.Copied), flag(h == notify.Handed))
}

// Release implements notify.Outbox.
func (o *Outbox) Release(ctx context.Context, id string, now time.Time, reason string, h notify.Handover) error {
	return o.change(ctx, `
		UPDATE outbox SET copies = copies - $4, handed = handed + $5, lease_until = 0,
			tries = CASE WHEN $2 = '' THEN tries - 1 ELSE tries END,
			due_at = CASE WHEN $2 = '' THEN due_at ELSE $3 END, reason = CASE WHEN $2 = '' THEN reason ELSE $2 END
		WHERE id = $1 AND state = 'open'`,
		id, reason, micros(now), flag(h != notify.Copied), flag(h == notify.Handed))
}

// Drop implements notify.Outbox.
func (o *Outbox) Drop(ctx context.Context, id string, fate notify.Fate, reason string) error {
	return o.change(ctx, dropMessage, id, string(fate), reason, micros(o.store.now()))
}

// Expire implements notify.Outbox. Messages to nobody are closed with the others. The last reason stays: it says why a message was
// not sent in time.
func (o *Outbox) Expire(ctx context.Context, now time.Time) ([]notify.Expired, error) {
	var ended []notify.Expired
	err := o.store.write(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM outbox WHERE state = 'void' AND expires_at <= $1`, micros(now)); err != nil {
			return err
		}
		ended = nil
		return tx.each(ctx, func(rows *sql.Rows) error {
			one := notify.Expired{Count: 1}
			if err := rows.Scan(&one.Channel, &one.Fate); err != nil {
				return err
			}
			for i := range ended {
				if ended[i].Channel == one.Channel && ended[i].Fate == one.Fate {
					ended[i].Count++
					return nil
				}
			}
			ended = append(ended, one)
			return nil
		}, `
			UPDATE outbox SET state = 'dropped', body_sealed = NULL, closed_at = $1,
				fate = CASE WHEN copies > 0 THEN 'uncertain' ELSE 'dropped' END,
				reason = CASE WHEN reason = '' THEN 'expired' ELSE 'expired: ' || reason END
			WHERE state = 'open' AND (expires_at <= $1 OR lease_until <= $1 AND (
				notice = 0 AND (expires_at < $2 OR copies >= $3) OR notice = 1 AND copies >= $4))
			RETURNING channel, fate`,
			micros(now), micros(notify.LastMinute(now)), notify.MostCopies(false), notify.MostCopies(true))
	})
	return ended, err
}

func (o *Outbox) change(ctx context.Context, query string, args ...any) error {
	return o.store.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, query, args...)
		return err
	})
}

// flag is a yes or no as both engines keep it.
func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
