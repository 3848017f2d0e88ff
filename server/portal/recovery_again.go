package portal

import (
	"context"
	"errors"
	"time"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/passhash"
)

// Finished is a flow that has set its password. Hash is that of the account now.
type Finished struct {
	Purpose    Purpose
	Identifier nir.Number
	Hash       keys.Secret
}

// SetAlready tells whether the flow of the token set this very password within AgainLife: by the first of two clicks, or
// by a request whose answer was lost. It changes nothing. Its errors are an *Error with KindBusy or a fault of the store.
//
// Whoever holds the token could set a password a moment ago, and learns no more than that: the password typed must be the
// account's, and these comparisons are counted, ten a day, so that a stolen token is no way to guess it.
func (r *Recovery) SetAlready(ctx context.Context, token keys.Secret, purpose Purpose, typed string) (bool, error) {
	if token.IsZero() || typed == "" {
		return false, nil
	}
	at := r.now()
	f, err := r.Store.FinishedFlow(ctx, token, at.Add(-AgainLife))
	if errors.Is(err, ErrNoFlow) || err == nil && f.Purpose != purpose {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return r.matches(ctx, at, f, typed)
}

func (r *Recovery) matches(ctx context.Context, at time.Time, f Finished, typed string) (matches bool, err error) {
	hash, err := passhash.Parse(f.Hash.Reveal())
	if err != nil {
		return false, nil // none, or replaced by one that cannot be read: not what this flow set
	}
	ticket, err := r.Pool.Admit()
	if err != nil {
		return false, busy(err)
	}
	defer ticket.Release()
	day := Subject{Kind: byAgain, Value: f.Identifier.Canonical(), Limit: againDayLimit}
	if err := reserve(ctx, r.Store, at, day); err != nil {
		if refused, ok := errors.AsType[*Error](err); ok && refused.Kind == KindThrottled {
			return false, nil
		}
		return false, err
	}
	if err := ticket.Run(ctx, func() { matches = hash.Verify(typed) }); err != nil {
		return false, busy(err)
	}
	if !matches {
		return false, nil
	}
	return true, alone(ctx, r.Store, func(tx Tx) error {
		_, err := settle(ctx, tx, at, Succeeded, day)
		return err
	})
}
