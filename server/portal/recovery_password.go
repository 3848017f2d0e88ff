package portal

import (
	"context"
	"fmt"
	"time"

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
	return r.judge(account, typed), flow, nil
}

// judge tells whether a password is good enough for the account.
func (r *Recovery) judge(account Account, typed string) password.Report {
	return password.Check(passhash.Normal(typed), account.PasswordContext(), r.Common)
}

// PasswordContext is what a password of the account must not hold.
func (a Account) PasswordContext() password.Context {
	return password.Context{Identifier: a.Identifier.Canonical(), BirthDate: a.Civil.Birthdate,
		Names: []string{a.Civil.BirthName, a.Civil.UsedName, a.Civil.GivenNames}}
}

// hash returns the hash of a new password, once there is a place in the queue.
func (r *Recovery) hash(ctx context.Context, typed string) (phc keys.Secret, err error) {
	ticket, err := r.Pool.Admit()
	if err != nil {
		return keys.Secret{}, busy(err)
	}
	defer ticket.Release()
	var text string
	var hashing error
	if err := ticket.Run(ctx, func() { text, hashing = passhash.New(typed, r.Params, nil) }); err != nil {
		return keys.Secret{}, busy(err)
	}
	if hashing != nil {
		return keys.Secret{}, fmt.Errorf("password hash: %w", hashing)
	}
	return keys.NewSecret(text), nil
}

// NewPassword is what somebody who has given the code of a recovery wants to sign in with.
type NewPassword struct {
	Token   keys.Secret // of the flow
	Typed   string
	Device  keys.Secret // token of the device cookie, zero without one
	Session SessionRow  // that of Entering, opened together with the password; zero = nobody is signed in
}

// Entering is the person who is signed in once their new password stands: the code of the flow, given in this browser, and a password
// that they have just chosen are what a sign-in from a browser that is not known asks for. It returns ErrNoFlow as Check does.
func (r *Recovery) Entering(ctx context.Context, token keys.Secret) (Proven, error) {
	_, flow, err := r.Check(ctx, token, "")
	if err != nil {
		return Proven{}, err
	}
	account, err := r.Store.Account(ctx, flow.Account)
	if err != nil {
		return Proven{}, err
	}
	return Proven{Offer: !flow.Shared, Session: Session{Account: account.ID, Epoch: account.Epoch + 1, Method: Password, At: r.now(),
		Shared: flow.Shared}}, nil
}

// SetPassword sets the password when it is good enough; otherwise the report says why not and nothing changes. Every session of the
// account ends and n.Session is opened, or none of it. The browser is known from then on, by the token that it brought or the one
// returned: its person can sign in at once, whatever strangers have counted against the number. Their count stays, since what they
// see must not tell that somebody has chosen a password. On a computer of several people no browser is known, and no token returned.
// It returns ErrUnauthorized when the account was closed, or its sessions were ended, in this moment.
func (r *Recovery) SetPassword(ctx context.Context, n NewPassword) (report password.Report, device keys.Secret, err error) {
	report, flow, err := r.Check(ctx, n.Token, n.Typed)
	if err != nil || !report.OK() {
		return report, device, err
	}
	phc, err := r.hash(ctx, n.Typed)
	if err != nil {
		return report, device, err
	}
	known, ours, err := r.Store.KnownDevice(ctx, n.Device, flow.Identifier)
	if err != nil {
		return report, device, err
	}
	browser := deviceToken(n.Device, ours)
	if !flow.Shared { // nothing is remembered of a computer of several people
		device = browser
	}
	at := r.now()
	err = alone(ctx, r.Store, func(tx Tx) error {
		if known != "" {
			if err := forgetAttempts(ctx, tx, at, DeviceSubject(known, flow.Identifier)); err != nil {
				return err
			}
		}
		// The code that was given here is the second proof of the sign-in that follows.
		if err := r.replacePassword(ctx, tx, flow.Account, phc, device, at, at.Add(PasswordGrace)); err != nil {
			return err
		}
		if n.Session.Token != "" {
			entered := Proven{Session: Session{Account: flow.Account, Epoch: n.Session.Epoch, Method: Password, At: at, Device: browser,
				Remember: at.Add(PasswordGrace), Shared: flow.Shared}}
			if err := entered.enter(ctx, tx, n.Session); err != nil {
				return err
			}
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
		return report, keys.Secret{}, err
	}
	r.log().InfoContext(ctx, "password changed", "event", "recovery", "account", flow.Account, "signed_in", n.Session.Token != "")
	r.Reach.wake()
	return report, device, nil
}

// replacePassword sets the password and lets whoever has used the account from elsewhere begin anew: no session and no browser but this
// one, until remembered, is known any more; a zero device is none.
func (r *Recovery) replacePassword(ctx context.Context, tx Tx, id AccountID, phc, device keys.Secret, at, remembered time.Time) error {
	if err := tx.SetPassword(ctx, id, phc, r.Params.Scheme(), at); err != nil {
		return err
	}
	if err := tx.ForgetDevices(ctx, id); err != nil {
		return err
	}
	if !device.IsZero() {
		if err := tx.RememberDevice(ctx, id, device, at, remembered); err != nil {
			return err
		}
	}
	return tx.EndSessions(ctx, id)
}
