// Package notify sends the messages of the portal: codes and notices, by SMS and by e-mail.
//
// A message is a row of the outbox, written in the transaction that decided to send it. The Worker takes due rows, hands each to
// the Gateway of its channel and notes what became of it. Delivery is at least once: a message that was taken by the other side
// just before a crash goes out again, with the same ID, from which every gateway derives what lets the other side notice.
package notify

import (
	"context"
	"time"

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// Message is one row of the outbox.
type Message struct {
	ID             string // idempotence key: unique, the same over all attempts, says nothing about the person
	Channel        portal.Channel
	To             keys.Secret // E.164 number or e-mail address
	portal.Content             // erased from the outbox once sent, dropped or expired
	At             time.Time   // when it was written
	Expires        time.Time   // never sent from this moment on
	Attempts       int         // attempts that failed so far
}

// Gateway hands one message to the other side. A nil error means that the other side has taken responsibility for it; the
// receipt is its reference, empty when it gives none. An error is best a *Failure: any other is tried again, and logged by its
// type alone, since its text could quote an address. Send returns soon after ctx ends. It is called by several goroutines.
type Gateway interface {
	Send(ctx context.Context, m Message) (receipt string, err error)
}

// Outbox is the queue, as the worker needs it. Rows are independent: several instances of the portal may work on one outbox.
type Outbox interface {
	// Claim returns at most n messages of the channel that are due, not sent, not dropped, not expired at now and not leased by
	// another worker, oldest first, and leases them until now+lease: a worker that dies gives them back by doing nothing.
	Claim(ctx context.Context, channel portal.Channel, now time.Time, n int, lease time.Duration) ([]Message, error)
	// Sent closes a message that the other side took, and erases its address and content.
	Sent(ctx context.Context, id, receipt string, at time.Time) error
	// Retry ends the lease, counts one more attempt, and makes the message due at next.
	Retry(ctx context.Context, id string, next time.Time, reason string) error
	// Release ends the lease of a message that was not tried: due at once, no attempt counted.
	Release(ctx context.Context, id string) error
	// Drop gives a message up for good, and erases its address and content.
	Drop(ctx context.Context, id, reason string) error
	// Expire drops every open message whose time is over at now, claimed or not, and returns how many: a code that nobody could
	// send must not stay in the database.
	Expire(ctx context.Context, now time.Time) (int, error)
}
