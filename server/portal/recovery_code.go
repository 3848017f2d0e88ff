package portal

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"time"

	"moncompte/server/keys"
)

// Tried is a try that was counted, and what a code is compared with once the count is on the disk.
type Tried struct {
	Tries      int // this one included
	Expires    time.Time
	MAC        []byte // of the flow's code, by CodeMAC
	KeyVersion int
}

// CodeResult is what became of a try.
type CodeResult uint8

const (
	CodeRight   CodeResult = iota + 1
	CodeWrong              // and tries are left
	CodeExpired            // right or wrong: its time is over
	CodeUsedUp             // no tries are left
)

// codeMAC keeps the MACs of codes apart from all others.
const codeMAC = "code"

// CodeMAC is what is kept of a code to compare with: it is of no use in another flow. It is made with the current key.
func CodeMAC(ring *keys.Ring, flow FlowRef, code keys.Secret) (mac []byte, version int) {
	ring = ring.Snapshot()
	return ring.MAC(codeMAC, flow, []byte(code.Reveal())), ring.Current()
}

// Resend sends the same code again, so that a message that comes late still works. It returns an *Error with KindThrottled
// and Wait when it comes too early, one with KindThrottled and ForGood when there are no more sends, and ErrNoFlow when the
// code is not open.
func (r *Recovery) Resend(ctx context.Context, token keys.Secret) error {
	return r.ResendBy(ctx, token, "", netip.Addr{})
}

// ResendBy is Resend by that channel, which a second step alone may choose, and at once when it is the other one. An SMS counts against the
// address that asks for it.
func (r *Recovery) ResendBy(ctx context.Context, token keys.Secret, by Channel, from netip.Addr) error {
	if token.IsZero() {
		return ErrNoFlow
	}
	at := r.now()
	err := alone(ctx, r.Store, func(tx Tx) error {
		flow, err := loadFlow(ctx, tx, token, at)
		if err != nil {
			return err
		}
		if !flow.Open(at) {
			return ErrNoFlow // nothing is sent that opens nothing
		}
		if flow.Purpose == Second && (by == SMS || by == Email) {
			flow.Asked = by
		}
		code, err := tx.CountSend(ctx, flow.Ref, flow.Asked, at)
		if err != nil {
			return err
		}
		if code.IsZero() {
			return notAgain(flow, at)
		}
		if err := r.reserveSMS(ctx, tx, flow, from, at); err != nil {
			return err
		}
		to, err := r.recipient(ctx, tx, flow)
		if err != nil {
			return err
		}
		if flow.Account == "" {
			to = Recipient{} // nobody was sent the first message
		}
		plan, err := r.plan(ctx, tx, flow, to, false, at)
		if err != nil {
			return err
		}
		if flow.Proven() && plan.slot != flow.Asked {
			flow.Asked = plan.slot
			if err := tx.SentBy(ctx, flow.Ref, plan.slot); err != nil {
				return err
			}
		}
		return r.post(ctx, tx, flow, to, plan, code, at)
	})
	if err != nil {
		return err
	}
	r.Reach.wake()
	return nil
}

// notAgain says why no message is sent again.
func notAgain(flow Flow, now time.Time) error {
	if flow.Sends >= MostSends {
		return &Error{Kind: KindThrottled, Message: "no more messages with this code", ForGood: true}
	}
	return Throttled(flow.LastSend.Add(ResendAfter).Sub(now))
}

