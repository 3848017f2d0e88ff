package portal

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
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
	Used    time.Time // zero before
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
	told, err := r.Store.Disowning(ctx, token, r.now().Add(-DisowningLife))
	if err == nil && !told.Used.IsZero() {
		return Disowning{}, ErrNoDisowning
	}
	return told, err
}

// disownedFlow is the token of the flow that the disowning begins: of two equal requests each hands the browser the same one. Whoever has
// the one has the other, and neither opens anything without the code.
func disownedFlow(disowning keys.Secret) keys.Secret {
	return keys.NewSecret(base64.RawURLEncoding.EncodeToString(keys.TokenIndex("disowned flow", disowning)))
}

// Disown ends what a stranger may have of the account: the sessions, the password, the browsers that were known, the codes under way, and
// the passkeys and links that are no older than a notice can be. A code then goes where the notice went, and its flow's token is
// returned: a new password opens the account again. The second of two clicks has the answer of the first, and ends nothing more. Its errors
// are ErrNoDisowning, an *Error with KindThrottled once all has ended and no code can leave yet, or a fault of the store.
func (r *Recovery) Disown(ctx context.Context, token keys.Secret) (flow keys.Secret, err error) {
	if token.IsZero() {
		return keys.Secret{}, ErrNoDisowning
	}
	at, flow := r.now(), disownedFlow(token)
	told, err := r.Store.Disowning(ctx, token, at.Add(-DisowningLife))
	if err != nil {
		return keys.Secret{}, err
	}
	account, err := r.Store.Account(ctx, told.Account)
	if err != nil {
		return keys.Secret{}, err
	}
	if told.Used.IsZero() {
		err = alone(ctx, r.Store, func(tx Tx) error {
			had, err := tx.Account(ctx, told.Account)
			if err != nil {
				return err
			}
			if err := endAll(ctx, tx, token, told, at); err != nil {
				return err
			}
			return r.tellRemoved(ctx, tx, had, at)
		})
	}
	if !told.Used.IsZero() || errors.Is(err, ErrNoDisowning) {
		return flow, r.disownedAlready(ctx, token, at)
	}
	if err != nil {
		return keys.Secret{}, err
	}
	r.log().WarnContext(ctx, "disowned by its owner", "event", "security", "account", told.Account)
	// It counts against neither the address nor the strangers: who wants the owner kept out would use both up first.
	return flow, r.begin(ctx, flow, Flow{Purpose: Reset, Asked: told.Channel, Identifier: account.Identifier, Disowned: true}, at)
}

// tellRemoved tells each address that the undoing has taken from the account: it may have been its owner's. Its message ends nothing, since
// who reads there may be a stranger.
func (r *Recovery) tellRemoved(ctx context.Context, tx Tx, had Account, at time.Time) error {
	has, err := tx.Account(ctx, had.ID)
	if err != nil {
		return err
	}
	for _, channel := range r.Reach.ways(had) {
		to := had.Addresses().To(channel)
		if to.Reveal() == has.Addresses().To(channel).Reveal() {
			continue
		}
		err := tx.AddMessage(ctx, Message{Channel: channel, To: to, Content: r.Reach.Composer.ContactRemoved(channel, at), At: at, Expires: at.Add(noticeLife)})
		if err != nil {
			return err
		}
	}
	return nil
}

// endAll ends the account's ways in. Of two clicks one does; the other must not undo the password that was chosen since.
//
// Addresses that were changed since the notice are put back: the code must not go to whoever changed them. What was changed before it stays,
// since the notice went to the address that its reader wants.
func endAll(ctx context.Context, tx Tx, token keys.Secret, told Disowning, at time.Time) error {
	id := told.Account
	if err := tx.RestoreContacts(ctx, id, told.At, at); err != nil {
		return err
	}
	if err := tx.ClearPassword(ctx, id, at); err != nil {
		return err
	}
	if err := tx.TakeDisowning(ctx, token, id, at); err != nil {
		return err
	}
	if err := tx.EndWaysSince(ctx, id, at.Add(-DisowningLife), at); err != nil {
		return err
	}
	if err := tx.ForgetDevices(ctx, id); err != nil {
		return err
	}
	if err := tx.EndSessions(ctx, id); err != nil {
		return err
	}
	return tx.EndFlows(ctx, id, at)
}

// disownedAlready returns ErrNoDisowning unless the token was used within AgainLife, by the first of two clicks.
func (r *Recovery) disownedAlready(ctx context.Context, token keys.Secret, at time.Time) error {
	told, err := r.Store.Disowning(ctx, token, at.Add(-DisowningLife))
	if err == nil && told.Used.Before(at.Add(-AgainLife)) {
		return ErrNoDisowning
	}
	return err
}
