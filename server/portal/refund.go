package portal

import "context"

// Untaken is what no gateway took of the SMS with codes since the beginning of an hour.
type Untaken struct {
	All    int
	Others int // of those among them that strangers asked for
}

// judged is of how many of a share's newest messages it is asked whether a gateway took them: what counts against a whole day.
const judged = 5

// judgedOfSource is the same of an address, once it has used up its share.
const judgedOfSource = 20

// paid is the bucket without the messages that were counted while no gateway took any by that channel: nobody pays for those. It looks
// at the channel and never at the number's own messages, so that a stranger sees the same of an identifier without an account.
// What shows all the same is an address that is refused for good, in ten minutes in which no other message left by its channel.
func paid(ctx context.Context, r Reads, c Channel, b Bucket, judged int) (Bucket, error) {
	recent := b.Recent
	for _, t := range recent[max(0, len(recent)-judged):] {
		failed, err := r.NoneTaken(ctx, c, t, t.Add(CodeLife))
		if err != nil {
			return Bucket{}, err
		}
		if failed {
			b = Limit{}.Forgive(b, t)
		}
	}
	return b, nil
}

// paidSends is paid for the two channels of sendShare.limits.
func paidSends(ctx context.Context, r Reads, buckets []Bucket) (left []Bucket, err error) {
	left = make([]Bucket, len(buckets))
	for i, c := range []Channel{SMS, Email} {
		if left[i], err = paid(ctx, r, c, buckets[i], judged); err != nil {
			return nil, err
		}
	}
	return left, nil
}
