package notifytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
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
			At:      now.Add(-age), Expires: now.Add(10*time.Minute - age)}
	}
	ctx := context.Background()
	claim := func(t *testing.T, o notify.Outbox, channel portal.Channel, at time.Time, n int) []notify.Message {
		t.Helper()
		claimed, err := o.Claim(context.Background(), notify.Claim{Channel: channel, Now: at, N: n, Lease: time.Minute, Usual: 2 * time.Second})
		check.OK(t, err)
		return claimed
	}
	wantNone := func(t *testing.T, o notify.Outbox, at time.Time) {
		t.Helper()
		if claimed := claim(t, o, portal.SMS, at, 9); len(claimed) != 0 {
			t.Fatalf("claimed %d messages, want none", len(claimed))
		}
	}
	// expire returns how many messages expired, and checks that they are the SMS that they are.
	expire := func(t *testing.T, o notify.Outbox, at time.Time, fate notify.Fate) (n int) {
		t.Helper()
		ended, err := o.Expire(ctx, at)
		check.OK(t, err)
		for _, e := range ended {
			n += e.Count
			if e.Channel != portal.SMS || e.Fate != fate {
				t.Errorf("expired: %+v, want %s", e, fate)
			}
		}
		return n
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
		check.OK(t, o.Sent(ctx, "a", "receipt", now))
		check.OK(t, o.Retry(ctx, "a", now, "too late", notify.NotHanded))
		wantNone(t, o, now.Add(2*time.Minute))
	})
	t.Run("a report finds its message by its receipt, once it is sent", func(t *testing.T) {
		o := one(t)
		report := func(want bool, receipts ...string) {
			t.Helper()
			if found, err := o.Report(ctx, receipts, "delivered"); found != want || err != nil {
				t.Errorf("%q: %v, %v", receipts, found, err)
			}
		}
		report(false, "")
		report(false, "1f")
		check.OK(t, o.Sent(ctx, "a", "1f", now))
		report(true, "31", "1f")
		report(false, "32", "20")
	})
	t.Run("a message dropped is closed for good", func(t *testing.T) {
		o := one(t)
		check.OK(t, o.Drop(ctx, "a", notify.Refused, "refused"))
		check.OK(t, o.Release(ctx, "a", now, "", notify.NotHanded))
		wantNone(t, o, now.Add(2*time.Minute))
	})
	t.Run("a retry comes at its time and counts", func(t *testing.T) {
		o := one(t)
		check.OK(t, o.Retry(ctx, "a", now.Add(5*time.Second), "busy", notify.NotHanded))
		wantNone(t, o, now.Add(4*time.Second))
		if claimed := claim(t, o, portal.SMS, now.Add(5*time.Second), 9); len(claimed) != 1 || claimed[0].Attempts != 1 || claimed[0].Tries != 1 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("a release gives back at once and does not count", func(t *testing.T) {
		o := one(t)
		check.OK(t, o.Release(ctx, "a", now, "", notify.NotHanded))
		if claimed := claim(t, o, portal.SMS, now, 9); len(claimed) != 1 || claimed[0].Attempts != 0 || claimed[0].Tries != 0 {
			t.Errorf("claimed %+v", claimed)
		}
		check.OK(t, o.Release(ctx, "a", now, "away", notify.NotHanded)) // it was tried, and did not wait by itself
		if claimed := claim(t, o, portal.SMS, now, 9); len(claimed) != 1 || claimed[0].Attempts != 0 || claimed[0].Tries != 1 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("after a gateway that is away asks first who was not released, then who was released longest ago", func(t *testing.T) {
		o, add := open(t)
		for i, id := range []string{"a", "b", "c"} {
			add(message(id, portal.SMS, time.Duration(30-i)*time.Second))
		}
		probe := func(at time.Time, want string) {
			t.Helper()
			claimed, err := o.Claim(ctx, notify.Claim{Channel: portal.SMS, Now: at, N: 1, Lease: time.Minute, Probe: true})
			check.OK(t, err)
			if len(claimed) != 1 || claimed[0].ID != want {
				t.Fatalf("claimed %+v, want %s", claimed, want)
			}
		}
		for i, want := range []string{"a", "b", "c", "a", "b", "c"} {
			at := now.Add(time.Duration(i) * time.Second)
			probe(at, want)
			check.OK(t, o.Release(ctx, want, at, "away", notify.NotHanded))
		}
		add(message("d", portal.SMS, 0))
		probe(now.Add(6*time.Second), "d")
		if claimed := claim(t, o, portal.SMS, now.Add(7*time.Second), 1); len(claimed) != 1 || claimed[0].ID != "a" {
			t.Errorf("the gateway is there, and first goes %+v", claimed)
		}
	})
	t.Run("a message that was refused whole asks more and more rarely, and goes once the gateway is there", func(t *testing.T) {
		o, add := open(t)
		add(message("a", portal.SMS, 0))
		probes := 0
		for at := now; at.Before(now.Add(8 * time.Minute)); at = at.Add(time.Second) {
			claimed, err := o.Claim(ctx, notify.Claim{Channel: portal.SMS, Now: at, N: 1, Lease: time.Minute, Probe: true})
			check.OK(t, err)
			if len(claimed) == 1 {
				if claimed[0].Handed != probes || claimed[0].Copies != 0 {
					t.Fatalf("%d probes, claimed %+v", probes, claimed)
				}
				probes++
				check.OK(t, o.Release(ctx, "a", at, "away", notify.Handed))
			}
		}
		if probes != 18 {
			t.Errorf("%d probes in eight minutes", probes)
		}
		if claimed := claim(t, o, portal.SMS, now.Add(8*time.Minute), 9); len(claimed) != 1 {
			t.Errorf("the gateway is there, and %d go", len(claimed))
		}
		check.OK(t, o.Retry(ctx, "a", now.Add(8*time.Minute), "busy", notify.Handed))
		if claimed := claim(t, o, portal.SMS, now.Add(8*time.Minute), 9); len(claimed) != 1 || claimed[0].Handed != probes+1 || claimed[0].Copies != 0 {
			t.Errorf("claimed %+v", claimed)
		}
	})
	t.Run("codes that help go first, then those with time to spare, then notices", func(t *testing.T) {
		o, add := open(t)
		put := func(id string, left time.Duration, notice bool) {
			m := message(id, portal.SMS, 0)
			m.Expires, m.Notice = now.Add(left), notice
			add(m)
		}
		put("notice", 72*time.Hour, true)
		put("older notice", 71*time.Hour, true)
		put("3 min", 3*time.Minute, false)
		put("4 min", 4*time.Minute, false)
		put("10 min", 10*time.Minute, false)
		put("5 min 2 s", 5*time.Minute+2*time.Second, false)
		put("5 min 1 s", 5*time.Minute+time.Second, false) // an attempt takes 2 s
		put("1 min 2 s", time.Minute+2*time.Second, false)
		put("1 min 1 s", time.Minute+time.Second, false)
		var order []string
		for _, m := range claim(t, o, portal.SMS, now, 9) {
			order = append(order, m.ID)
			if m.Notice != strings.HasSuffix(m.ID, "notice") {
				t.Errorf("%s: notice %v", m.ID, m.Notice)
			}
		}
		want := []string{"5 min 2 s", "10 min", "5 min 1 s", "4 min", "3 min", "1 min 2 s", "older notice", "notice"}
		if !slices.Equal(order, want) {
			t.Errorf("claimed %q, want %q", order, want)
		}
	})
	t.Run("a code in its last minute is given up, unless somebody is sending it; a notice is not", func(t *testing.T) {
		o := one(t)
		last := now.Add(9*time.Minute - time.Second)
		wantNone(t, o, last.Add(-time.Second)) // an attempt takes 2 s
		check.OK(t, o.Hold(ctx, []string{"a"}, last.Add(time.Hour)))
		if n := expire(t, o, last.Add(time.Second), notify.Dropped); n != 0 {
			t.Errorf("under way: %d", n)
		}
		check.OK(t, o.Release(ctx, "a", now, "gateway away", notify.NotHanded))
		if n := expire(t, o, last, notify.Dropped); n != 0 {
			t.Errorf("too early: %d", n)
		}
		if n := expire(t, o, last.Add(time.Millisecond), notify.Dropped); n != 1 {
			t.Errorf("in its last minute: %d", n)
		}
	})
	t.Run("a hold prolongs a lease, and makes none", func(t *testing.T) {
		o := one(t)
		check.OK(t, o.Hold(ctx, []string{"a", "none"}, now.Add(2*time.Minute)))
		wantNone(t, o, now.Add(119*time.Second))
		check.OK(t, o.Retry(ctx, "a", now.Add(time.Second), "busy", notify.NotHanded))
		check.OK(t, o.Hold(ctx, []string{"a"}, now.Add(time.Hour)))
		if claimed := claim(t, o, portal.SMS, now.Add(2*time.Second), 9); len(claimed) != 1 {
			t.Errorf("claimed %d messages", len(claimed))
		}
	})
	for _, notice := range []bool{false, true} {
		t.Run(fmt.Sprintf("a message is handed over so many times at most, notice: %v", notice), func(t *testing.T) {
			o, add := open(t)
			m := message("a", portal.SMS, 0)
			m.Notice, m.Expires = notice, now.Add(72*time.Hour)
			add(m)
			at := now
			for copies := range notify.MostCopies(notice) {
				// What was not looked at is no copy.
				for _, undo := range []func() error{
					func() error { return o.Release(ctx, "a", now, "", notify.NotHanded) }, func() error { return o.Retry(ctx, "a", at, "busy", notify.NotHanded) },
				} {
					if claimed := claim(t, o, portal.SMS, at, 9); len(claimed) != 1 || claimed[0].Copies != copies {
						t.Fatalf("claimed %+v, want %d copies", claimed, copies)
					}
					check.OK(t, undo())
				}
				claim(t, o, portal.SMS, at, 9) // and the worker dies
				if copies%2 == 0 {             // or does not know
					check.OK(t, o.Retry(ctx, "a", at, "no answer", notify.Copied))
				}
				at = at.Add(2 * time.Minute)
			}
			wantNone(t, o, at)
			if n := expire(t, o, at, notify.Uncertain); n != 1 {
				t.Errorf("Expire: %d", n)
			}
		})
	}
	t.Run("an expired message is never claimed, and erased by Expire, leased or not", func(t *testing.T) {
		o := one(t)
		end := now.Add(10*time.Minute - time.Second)
		check.OK(t, o.Hold(ctx, []string{"a"}, end.Add(time.Hour)))
		wantNone(t, o, end)
		if n := expire(t, o, end.Add(-time.Millisecond), notify.Uncertain); n != 0 {
			t.Errorf("too early: %d", n)
		}
		if n := expire(t, o, end, notify.Uncertain); n != 1 {
			t.Errorf("Expire: %d", n)
		}
		if n := expire(t, o, end, notify.Uncertain); n != 0 {
			t.Errorf("twice: %d", n)
		}
		wantNone(t, o, now.Add(2*time.Minute))
	})
}
