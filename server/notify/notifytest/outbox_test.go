package notifytest

import (
	"context"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/notify"
	"moncompte/server/portal"
)

func TestTheOutboxInMemoryKeepsTheContract(t *testing.T) {
	OutboxContract(t, func(t *testing.T) (notify.Outbox, func(notify.Message)) {
		o := new(Outbox)
		return o, func(m notify.Message) {
			check.OK(t, o.Add(context.Background(), m))
		}
	})
}

func TestARowThatEndedHoldsNoAddressAndNoContent(t *testing.T) {
	ends := map[string]func(*Outbox) error{
		"sent":    func(o *Outbox) error { return o.Sent(t.Context(), "a", "r", time.Now()) },
		"dropped": func(o *Outbox) error { return o.Drop(t.Context(), "a", notify.Refused, "r") },
		"expired": func(o *Outbox) error { _, err := o.Expire(t.Context(), time.Now().Add(time.Hour)); return err },
	}
	for name, end := range ends {
		o := new(Outbox)
		o.Add(t.Context(), notify.Message{ID: "a", To: keys.NewSecret("x"), Content: portal.Content{Text: keys.NewSecret("y")}})
		check.OK(t, end(o))
		row, ok := o.Row("a")
		if !ok || row.State == "open" || !row.To.IsZero() || !row.Text.IsZero() {
			t.Errorf("%s: %+v", name, row)
		}
	}
}
