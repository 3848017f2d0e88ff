// Package notify sends the messages of the portal: codes and notices, by SMS and by e-mail.
//
// A message is a row of the outbox, written in the transaction that decided to send it. The Worker takes due rows, hands each to
// the Gateway of its channel and notes what became of it. An attempt that was handed over whole and not answered for, or begun by a
// process that died, is a copy that may have arrived: a message is handed over at most MostCopies times, always with the same ID,
// from which every gateway derives what lets the other side notice.
package notify

import (
	"context"
	"slices"
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
	Notice         bool        // news that can wait for days, and no code
	Tries          int         // attempts so far
	Attempts       int         // of them, those after which it waited by itself
	Copies         int         // attempts so far that the other side may have taken
	Handed         int         // attempts so far that were refused when the other side had the whole message
}

// Handover is how far an attempt came that brought nothing.
type Handover uint8

const (
	NotHanded Handover = iota // the other side has not seen the whole message
	Handed                    // it refused the message when it had seen it whole
	Copied                    // it may have taken the message
)

// MostCopies is how many times a message may be handed over.
func MostCopies(notice bool) int {
	if notice {
		return 3
	}
	return 2
}

// mostAttempts is how many refusals of the moment a message outlives. Those of the gateway or of our account do not count.
func mostAttempts(notice bool) int {
	if notice {
		return 100
	}
	return 20
}

const (
	// codeNeeds is the life that a code must have left when it is taken: reading and typing it takes a minute.
	codeNeeds = time.Minute
	// codeHelps is the life with which a code serves whoever waits for it.
	codeHelps = 5 * time.Minute
)

// Gateway hands one message to the other side. A nil error means that the other side has taken responsibility for it; the
// receipt is its reference, empty when it gives none. An error is best a *Failure: any other is tried again, and not quoted
// in the log, since its text could hold an address. Send returns soon after ctx ends. It is called by several goroutines.
type Gateway interface {
	Send(ctx context.Context, m Message) (receipt string, err error)
}

// Limited is a Gateway that says how fast it may be asked.
type Limited interface{ Limits() Limits }

// Bound is a Gateway that needs a bind before it can take anything. Nothing is claimed for one that has none: another instance may
// hold the one bind that the account allows.
type Bound interface {
	// Bind makes sure of it. Its error is best a *Failure.
	Bind(ctx context.Context) error
}

// Claim says which messages are wanted.
type Claim struct {
	Channel portal.Channel
	Now     time.Time
	N       int           // at most
	Lease   time.Duration // how long nobody else gets them
	Usual   time.Duration // what an attempt takes
	Probe   bool          // the gateway is away: what is claimed asks after it
}

// ProbeStep makes the pauses between two probes by a message that the gateway refused when it had it whole: it is so old when it may
// ask again as so many steps as the square of its refusals. Who delivers what they refuse then has mostAttempts to deliver.
func ProbeStep(notice bool) time.Duration {
	if notice {
		return 27 * time.Second
	}
	return 1500 * time.Millisecond
}

// MayProbe tells whether m may ask after a gateway that is away.
func (c Claim) MayProbe(m Message) bool {
	return c.Now.Sub(m.At) >= time.Duration(m.Handed*m.Handed)*ProbeStep(m.Notice)
}

// Useful is the least end of life of a code that helps.
func (c Claim) Useful() time.Time { return c.Now.Add(codeHelps + c.Usual) }

// Least is the least end of life of a code that may still be sent.
func (c Claim) Least() time.Time { return c.Now.Add(codeNeeds + c.Usual) }

// Sort puts messages in the order of Outbox.Claim.
func (c Claim) Sort(messages []Message) []Message {
	slices.SortStableFunc(messages, func(a, b Message) int {
		rank := c.rank(a)
		switch by := rank - c.rank(b); {
		case by != 0:
			return by
		case rank == 1:
			return b.Expires.Compare(a.Expires)
		}
		return a.Expires.Compare(b.Expires)
	})
	return messages
}

func (c Claim) rank(m Message) int {
	switch {
	case m.Notice:
		return 2
	case m.Expires.Before(c.Useful()):
		return 1
	}
	return 0
}

// LastMinute is the least end of life of a code that Expire leaves.
func LastMinute(now time.Time) time.Time { return now.Add(codeNeeds) }

// Fate is how a message ended that was not sent.
type Fate string

const (
	Dropped   Fate = "dropped"   // its time was over, or its attempts
	Refused   Fate = "refused"   // for good: the number or the address is none
	Uncertain Fate = "uncertain" // handed over and not answered for, once at least, and never taken
)

// ends is how m ends that is not sent: what one attempt may have brought is not undone by the refusal of another.
func (m Message) ends(fate Fate) Fate {
	if m.Copies > 0 {
		return Uncertain
	}
	return fate
}

// Expired is how many messages of a channel ended in one way for want of time.
type Expired struct {
	Channel portal.Channel
	Fate    Fate // Dropped or Uncertain
	Count   int
}

// Outbox is the queue, as the worker needs it. Rows are independent: several instances of the portal may work on one outbox.
type Outbox interface {
	// Claim returns messages that are due, open, not leased, not expired, and not handed over as often as they may be, and counts
	// one copy more of each: a worker that dies has perhaps sent it. In this order: codes with a Useful end of life, the one that
	// ends first first; other codes from Least on, the one that ends last first; notices, the oldest first. Of all orders it brings
	// most codes to people while they wait, as order_test.go shows; when there are more than can leave, those lose who asked first.
	// Probes are those that MayProbe: first who was not released yet, then who was released longest ago, so that one message that the
	// gateway refuses as it would refuse everybody's does not stand before the others.
	Claim(ctx context.Context, c Claim) ([]Message, error)
	// Hold prolongs the leases of messages that this worker has claimed.
	Hold(ctx context.Context, ids []string, until time.Time) error
	// Sent closes a message that the other side took, and erases its address and content.
	Sent(ctx context.Context, id, receipt string, at time.Time) error
	// Report notes what the gateway says of a message that it took, by the first of its receipts that is known; false when
	// none is.
	Report(ctx context.Context, receipts []string, report string) (found bool, err error)
	// Retry ends the lease, counts one more refusal, and makes the message due at next. The copy is taken back unless the
	// attempt may have been one.
	Retry(ctx context.Context, id string, next time.Time, reason string, h Handover) error
	// Release ends the lease of a message that waits for the gateway: due from now on, no refusal and no copy counted. An empty
	// reason leaves the last one, and the time too: nobody was asked.
	Release(ctx context.Context, id string, now time.Time, reason string, h Handover) error
	// Drop gives a message up for good, and erases its address and content.
	Drop(ctx context.Context, id string, fate Fate, reason string) error
	// Expire drops every open message that can no longer be sent: expired, claimed or not; a code that nobody is sending with
	// less than a minute to live; one that nobody is sending and that has no copy left. It returns how many, by
	// channel and fate: a code that nobody could send must not stay in the database.
	Expire(ctx context.Context, now time.Time) ([]Expired, error)
}
