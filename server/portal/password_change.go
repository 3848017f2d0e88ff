package portal

import (
	"context"
	"errors"

	"moncompte/app/password"
	"moncompte/server/keys"
)

// PasswordChange is what somebody who is signed in, and has just given the password there was, wants instead of it.
type PasswordChange struct {
	By      SessionRow // the session that asks
	Typed   string
	Device  keys.Secret // token of the device cookie, zero without one
	Session SessionRow  // the session that goes on, of the account's next epoch
}

// CheckFor judges a password for the account, without setting it.
func (r *Recovery) CheckFor(ctx context.Context, id AccountID, typed string) (password.Report, error) {
	account, err := r.Store.Account(ctx, id)
	if err != nil {
		return password.Report{}, err
	}
	return r.judge(account, typed), nil
}

// ChangePassword sets the password when it is good enough; otherwise the report says why not and nothing changes. Every session of the
// account ends and c.Session is kept, under a new token; codes that are under way end, and every address is told. It returns the token
// of the browser, zero for one that was not known before. Its errors are ErrUnauthorized, when c.By has ended, an *Error
// with KindBusy or a fault of the store.
func (r *Recovery) ChangePassword(ctx context.Context, c PasswordChange) (report password.Report, device keys.Secret, err error) {
	account, err := r.Store.Account(ctx, c.By.Account)
	if err != nil {
		return report, device, err
	}
	if report = r.judge(account, c.Typed); !report.OK() {
		return report, device, nil
	}
	phc, err := r.hash(ctx, c.Typed)
	if err != nil {
		return report, device, err
	}
	// A browser that was not known, as on a computer of several people, does not become it by this.
	known, _, err := r.Store.KnownDevice(ctx, c.Device, account.Identifier)
	if err != nil {
		return report, device, err
	}
	if known != "" {
		device = c.Device
	}
	remembered, err := r.Store.RememberedUntil(ctx, device, c.By.Account)
	if err != nil {
		return report, device, err
	}
	at := r.now()
	err = alone(ctx, r.Store, func(tx Tx) error {
		if err := tx.HoldSession(ctx, c.By); err != nil {
			return err
		}
		if err := r.replacePassword(ctx, tx, c.By.Account, phc, device, at, remembered); err != nil {
			return err
		}
		if err := tx.KeepSession(ctx, c.Session); err != nil {
			return err
		}
		left, err := c.By.left(at)
		if err != nil {
			return err
		}
		if err := tx.LeaveSession(ctx, left); err != nil {
			return err
		}
		if err := tx.EndFlows(ctx, c.By.Account, at); err != nil {
			return err
		}
		return r.Reach.notify(ctx, tx, c.By.Account, at, func(c Channel) Content { return r.Reach.Composer.PasswordChanged(c, at) })
	})
	if err != nil {
		return report, device, err
	}
	r.log().InfoContext(ctx, "password changed", "event", "security", "account", c.By.Account)
	r.Reach.wake()
	return report, device, nil
}

// ChangedAlready tells whether a session, by the hash of its token, set this very password within AgainLife: by the first of two clicks. It
// changes nothing. As with SetAlready, whoever holds the token learns no more than that, and these comparisons are counted. Its errors are an
// *Error with KindBusy or a fault of the store.
func (r *Recovery) ChangedAlready(ctx context.Context, session, typed string) (bool, error) {
	if session == "" || typed == "" {
		return false, nil
	}
	id, err := r.Store.LeftSession(ctx, session)
	if errors.Is(err, ErrNoFlow) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	account, err := r.Store.Account(ctx, id)
	if err != nil {
		return false, err
	}
	return r.matches(ctx, r.now(), Finished{Identifier: account.Identifier, Hash: account.Password}, typed)
}

// Channels are the ways by which a code can reach the account.
func (r *Recovery) Channels(ctx context.Context, id AccountID) (ways []Channel, err error) {
	account, err := r.Store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.Reach.ways(account), nil
}
