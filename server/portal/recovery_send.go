package portal

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// Recipient is an account that a code can be sent to.
type Recipient struct {
	Account AccountID // "" for nobody
	Addresses
	Initial string    // of a given name, a letter from A to Z; "" when there is none
	Refused []Channel // by which the last message to the account came to nothing for good
}

// The messages that may be asked for with one number, by each of its two channels: a message with its repetitions at once, and then
// one every 15 minutes, so that nobody waits longer, and SMS five a day. Strangers have one share and the browsers that are known for
// the number another: no stranger uses that one up.
var (
	smsLimit   = Limit{PerWindow: 5, Window: 24 * time.Hour, Burst: MostSends, Every: 15 * time.Minute}
	emailLimit = Limit{Window: 24 * time.Hour, Burst: MostSends, Every: 15 * time.Minute}
)

// sendShare is whose messages to a number are counted together. What strangers ask for closes nobody else's.
type sendShare struct {
	word, name string // kept with what is counted, and told to operators
	has        func(Flow) bool
}

// sendShares are all of them; a flow has the first that it fits, and strangers have the last.
var sendShares = []sendShare{
	{"contact ", "new addresses", func(f Flow) bool { return f.Purpose == Contact }}, // whoever is signed in, after a proof
	{"confirm ", "who is signed in", func(f Flow) bool { return f.Purpose == Confirmation }},
	{"disowned ", "who disowned a notice", func(f Flow) bool { return f.Disowned }}, // it went to the account's own addresses
	{"first ", "right pairs, a code first", func(f Flow) bool { return f.First() && f.Account != "" }},
	{"first, nobody ", "wrong pairs, a code first", func(f Flow) bool { return f.First() }}, // never sent
	{"known ", "known browsers", func(f Flow) bool { return f.Known }},
	{"pair ", "right pairs", func(f Flow) bool { return f.Pair.Epoch != 0 }},
	newBrowsers,
	{"", "strangers", func(Flow) bool { return true }},
}

// index is where what counts for the channel stands in limits.
func (c Channel) index() int {
	if c == Email {
		return 1
	}
	return 0
}

func sendShareOf(f Flow) sendShare {
	return sendShares[slices.IndexFunc(sendShares, func(s sendShare) bool { return s.has(f) })]
}

// limits are what a message of the share counts against: the SMS of the number, and its e-mails.
func (s sendShare) limits(n nir.Number) [2]Subject {
	who := s.word + n.Canonical()
	return [2]Subject{{Kind: bySMS, Value: who, Limit: smsLimit}, {Kind: byEmail, Value: who, Limit: emailLimit}}
}

// plan chooses the way of the flow's next message and counts it. It returns an *Error with KindThrottled and Paced when it is too
// early for one; choose lets it count against the other channel instead of waiting.
func (r *Recovery) plan(ctx context.Context, tx Tx, flow Flow, to Recipient, choose bool, at time.Time) (sendPlan, error) {
	if flow.Purpose == Contact {
		if _, err := count(ctx, tx, at, newAddress(flow)); err != nil {
			return sendPlan{}, err
		}
	}
	share := sendShareOf(flow)
	limits := share.limits(flow.Identifier)
	buckets, err := tx.LockBuckets(ctx, at, limits[:]...)
	if err != nil {
		return sendPlan{}, err
	}
	left := buckets
	if !flow.First() { // as much is looked up whatever was counted: that of a right pair must not show
		if left, err = paidSends(ctx, tx, buckets); err != nil {
			return sendPlan{}, err
		}
	}
	first := flow.Asked == SMS && len(smsLimit.recent(left[0], at)) == 0 // what was asked for as an e-mail counts against no source
	open, others, err := r.smsOpen(ctx, tx, share.word != "" || first, at)
	if err != nil {
		return sendPlan{}, err
	}
	plan := planSend(flow.Asked, choose, to, r.Reach, open, limits, left, at)
	plan.others = others
	if plan.wait > 0 && flow.First() { // nobody is told
		plan.wait, plan.channel, plan.void = 0, plan.slot, true
		return plan, errors.Join(tx.SaveBuckets(ctx, at, limits[:], buckets), r.countSMS(ctx, tx, others, 0, at))
	}
	if plan.wait > 0 {
		return plan, &Error{Kind: KindThrottled, Message: "too early for another message", Wait: plan.wait, Paced: true}
	}
	counted := plan.slot.index()
	// What is given back to one channel brings nobody more messages by the other.
	if plan.channel != plan.slot && limits[counted].Limit.Wait(buckets[counted], at) > 0 {
		plan.void = true
	}
	// An SMS is one whatever was asked for: a phone that is an account's only address rings no more often for it.
	if plan.channel == SMS && smsLimit.Wait(left[counted], at) > 0 {
		plan.void = true
	}
	buckets[counted] = limits[counted].Limit.Count(buckets[counted], at)
	if flow.Proven() { // its page may say where the code went, and that none can go
		if plan.void {
			return plan, Throttled(emailLimit.Every)
		}
		plan.slot = plan.channel
	}
	if err := tx.SaveBuckets(ctx, at, limits[:], buckets); err != nil {
		return plan, err
	}
	n := 0
	if plan.channel == SMS && !plan.void {
		n = 1 // messages to nobody cost nothing: made-up identifiers must not use up the budget of the service
	}
	return plan, r.countSMS(ctx, tx, others, n, at)
}

