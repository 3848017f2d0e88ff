package portal

import (
	"context"
	"net/netip"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
)

// FreshFor is how long a proof stands for what changes the ways into an account.
const FreshFor = 10 * time.Minute

// Fresh reports whether what was proved then still stands for that.
func (l *Login) Fresh(proved time.Time) bool { return l.now().Sub(proved) < FreshFor }

// Confirm judges the password of somebody who is signed in to the account, as a sign-in and under its limits: whoever finds an open
// session cannot guess any faster. In a browser that is not known the account's sessions have a count of their own, so that strangers keep
// nobody out who is in. It returns when it was right. Its errors are those of Verify.
func (l *Login) Confirm(ctx context.Context, id AccountID, password, device keys.Secret, from netip.Addr) (at time.Time, err error) {
	account, err := l.Store.Account(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	r := SignInRequest{Identifier: account.Identifier, Password: password, Device: device, Address: from}
	known, ours, err := l.Store.KnownDevice(ctx, device, account.Identifier)
	if err != nil {
		return time.Time{}, err
	}
	subjects := subjectsOf(r, known)
	if known == "" {
		subjects = []Subject{sessionSubject(account.Identifier)}
	}
	proven, err := l.verify(ctx, r, known, ours, subjects)
	if err != nil {
		return time.Time{}, err
	}
	told := false
	err = alone(ctx, l.Store, func(tx Tx) (err error) {
		told, err = l.accept(ctx, tx, proven, SessionRow{})
		return err
	})
	if told {
		l.Reach.wake()
	}
	return proven.At, err
}

// Confirmation is the purpose of a code by which somebody who is signed in shows once more who they are, beside the password or where there
// is none.
const Confirmation Purpose = "confirm"

// BeginConfirmation sends a code to an address on file and returns the token of its flow. Its messages are counted against the account alone:
// who is signed in writes to nobody else. Its errors are an *Error with KindThrottled when no code can leave, ErrUnauthorized, or a fault
// of the store.
func (r *Recovery) BeginConfirmation(ctx context.Context, by SessionRow, channel Channel) (token keys.Secret, err error) {
	account, err := r.Store.Account(ctx, by.Account)
	if err != nil {
		return keys.Secret{}, err
	}
	return r.beginInside(ctx, by, account, Flow{Purpose: Confirmation, Asked: channel})
}

// beginInside begins a flow of the session and of its account.
func (r *Recovery) beginInside(ctx context.Context, by SessionRow, account Account, f Flow) (token keys.Secret, err error) {
	f.Identifier, f.Account = account.Identifier, account.ID
	if f.Session, err = by.id(); err != nil {
		return keys.Secret{}, err
	}
	token = NewToken()
	return token, r.begin(ctx, token, f, r.now())
}

// Confirmed takes the code that was given a moment ago as a proof of who is signed in, and returns when it was given. Its errors are ErrNoFlow,
// ErrUnauthorized, when the session has ended, or a fault of the store.
func (r *Recovery) Confirmed(ctx context.Context, by SessionRow, token keys.Secret) (at time.Time, err error) {
	flow, err := r.OwnFlow(ctx, by, token, Confirmation)
	if err != nil {
		return time.Time{}, err
	}
	at = r.now()
	err = alone(ctx, r.Store, func(tx Tx) error {
		if err := tx.HoldSession(ctx, by); err != nil {
			return err
		}
		return tx.FinishFlow(ctx, flow.Ref, by.Account, at, graceBegan(at))
	})
	return flow.Consumed, err
}

// OwnFlow returns the flow that the session began for that purpose, or ErrNoFlow: in any other session its code opens nothing.
func (r *Recovery) OwnFlow(ctx context.Context, by SessionRow, token keys.Secret, purpose Purpose) (Flow, error) {
	flow, err := r.Flow(ctx, token)
	if err != nil {
		return Flow{}, err
	}
	session, err := by.id()
	if err != nil {
		return Flow{}, err
	}
	if flow.Purpose != purpose || flow.Account != by.Account || flow.Session != session {
		return Flow{}, ErrNoFlow
	}
	return flow, nil
}

// Target is the address that the code of such a flow went to, masked.
func (r *Recovery) Target(ctx context.Context, flow Flow) (string, error) {
	if flow.Purpose == Contact {
		return masked(flow.Asked, flow.To), nil
	}
	account, err := r.Store.Account(ctx, flow.Account)
	return masked(flow.Asked, account.Addresses().To(flow.Asked)), err
}

// sessionSubject is what is counted against the proofs in open sessions of browsers that are not known.
func sessionSubject(n nir.Number) Subject { return DeviceSubject("session", n) }
