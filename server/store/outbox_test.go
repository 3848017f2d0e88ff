package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/notify/notifytest"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// outboxContract is what the worker relies on.
func outboxContract(t *testing.T, d *database) {
	notifytest.OutboxContract(t, func(t *testing.T) (notify.Outbox, func(notify.Message)) {
		db := d.open(t)
		defer db.Close()
		check.OK(t, check.ErrOf(db.ExecContext(t.Context(), "DELETE FROM outbox")))
		return d.store.Outbox(), func(m notify.Message) { d.add(t, m) }
	})
}

func (d *database) add(t *testing.T, m notify.Message) {
	t.Helper()
	check.OK(t, d.store.Outbox().Add(t.Context(), m))
}

func (d *database) message(id string) notify.Message {
	return notify.Message{ID: id, Channel: portal.SMS, To: keys.NewSecret("+33639980001"), At: d.Clock(), Expires: d.Clock().Add(time.Hour),
		Content: portal.Content{Text: keys.NewSecret("text " + id)}}
}

// closedMessages closes one message in each way and looks for what is left of it.
func closedMessages(t *testing.T, d *database) {
	outbox := d.store.Outbox()
	for name, end := range map[string]func() error{
		"sent":    func() error { return outbox.Sent(t.Context(), "sent", "receipt", d.Clock()) },
		"dropped": func() error { return outbox.Drop(t.Context(), "dropped", notify.Refused, "refused") },
		"expired": func() error { _, err := outbox.Expire(t.Context(), d.Clock().Add(time.Hour)); return err },
	} {
		d.add(t, d.message(name))
		check.OK(t, end())
		var sealed, closed bool
		db := d.open(t)
		err := db.QueryRowContext(t.Context(), "SELECT body_sealed IS NOT NULL, closed_at IS NOT NULL FROM outbox WHERE id = $1", name).Scan(&sealed, &closed)
		db.Close()
		if err != nil || sealed || !closed {
			t.Errorf("%s: body kept %v, closed %v (%v)", name, sealed, closed, err)
		}
		for what, reopen := range map[string]func() error{
			"retry":   func() error { return outbox.Retry(t.Context(), name, d.Clock(), "again", notify.NotHanded) },
			"release": func() error { return outbox.Release(t.Context(), name, d.Clock(), "", notify.NotHanded) },
		} {
			if err := reopen(); err != nil {
				t.Error(err)
			}
			if got := newRecovery(t, d).due(); len(got) != 0 {
				t.Errorf("%s: %s opens it again", name, what)
			}
		}
	}
}

// twoWorkers claims from two instances at once.
func twoWorkers(t *testing.T, d *database) {
	const messages = 200
	for i := range messages {
		d.add(t, d.message(fmt.Sprintf("m%03d", i)))
	}
	second := storetest.Open(t, store.Options{URL: d.url, Keys: d.keys, Now: d.Clock})
	var mu sync.Mutex
	claims := map[string]int{}
	var all sync.WaitGroup
	for i := range 8 {
		outbox := []*store.Outbox{d.store.Outbox(), second.Outbox()}[i%2]
		all.Go(func() {
			for {
				claimed, err := outbox.Claim(t.Context(), notify.Claim{Channel: portal.SMS, Now: d.Clock(), N: 7, Lease: time.Minute})
				if err != nil {
					t.Error(err)
				}
				if len(claimed) == 0 {
					return
				}
				mu.Lock()
				for _, m := range claimed {
					claims[m.ID]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	// A worker that finds nothing stops, though another may have held what was left at that moment: what is left now is its.
	left, err := d.store.Outbox().Claim(t.Context(), notify.Claim{Channel: portal.SMS, Now: d.Clock(), N: messages, Lease: time.Minute})
	check.OK(t, err)
	for _, m := range left {
		claims[m.ID]++
	}
	for id, n := range claims {
		if n != 1 {
			t.Errorf("message %s was claimed %d times", id, n)
		}
	}
	if len(claims) != messages {
		t.Errorf("%d of %d messages were claimed", len(claims), messages)
	}
}

// unreadableMessage has one message whose key is gone, among others.
func unreadableMessage(t *testing.T, d *database) {
	d.add(t, d.message("first"))
	stranger := storetest.Open(t, store.Options{URL: d.url, Keys: storetest.Keys(t), Now: d.Clock})
	lost := d.message("lost")
	lost.Expires = lost.Expires.Add(-time.Second) // it would be claimed first, every time
	check.OK(t, stranger.Outbox().Add(t.Context(), lost))
	claimed, err := d.store.Outbox().Claim(t.Context(), notify.Claim{Channel: portal.SMS, Now: d.Clock(), N: 9, Lease: time.Minute})
	if err != nil || len(claimed) != 1 || claimed[0].ID != "first" || claimed[0].Text.Reveal() != "text first" {
		t.Fatalf("claimed %+v, %v; want the message that can be read", claimed, err)
	}
	d.Turn(2 * time.Minute)
	if claimed, err := stranger.Outbox().Claim(t.Context(), notify.Claim{Channel: portal.SMS, Now: d.Clock(), N: 9, Lease: time.Minute}); err != nil || len(claimed) != 0 {
		t.Errorf("the message that could not be read is still open: %+v, %v", claimed, err)
	}
}