// Try compares a code. Tries are limited a flow; over all flows they are counted, for the number and for the service, and the next
// code grows with them: somebody who begins a new flow does not begin a new count, and shuts nobody out.
func (r *Recovery) Try(ctx context.Context, token, code keys.Secret) (CodeResult, error) {
	flow, err := r.Flow(ctx, token)
	if err != nil {
		return 0, err
	}
	if !flow.Consumed.IsZero() {
		return CodeRight, nil // a second click on the button
	}
	at := r.now()
	// Whoever has no try left, or a code whose time is over, learns nothing: that is no wrong code.
	if flow.Tries >= CodeTries {
		return CodeUsedUp, nil
	}
	if !flow.Expires.After(at) {
		return CodeExpired, nil
	}
	// Whoever has begun thousands of flows while codes were short finds them closed once the service has seen what comes.
	if flow.Short {
		return CodeUsedUp, nil
	}
	result, err := r.compare(ctx, token, flow, code, at)
	if err != nil {
		return 0, err
	}
	r.log().InfoContext(ctx, "code tried", "event", "recovery", "purpose", flow.Purpose, "right", result == CodeRight, "account", flow.Account,
		"trace", trace(r.Keys, flow.Identifier))
	return result, nil
}

// compare counts the try and commits it, and only then compares, so that neither parallel requests nor a crash make more
// comparisons than there are tries.
func (r *Recovery) compare(ctx context.Context, token keys.Secret, f Flow, code keys.Secret, at time.Time) (CodeResult, error) {
	flow, tries := f.Ref, codeTriesSubject(f.Identifier)
	var tried Tried
	err := alone(ctx, r.Store, func(tx Tx) error {
		counted, err := tx.LockBuckets(ctx, at, tries)
		if err != nil {
			return err
		}
		counted[0] = tries.Limit.Count(counted[0], at)
		if err := tx.SaveBuckets(ctx, at, []Subject{tries}, counted); err != nil {
			return err
		}
		if err := tx.AddTally(ctx, wrongCodes, at, 1); err != nil {
			return err
		}
		tried, err = tx.CountTry(ctx, flow)
		return err
	})
	if errors.Is(err, ErrNoFlow) {
		return r.notTried(ctx, token)
	}
	if err != nil {
		return 0, err
	}
	typed, known := r.Keys.MACAt(tried.KeyVersion, codeMAC, flow, []byte(code.Reveal()))
	if !known {
		return 0, fmt.Errorf("code: no key of version %d", tried.KeyVersion) // our fault, which the person must not take for a wrong code
	}
	if !tried.Expires.After(at) {
		return CodeExpired, nil
	}
	if hmac.Equal(typed, tried.MAC) {
		right, err := r.consume(ctx, token, flow, at, tries)
		if err != nil || right {
			return CodeRight, err
		}
	}
	if tried.Tries >= CodeTries {
		return CodeUsedUp, nil
	}
	return CodeWrong, nil
}

// consume uses up a code that was right and takes back that it was counted as a wrong one. It returns false for a flow without an
// account.
func (r *Recovery) consume(ctx context.Context, token keys.Secret, flow FlowRef, at time.Time, tries Subject) (right bool, err error) {
	tx, err := r.Store.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if _, err := settle(ctx, tx, at, Succeeded, tries); err != nil {
		return false, err
	}
	if err := tx.AddTally(ctx, wrongCodes, at, -1); err != nil {
		return false, err
	}
	consumed, err := tx.ConsumeCode(ctx, flow, at)
	if err != nil {
		return false, err
	}
	if !consumed {
		// Of two clicks at once one consumes the code; the other one was as right.
		if f, err := tx.Flow(ctx, token, at); err != nil || f.Consumed.IsZero() {
			return false, err
		}
	}
	return true, tx.Commit()
}

// notTried says why a flow takes no more codes.
func (r *Recovery) notTried(ctx context.Context, token keys.Secret) (CodeResult, error) {
	flow, err := r.Flow(ctx, token)
	if err != nil {
		return 0, err
	}
	if !flow.Consumed.IsZero() {
		return CodeRight, nil // by the same browser, a moment ago
	}
	return CodeUsedUp, nil
}

// newCode returns so many random digits, each code as likely as any other.
func newCode(digits int) keys.Secret {
	n, err := rand.Int(rand.Reader, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	if err != nil {
		panic(err) // crypto/rand never fails (Go 1.24)
	}
	return keys.NewSecret(fmt.Sprintf("%0*d", digits, n))
}
