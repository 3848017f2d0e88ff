package portal

import (
	"context"
	"slices"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// Recipient is an account that a code can be sent to.
type Recipient struct {
	Account AccountID // "" for nobody
	Addresses
}

// send puts the message with the code of a flow into the outbox. For nobody it puts a message there that is never sent, by
// the same statements.
func (r *Recovery) send(ctx context.Context, tx Tx, flow Flow, to Recipient, code keys.Secret, at time.Time) error {
	limits := r.sendLimits(flow.Identifier)
	buckets, err := tx.LockBuckets(ctx, at, limits[:]...)
	if err != nil {
		return err
	}
	plan := planSend(flow.Asked, to, r.Reach, limits, buckets, at)
	asked := flow.Asked
	if flow.Purpose == Second {
		// Who reads the page of a second step has given the right pair, so that it may say where the code went, and that none can go.
		if plan.void {
			return Throttled(untilFree(to, r.Reach, limits, buckets, at))
		}
		if asked = plan.channel; asked != flow.Asked {
			if err := tx.SentBy(ctx, flow.Ref, asked); err != nil {
				return err
			}
		}
	}
	if err := tx.SaveBuckets(ctx, at, limits[:], plan.buckets); err != nil {
		return err
	}
	return tx.AddMessage(ctx, Message{
		Flow:    flow.Ref,
		Channel: plan.channel,
		To:      to.To(plan.channel),
		Content: r.Reach.Composer.Code(plan.channel, asked, code, flow.Purpose, CodeLife),
		At:      at,
		Expires: flow.Expires,
		Void:    plan.void,
	})
}

// sendLimits are what messages with a code count against: the identifier's SMS, its e-mails, and the SMS of the service.
func (r *Recovery) sendLimits(n nir.Number) [3]Subject {
	budget := r.SMSBudget
	if budget == 0 {
		budget = defaultSMSBudget
	}
	who := n.Canonical()
	return [3]Subject{
		{Kind: bySMS, Value: who, Limit: smsDayLimit},
		{Kind: byEmail, Value: who, Limit: emailDayLimit},
		{Kind: byService, Limit: Limit{PerWindow: budget, Window: time.Hour}},
	}
}

// untilFree is how long it takes until a message can go to one of the addresses, a second at least.
func untilFree(to Recipient, reach *Reach, limits [3]Subject, buckets []Bucket, at time.Time) time.Duration {
	wait := func(i int) time.Duration {
		return max(limits[i].Limit.Wait(buckets[i], at), time.Second)
	}
	sms, email := max(wait(0), wait(2)), wait(1)
	switch {
	case !reach.usable(SMS, to.Phone):
		return email
	case !reach.usable(Email, to.Email):
		return sms
	}
	return min(sms, email)
}

// sendPlan is the way of one message with a code.
type sendPlan struct {
	channel Channel
	void    bool     // it is never sent: there is nobody, or no way
	buckets []Bucket // as the message leaves them
}

// planSend chooses the channel that was asked for or, where that one is not on file or over its limit, the other one. For nobody
// it chooses what it would for somebody with both addresses, so that the limits count alike for everybody.
func planSend(asked Channel, to Recipient, reach *Reach, limits [3]Subject, buckets []Bucket, at time.Time) sendPlan {
	nobody := to.Account == ""
	free := func(i int) bool {
		return limits[i].Limit.Wait(buckets[i], at) == 0
	}
	on := func(c Channel) bool { return nobody && reach.offered(c) || reach.usable(c, to.To(c)) }
	possible := map[Channel]bool{
		SMS:   on(SMS) && free(0) && free(2),
		Email: on(Email) && free(1),
	}
	channel := asked
	if !possible[channel] && possible[channel.Other()] {
		channel = channel.Other()
	}
	buckets = slices.Clone(buckets)
	count := func(i int) { buckets[i] = limits[i].Limit.Count(buckets[i], at) }
	switch {
	case !possible[channel]:
	case channel == Email:
		count(1)
	default:
		count(0)
		if !nobody {
			count(2) // messages to nobody cost nothing: made-up identifiers must not use up the budget of the service
		}
	}
	return sendPlan{channel, nobody || !possible[channel], buckets}
}
