package portal

import (
	"context"
	"crypto/rand"
	"net/netip"
	"time"

	"moncompte/server/keys"
)

// DisowningLife is how long whoever reads a notice can say that it was somebody else.
const DisowningLife = 3 * 24 * time.Hour

// Disowning is what a token in a notice ends.
type Disowning struct {
	Account AccountID
	Channel Channel // of the notice
	At      time.Time
}

// ErrNoDisowning says that the token was used, is too old, or was never given.
var ErrNoDisowning = &Error{Kind: KindNotFound, Message: "no notice to disown"}

// newDisowning is a token of 130 random bits, short enough for an SMS (OWASP ASVS 5.0 V7.2.3 asks for 128).
func newDisowning() keys.Secret { return keys.NewSecret(rand.Text()) }

// ParseDisowning returns the token in an address, zero when the text cannot be one of ours: nobody looks that up.
func ParseDisowning(text string) keys.Secret {
	if len(text) != len(rand.Text()) {
		return keys.Secret{}
	}
	return keys.NewSecret(text)
}

// Disowning returns what the token ends, or ErrNoDisowning. It changes nothing: mail programs open addresses by themselves.
func (r *Recovery) Disowning(ctx context.Context, token keys.Secret) (Disowning, error) {
	if token.IsZero() {
		return Disowning{}, ErrNoDisowning
	}
	return r.Store.Disowning(ctx, token, r.now().Add(-DisowningLife))
}

// Disown ends what a stranger may have of the account: the sessions, the password, the browsers that were known, the codes under way, and
// the passkeys and links that are no older than a notice can be. A code then goes where the notice went, and its flow's token is
// returned: a new password opens the account again. Its errors are ErrNoDisowning, those of Start once all has ended, or a fault of the
// store.
func (r *Recovery) Disown(ctx context.Context, token keys.Secret, device keys.Secret, from netip.Addr) (flow keys.Secret, err error) {
	told, err := r.Disowning(ctx, token)
	if err != nil {
		return keys.Secret{}, err
	}
	account, err := r.Store.Account(ctx, told.Account)
	if err != nil {
		return keys.Secret{}, err
	}
	at := r.now()
	err = alone(ctx, r.Store, func(tx Tx) error {
		// Of two clicks one ends everything; the other must not undo the password that was chosen since.
		if err := tx.TakeDisowning(ctx, token, told.Account); err != nil {
			return err
		}
		if err := tx.ClearPassword(ctx, told.Account, at); err != nil {
			return err
		}
		if err := tx.EndWaysSince(ctx, told.Account, at.Add(-DisowningLife), at); err != nil {
			return err
		}
		if err := tx.ForgetDevices(ctx, told.Account); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, told.Account); err != nil {
			return err
		}
		return tx.EndFlows(ctx, told.Account, at)
	})
	if err != nil {
		return keys.Secret{}, err
	}
	r.log().WarnContext(ctx, "disowned by its owner", "event", "security", "account", told.Account)
	return r.Start(ctx, StartRequest{Identifier: account.Identifier, Channel: told.Channel, Purpose: Reset, Address: from, Device: device})
}
