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
		told, err = l.accept(ctx, tx, proven)
		return err
	})
	if told {
		l.Reach.wake()
	}
	return proven.At, err
}

// sessionSubject is what is counted against the proofs in open sessions of browsers that are not known.
func sessionSubject(n nir.Number) Subject { return DeviceSubject("session", n) }
