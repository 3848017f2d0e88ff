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
	if flow.Purpose != Reset && flow.Purpose != First || flow.Account == "" || flow.Consumed.IsZero() || r.now().Sub(flow.Consumed) > PasswordGrace {
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
// nobody in (OWASP Forgot Password Cheat Sheet), but the browser is known from then on, by the token that it brought or the one
// returned: its person can sign in at once, whatever strangers have counted against the number. Their count stays, since what they
// see must not tell that somebody has chosen a password.
func (r *Recovery) SetPassword(ctx context.Context, token keys.Secret, typed string, brought keys.Secret) (report password.Report, device keys.Secret, err error) {
	report, flow, err := r.Check(ctx, token, typed)
	if err != nil || !report.OK() {
		return report, device, err
	}
	ticket, err := r.Pool.Admit()
	if err != nil {
		return report, device, busy(err)
	}
	defer ticket.Release()
	var phc string
	var hashing error
	if err := ticket.Run(ctx, func() { phc, hashing = passhash.New(typed, r.Params, nil) }); err != nil {
		return report, device, busy(err)
	}
	if hashing != nil {
		return report, device, fmt.Errorf("password hash: %w", hashing)
	}
	known, ours, err := r.Store.KnownDevice(ctx, brought, flow.Identifier)
	if err != nil {
		return report, device, err
	}
	device = deviceToken(brought, ours)
	at := r.now()
	err = alone(ctx, r.Store, func(tx Tx) error {
		if known != "" {
			if err := forgetAttempts(ctx, tx, at, DeviceSubject(known, flow.Identifier)); err != nil {
				return err
			}
		}
		if err := tx.SetPassword(ctx, flow.Account, keys.NewSecret(phc), r.Params.Scheme(), at); err != nil {
			return err
		}
		// Whoever has used the account from elsewhere begins anew.
		if err := tx.ForgetDevices(ctx, flow.Account); err != nil {
			return err
		}
		// The code that was given here is the second proof of the sign-in that follows.
		if err := tx.RememberDevice(ctx, flow.Account, device, at, at.Add(PasswordGrace)); err != nil {
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
		return report, device, err
	}
	r.log().InfoContext(ctx, "password changed", "event", "recovery", "account", flow.Account)
	r.Reach.wake()
	return report, device, nil
}