// post puts the message with the code of a flow into the outbox. For nobody it puts a message there that is never sent, by the same
// statements.
func (r *Recovery) post(ctx context.Context, tx Tx, flow Flow, to Recipient, plan sendPlan, code keys.Secret, at time.Time) error {
	return tx.AddMessage(ctx, Message{
		Flow:    flow.Ref,
		Channel: plan.channel,
		To:      to.To(plan.channel),
		Content: r.Reach.Composer.Code(plan.channel, flow.Asked, code, flow.Purpose, flow.Expires, whose(to, flow.Identifier)),
		At:      at,
		Expires: flow.Expires,
		Void:    plan.void,
		Others:  plan.others,
	})
}

// whose is as much of an account as tells its owner from somebody else who reads the same address, and names nobody.
func whose(to Recipient, n nir.Number) string {
	if to.Account == "" {
		return ""
	}
	return strings.TrimSpace(to.Initial + " " + EndOf(n))
}

// EndOf are the last two signs of a number, "" of the zero one.
func EndOf(n nir.Number) string {
	number := n.Canonical()
	return number[max(0, len(number)-2):]
}

// sendPlan is the way of one message with a code.
type sendPlan struct {
	slot    Channel       // what it counts against, and what the page says: the same for everybody
	channel Channel       // by which it goes
	void    bool          // it is never sent: there is nobody, or no way
	others  bool          // as an SMS it counts against the strangers' part of the service's
	wait    time.Duration // above zero: it is too early, and nothing is counted
}

// planSend chooses what a message counts against by what was counted alone, so that strangers see nothing of an account: the channel
// that was asked for or, when choose is set and that one is used up, the other one. Within that it goes by this channel or, where the
// account cannot be reached by it, by the other. open tells whether the service has SMS left for it.
func planSend(asked Channel, choose bool, to Recipient, reach *Reach, open bool, limits [2]Subject, buckets []Bucket, at time.Time) sendPlan {
	wait := func(c Channel) time.Duration { return limits[c.index()].Limit.Wait(buckets[c.index()], at) }
	free := func(c Channel) bool { return reach.offered(c) && (c != SMS || open) && wait(c) == 0 }
	slot := asked
	if choose && !free(slot) && free(slot.Other()) {
		slot = slot.Other()
	}
	if w := wait(slot); w > 0 {
		if other := slot.Other(); choose && reach.offered(other) {
			w = min(w, max(wait(other), time.Second))
		}
		return sendPlan{slot: slot, wait: w}
	}
	nobody := to.Account == ""
	possible := func(c Channel) bool {
		return (c != SMS || open) && (nobody && reach.offered(c) || reach.usable(c, to.To(c)))
	}
	// An address that was refused for good is the last resort.
	well := func(c Channel) bool { return possible(c) && !slices.Contains(to.Refused, c) }
	channel := slot
	if !well(channel) && (well(channel.Other()) || !possible(channel) && possible(channel.Other())) {
		channel = channel.Other()
	}
	return sendPlan{slot: slot, channel: channel, void: nobody || !possible(channel)}
}

// SendCount is what was asked for with a number, and how long until the next message may go.
type SendCount struct {
	What string
	Sent int
	Wait time.Duration
}

// Sends returns what counts against the messages to a number: each share by who has it.
func Sends(ctx context.Context, r Reads, n nir.Number, at time.Time) (counts []SendCount, err error) {
	for _, share := range slices.Backward(sendShares) {
		limits := share.limits(n)
		for i, what := range []string{"SMS", "e-mails"} {
			bucket, err := r.Bucket(ctx, limits[i])
			if err != nil {
				return nil, err
			}
			limit := limits[i].Limit
			if bucket, err = paid(ctx, r, []Channel{SMS, Email}[i], bucket, judged); err != nil {
				return nil, err
			}
			counts = append(counts, SendCount{what + " for " + share.name, len(limit.recent(bucket, at)), limit.Wait(bucket, at)})
		}
	}
	return counts, nil
}
