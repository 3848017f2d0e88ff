package notifytest

import (
	"context"
	"testing"
	"time"

	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

// OutboxContract checks what the worker relies on. open returns an empty outbox and the function that adds a message to it; it is
// called once a subtest.
func OutboxContract(t *testing.T, open func(t *testing.T) (notify.Outbox, func(notify.Message))) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	message := func(id string, channel portal.Channel, age time.Duration) notify.Message {
		return notify.Message{ID: id, Channel: channel, To: keys.NewSecret("+33612345678"),
			Content: portal.Content{Subject: keys.NewSecret("s " + id), Text: keys.NewSecret("t " + id), HTML: keys.NewSecret("h " + id)},
			At:      now.Add(-age), Expires: now.Add(10 * time.Minute)}
	}
	claim := func(t *testing.T, o notify.Outbox, channel portal.Channel, at time.Time, n int) []notify.Message {
		t.Helper()
		claimed, err := o.Claim(context.Background(), channel, at, n, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return claimed
	}
	wantNone := func(t *testing.T, o notify.Outbox, at time.Time) {
		t.Helper()
		if claimed := claim(t, o, portal.SMS, at, 9); len(claimed) != 0 {
			t.Fatalf("claimed %d messages, want none", len(claimed))
		}
	}
	check := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	one := func(t *testing.T) notify.Outbox {
		t.Helper()
		o, add := open(t)
		add(message("a", portal.SMS, time.Second))
		if claimed := claim(t, o, portal.SMS, now, 9); len(claimed) != 1 {
			t.Fatalf("claimed %d messages, want 1", len(claimed))
		}
		return o
	}
	ctx := context.Background()

	t.Run("a claim is whole, of one channel, oldest first and of n at most", func(t *testing.T) {
		o, add := open(t)
		add(message("young", portal.SMS, time.Second))
		add(message("mail", portal.Email, time.Hour))
		add(message("old", portal.SMS, 3*time.Second))
		add(message("middle", portal.SMS, 2*time.Second))
		claimed := claim(t, o, portal.SMS, now, 2)
		if len(claimed) != 2 || claimed[0].ID != "old" || claimed[1].ID != "middle" {
			t.Fatalf("claimed %+v", claimed)
		}
		m, want := claimed[0], message("old", portal.SMS, 3*time.Second)
		if m.To.Reveal() != want.To.Reveal() || m.Subject.Reveal() != "s old" || m.Text.Reveal() != "t old" || m.HTML.Reveal() != "h old" ||
			m.Channel != portal.SMS || !m.At.Equal(want.At) || !m.Expires.Equal(want.Expires) || m.Attempts != 0 {
			t.Errorf("claimed %+v", m)
		}
	})
	t.Run("a leased message is not claimed until its lease is over", func(t *testing.T) {
		o := one(t)
		wantNone(t, o, now.Add(59*time.Second))
		if claimed := claim(t, o, portal.SMS, now.Add(61*time.Second), 9); len(claimed) != 1 || claimed[0].Attempts != 0 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("a message sent is closed for good", func(t *testing.T) {
		o := one(t)
		check(t, o.Sent(ctx, "a", "receipt", now))
		check(t, o.Retry(ctx, "a", now, "too late"))
		wantNone(t, o, now.Add(2*time.Minute))
	})
	t.Run("a message dropped is closed for good", func(t *testing.T) {
		o := one(t)
		check(t, o.Drop(ctx, "a", "refused"))
		check(t, o.Release(ctx, "a"))
		wantNone(t, o, now.Add(2*time.Minute))
	})
	t.Run("a retry comes at its time and counts", func(t *testing.T) {
		o := one(t)
		check(t, o.Retry(ctx, "a", now.Add(5*time.Second), "busy"))
		wantNone(t, o, now.Add(4*time.Second))
		if claimed := claim(t, o, portal.SMS, now.Add(5*time.Second), 9); len(claimed) != 1 || claimed[0].Attempts != 1 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("a release gives back at once and does not count", func(t *testing.T) {
		o := one(t)
		check(t, o.Release(ctx, "a"))
		if claimed := claim(t, o, portal.SMS, now, 9); len(claimed) != 1 || claimed[0].Attempts != 0 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("an expired message is never claimed, and erased by Expire, leased or not", func(t *testing.T) {
		o := one(t)
		end := now.Add(10 * time.Minute)
		wantNone(t, o, end)
		if n, err := o.Expire(ctx, end.Add(-time.Millisecond)); n != 0 || err != nil {
			t.Errorf("too early: %d, %v", n, err)
		}
		if n, err := o.Expire(ctx, end); n != 1 || err != nil {
			t.Errorf("Expire: %d, %v", n, err)
		}
		if n, err := o.Expire(ctx, end); n != 0 || err != nil {
			t.Errorf("twice: %d, %v", n, err)
		}
		wantNone(t, o, now.Add(2*time.Minute))
	})
}
