package portal

import (
	"context"
	"fmt"

	"moncompte/app/password"
	"moncompte/server/keys"
	"moncompte/server/passhash"
)

// Check judges a password for the flow whose code was given, without setting it. It returns ErrNoFlow before that.
func (r *Recovery) Check(ctx context.Context, token keys.Secret, typed string) (password.Report, Flow, error) {
	flow, err := r.Flow(ctx, token)
	if err != nil {
		return password.Report{}, Flow{}, err
	}
	// The new password needs this flow's own code, given not long ago (OWASP ASVS 5.0 V2.3.1).
	if flow.Purpose == Proof || flow.Account == "" || flow.Consumed.IsZero() || r.now().Sub(flow.Consumed) > PasswordGrace {
		return password.Report{}, flow, ErrNoFlow
	}
	account, err := r.Store.Account(ctx, flow.Account)
	if err != nil {
		return password.Report{}, flow, err
	}
	about := password.Context{Identifier: account.Identifier.Canonical(), BirthDate: account.Civil.Birthdate,
		Names: []string{account.Civil.BirthName, account.Civil.UsedName, account.Civil.GivenNames}}
	return password.Check(passhash.Normal(typed), about, r.Common), flow, nil
}

// SetPassword sets the password when it is good enough; otherwise the report says why not and nothing changes. It signs
// nobody in (OWASP Forgot Password Cheat Sheet).
func (r *Recovery) SetPassword(ctx context.Context, token keys.Secret, typed string) (password.Report, error) {
	report, flow, err := r.Check(ctx, token, typed)
	if err != nil || !report.OK() {
		return report, err
	}
	ticket, err := r.Pool.Admit()
	if err != nil {
		return report, busy(err)
	}
	defer ticket.Release()
	var phc string
	var hashing error
	if err := ticket.Run(ctx, func() { phc, hashing = passhash.New(typed, r.Params, nil) }); err != nil {
		return report, busy(err)
	}
	if hashing != nil {
		return report, fmt.Errorf("password hash: %w", hashing)
	}
	at := r.now()
	err = alone(ctx, r.Store, func(tx Tx) error {
		if err := tx.Unlock(ctx, flow.Account); err != nil {
			return err
		}
		if err := tx.SetPassword(ctx, flow.Account, keys.NewSecret(phc), r.Params.Scheme(), at); err != nil {
			return err
		}
		// Whoever has used the account from elsewhere begins anew.
		if err := tx.ForgetDevices(ctx, flow.Account); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, flow.Account); err != nil {
			return err
		}
		// Only this flow's own code, given not long ago, lets any of it stand (OWASP ASVS 5.0 V2.3.1).
		if err := tx.FinishFlow(ctx, flow.Ref, flow.Account, at, at.Add(-PasswordGrace)); err != nil {
			return err
		}
		if err := tx.EndFlows(ctx, flow.Account, at); err != nil {
			return err
		}
		return r.Reach.notify(ctx, tx, flow.Account, at, func(c Channel) Content { return r.Reach.Composer.PasswordChanged(c, at) })
	})
	if err != nil {
		return report, err
	}
	r.log().InfoContext(ctx, "password changed", "event", "recovery", "account", flow.Account)
	r.Reach.wake()
	return report, nil
}
