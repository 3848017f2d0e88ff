package portal

import (
	"context"
	"errors"
	"net/netip"
	"time"
)

// What is counted of the service's SMS in an hour: all of them, and those that nothing speaks for.
const (
	smsSent   Tally = "sms"
	smsOthers Tally = "sms, others"
)

const defaultSMSBudget = 1000 // an hour, for the whole service

// SMSBudgetUsed returns how many SMS with codes the service has sent in this hour.
func SMSBudgetUsed(ctx context.Context, r Reads, at time.Time) (int, error) {
	all, _, err := smsSpent(ctx, r, at)
	return all, err
}

// smsSpent returns how many SMS count against this hour, and how many of them against the part of strangers: those that no gateway took
// cost nothing.
func smsSpent(ctx context.Context, r Reads, at time.Time) (all, others int, err error) {
	all, err1 := r.Tallied(ctx, smsSent, at)
	others, err2 := r.Tallied(ctx, smsOthers, at)
	back, err3 := r.UntakenSMS(ctx, at)
	return max(all-back.All, 0), max(others-back.Others, 0), errors.Join(err1, err2, err3)
}

func (r *Recovery) budget() int {
	if r.SMSBudget == 0 {
		return defaultSMSBudget
	}
	return r.SMSBudget
}

// smsOpen tells whether the service has an SMS left for a message. Half of the budget is kept for the favoured: known browsers, and
// numbers that none was asked for today. So many may ask at once that some more can go than there are.
func (r *Recovery) smsOpen(ctx context.Context, tx Tx, favoured bool, at time.Time) (open, others bool, err error) {
	all, rest, err := smsSpent(ctx, tx, at)
	if err != nil {
		return false, false, err
	}
	open = all < r.budget() && (favoured || rest < max(r.budget()/2, 1))
	if all >= r.budget() && r.alarm.Due(at) {
		r.log().ErrorContext(ctx, "no SMS left in this hour: codes go by e-mail, and not at all to whoever has none", "event", "alarm", "budget", r.budget())
	}
	return open, !favoured, nil
}

// countSMS counts n SMS of the service, also none: strangers must see no difference.
func (r *Recovery) countSMS(ctx context.Context, tx Tx, others bool, n int, at time.Time) error {
	if err := tx.AddTally(ctx, smsSent, at, n); err != nil {
		return err
	}
	if !others {
		n = 0
	}
	return tx.AddTally(ctx, smsOthers, at, n)
}

// smsSource is what the SMS that one address asks for count against: in a quarter of an hour a hundredth of the service's hour, of a whole
// network of IPv6 a tenth. Whoever shares the address waits no longer than that. Whoever has used them up is told so, and may
// choose the e-mail. A known browser, who is signed in and who has disowned a notice have counts of their own.
func (r *Recovery) smsSource(f Flow, a netip.Addr) []Subject {
	if f.Asked != SMS || f.Known || f.Disowned || f.inside() {
		return nil
	}
	return fromAddress(bySMSAddress, a, Limit{PerWindow: max(r.budget()/100, 2), Window: 15 * time.Minute})
}

// reserveSMS counts the SMS that is asked for against where it is asked from, within a unit of work, or returns an *Error with
// KindThrottled and Paced.
func (r *Recovery) reserveSMS(ctx context.Context, tx Tx, f Flow, from netip.Addr, at time.Time) error {
	source := r.smsSource(f, from)
	if len(source) == 0 {
		return nil
	}
	buckets, err := tx.LockBuckets(ctx, at, source...)
	if err != nil {
		return err
	}
	counted, err := countAttempt(at, source, buckets)
	if err != nil { // what no gateway took is given back, when it is wanted
		left := make([]Bucket, len(buckets))
		for i, b := range buckets {
			if left[i], err = paid(ctx, tx, SMS, b, judgedOfSource); err != nil {
				return err
			}
		}
		counted, err = countAttempt(at, source, left)
	}
	if refused, ok := errors.AsType[*Error](err); ok {
		refused.Paced, refused.Other = true, r.Reach.offered(f.Asked.Other())
	}
	if err != nil {
		return err
	}
	return tx.SaveBuckets(ctx, at, source, counted)
}
