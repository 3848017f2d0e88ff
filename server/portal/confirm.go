package portal

import (
	"context"
	"net/netip"
	"time"

	"moncompte/server/keys"
)

// FreshFor is how long a proof stands for what changes the ways into an account.
const FreshFor = 10 * time.Minute

// Fresh reports whether what was proved then still stands for that.
func (l *Login) Fresh(proved time.Time) bool { return l.now().Sub(proved) < FreshFor }

// Confirm judges the password of somebody who is signed in to the account, as a sign-in and under its limits: whoever finds an open
// session cannot guess any faster. It returns when it was right. Its errors are those of Verify.
func (l *Login) Confirm(ctx context.Context, id AccountID, password, device keys.Secret, from netip.Addr) (at time.Time, err error) {
	account, err := l.Store.Account(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	proven, err := l.Verify(ctx, SignInRequest{Identifier: account.Identifier, Password: password, Device: device, Address: from})
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
